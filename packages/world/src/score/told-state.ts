/** A state of a job, as its customer sees it. */
export type ToldState = 'waiting' | 'coming' | 'there' | 'elsewhere' | 'over';

/** Words of an answer, in English and Spanish. The first state that matches counts. */
const STATE_WORDS: readonly { state: ToldState; words: RegExp }[] = [
  { state: 'waiting', words: /\bscheduled\b|programado/i },
  {
    state: 'elsewhere',
    words: /next stop|siguiente parada|another stop|otra parada|being emptied|vaciando|will return|vuelve/i,
  },
  {
    state: 'over',
    words:
      /\bcomplete\b|\b(delivered|finished|swapped|returned|picked up)\b|terminado|se (entrego|cambio|vacio|recogio)/i,
  },
  { state: 'there', words: /on site|at your site|to your site|has arrived|en el sitio|a su sitio/i },
  { state: 'coming', words: /on (the|its) way|arriving|en camino/i },
];
/** The ID of a job. */
export const JOB_ID = /\b[A-Z]{2,5}-\d{1,9}\b/;

/** Returns the state that a text tells; null for none. */
export const stateOf = (body: string): ToldState | null =>
  STATE_WORDS.find(({ words }) => words.test(body))?.state ?? null;

/** Returns true for an automatic answer about a job: it begins with the job's ID. */
export const isStatusAnswer = (body: string): boolean =>
  new RegExp(`^${JOB_ID.source}`).test(body) && stateOf(body) !== null;
