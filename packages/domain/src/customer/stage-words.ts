import type { Language } from '../job.ts';
import { LOST_MS } from '../movement/freshness.ts';
import type { CustomerStage, JobOutcome } from './customer-stage.ts';
import { type CustomerView, isComing, isPickup, isPresent, isTimeOver } from './customer-view.ts';

/*
 * The words of texts for the stages of a job, in GSM-7 characters: one accent that is not among them more than doubles the price of a
 * text. The page has its own words for the same stages (packages/tracking-page/src/words).
 */

/** The moment of a text, epoch ms, its language, and the company's time zone (IANA name). */
export type Wording = { now: number; language: Language; timeZone: string };

const FIVE_MINUTES_MS = 5 * 60_000;
/** An arrival is "in a few minutes" when it is expected within this time, in ms, and its range begins when it is this near. */
const FEW_MINUTES_MS = 2.5 * 60_000;
const BEGUN_MS = 2 * 60_000;

/** Intl puts a narrow no-break space before AM and PM, which would force UCS-2. */
const withPlainSpaces = (text: string): string => text.replace(/\s/g, ' ');

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-US', es: 'es-US' };

const FORMATS = {
  clock: { hour: 'numeric', minute: '2-digit' },
  day: { month: 'short', day: 'numeric' },
  dayInDigits: { month: 'numeric', day: 'numeric' },
  weekday: { weekday: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Formatters by format, language and time zone: making one costs more than a hundred uses. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const inWords = (at: number, { language, timeZone }: Omit<Wording, 'now'>, format: keyof typeof FORMATS): string => {
  const key = `${format} ${language} ${timeZone}`;
  const formatter = formatters.get(key) ?? new Intl.DateTimeFormat(LOCALES[language], { ...FORMATS[format], timeZone });
  formatters.set(key, formatter);
  return withPlainSpaces(formatter.format(at));
};

/** `Nov 24` or `24/11` */
const dayWords = (at: number, wording: Omit<Wording, 'now'>): string =>
  inWords(at, wording, wording.language === 'en' ? 'day' : 'dayInDigits');

/** `Nov 24, 2:00 PM` or `24/11, 2:00 p.m.` */
export const dayAndTime = (at: number, wording: Omit<Wording, 'now'>): string =>
  `${dayWords(at, wording)}, ${inWords(at, wording, 'clock')}`;

/** `a la 1:05 p.m.`, `a las 2:05 p.m.` */
const withArticle = (clock: string): string => `${/^1\D/.test(clock) ? 'la' : 'las'} ${clock}`;

/** `at 2:05 PM` or `a las 2:05 p.m.` */
export const timeOfDay = (at: number, wording: Omit<Wording, 'now'>): string => {
  const clock = inWords(at, wording, 'clock');
  return wording.language === 'es' ? `a ${withArticle(clock)}` : `at ${clock}`;
};

/** `at 2:05 PM`, with the day when that is not today: `on Nov 23 at 2:05 PM`. */
const atMoment = (at: number, wording: Wording): string => {
  const clock = inWords(at, wording, 'clock');
  const day = dayWords(at, wording);
  const isToday = day === dayWords(wording.now, wording);
  if (wording.language === 'es') return `${isToday ? '' : `el ${day} `}a ${withArticle(clock)}`;
  return `${isToday ? '' : `on ${day} `}at ${clock}`;
};

/** `2:05 PM`, or `Nov 23, 2:05 PM` when that is not today. */
export const clockOrDay = (at: number, wording: Wording): string =>
  dayWords(at, wording) === dayWords(wording.now, wording) ? inWords(at, wording, 'clock') : dayAndTime(at, wording);

/** An arrival range widened to whole five minutes, as the page shows it. Epoch ms. */
export const shownRange = (eta: { earliest: number; latest: number }): { earliest: number; latest: number } => {
  const earliest = Math.floor(eta.earliest / FIVE_MINUTES_MS) * FIVE_MINUTES_MS;
  const latest = Math.max(Math.ceil(eta.latest / FIVE_MINUTES_MS) * FIVE_MINUTES_MS, earliest + FIVE_MINUTES_MS);
  return { earliest, latest };
};

/** `2:05 PM` in the company's time zone. */
export const clockTime = (at: number, timeZone: string): string => inWords(at, { language: 'en', timeZone }, 'clock');

/** `Mon`, or `lun` in GSM-7 letters. */
const weekday = (at: number, wording: Wording): string =>
  inWords(at, wording, 'weekday')
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '');

/** `2:05 PM`, or `Mon 2:05 PM` when that is not today. */
const clockWithDay = (at: number, wording: Wording, clock: string): string =>
  dayWords(at, wording) === dayWords(wording.now, wording) ? clock : `${weekday(at, wording)} ${clock}`;

/**
 * `2:25-2:40 PM` in the company's time zone; `Mon 2:25-2:40 PM` when that is not today, and `Sun 5:45 PM-Mon 2:45 PM` over midnight: without
 * the days, a range until tomorrow reads as one that ends today.
 */
export const etaWords = (eta: { earliest: number; latest: number }, wording: Wording): string => {
  const [from, to] = [clockTime(eta.earliest, wording.timeZone), clockTime(eta.latest, wording.timeZone)];
  if (dayWords(eta.earliest, wording) !== dayWords(eta.latest, wording))
    return `${weekday(eta.earliest, wording)} ${from}-${weekday(eta.latest, wording)} ${to}`;
  const isSameHalf = from.slice(-2) === to.slice(-2);
  const range = from === to ? to : `${isSameHalf ? from.slice(0, -3) : from}-${to}`;
  return clockWithDay(eta.latest, wording, range);
};

/** `ETA 2:25-2:40 PM`, or `ETA before 2:40 PM` when the range has begun. */
export const arrivalWords = (eta: { earliest: number; latest: number }, wording: Wording): string => {
  const { earliest, latest } = shownRange(eta);
  const { language, now } = wording;
  const isBegun = eta.earliest <= now + BEGUN_MS;
  const end = inWords(latest, wording, 'clock');
  if (language === 'en')
    return `ETA ${isBegun ? `before ${clockWithDay(latest, wording, end)}` : etaWords({ earliest, latest }, wording)}`;
  if (!isBegun) return `llegada ${etaWords({ earliest, latest }, wording)}`;
  const isToday = dayWords(latest, wording) === dayWords(now, wording);
  return `llegada antes de ${withArticle(end)}${isToday ? '' : ` del ${weekday(latest, wording)}`}`;
};

const OUTCOMES: Readonly<Record<Language, Readonly<Record<JobOutcome, string>>>> = {
  en: { delivered: 'delivered', swapped: 'swapped', returned: 'emptied and returned', picked_up: 'picked up' },
  es: { delivered: 'se entrego', swapped: 'se cambio', returned: 'se vacio y devolvio', picked_up: 'se recogio' },
};

/** The work that could not be done, after "could not" and "no pudimos". */
const WORK: Readonly<Record<Language, Readonly<Record<JobOutcome, string>>>> = {
  en: {
    delivered: 'deliver your trailer',
    swapped: 'swap your trailer',
    returned: 'empty your trailer',
    picked_up: 'pick up your trailer',
  },
  es: {
    delivered: 'entregar su remolque',
    swapped: 'cambiar su remolque',
    returned: 'vaciar su remolque',
    picked_up: 'recoger su remolque',
  },
};

/** `is scheduled for Nov 24, 2:00 PM`; once that time is over, only the day. */
const scheduledWords = ({ scheduledFor }: CustomerView, wording: Wording): string => {
  const isEnglish = wording.language === 'en';
  const [is, on] = isEnglish ? ['is scheduled', ' for '] : ['esta programado', ' para el '];
  if (scheduledFor === null) return is;
  if (!isTimeOver(scheduledFor, wording.now)) return `${is}${on}${dayAndTime(scheduledFor, wording)}`;
  return `${is}${on}${dayWords(scheduledFor, wording)} ${isEnglish ? 'and has not set out yet' : 'y aun no ha salido'}`;
};

const inEnglish = (view: CustomerView, wording: Wording): string => {
  const since = atMoment(view.since, wording);
  const sentences: Readonly<Record<CustomerStage, string>> = {
    scheduled: scheduledWords(view, wording),
    under_way: 'is on the road, with another stop first',
    on_the_way: `is on the way${isPickup(view) ? ' to pick up your trailer' : view.kind === 'exchange' ? ' with your empty trailer' : ''}`,
    at_site: `arrived at your site ${since}`,
    away: `was picked up ${since} and ${view.kind === 'dump_and_return' ? 'is being emptied' : 'will return to you'}`,
    on_the_way_back: 'is on the way back to you',
    back: `arrived back at your site ${since}`,
    done: `was ${OUTCOMES.en[view.outcome]} ${since}`,
    failed: `could not be ${OUTCOMES.en[view.outcome]} when we came by ${since}`,
    cancelled: `was cancelled on ${dayWords(view.since, wording)}`,
  };
  return sentences[view.stage];
};

const inSpanish = (view: CustomerView, wording: Wording): string => {
  const since = atMoment(view.since, wording);
  const sentences: Readonly<Record<CustomerStage, string>> = {
    scheduled: scheduledWords(view, wording),
    under_way: 'esta en ruta, con otra parada antes',
    on_the_way: `esta en camino${isPickup(view) ? ' a recoger su remolque' : view.kind === 'exchange' ? ' con su remolque vacio' : ''}`,
    at_site: `llego a su sitio ${since}`,
    away: `se recogio ${since} y ${view.kind === 'dump_and_return' ? 'se esta vaciando' : 'vuelve con usted'}`,
    on_the_way_back: 'esta en camino de regreso',
    back: `volvio a su sitio ${since}`,
    done: `${OUTCOMES.es[view.outcome]} ${since}`,
    failed: `sigue pendiente: pasamos ${since} y no pudimos ${WORK.es[view.outcome]}`,
    cancelled: `se cancelo el ${dayWords(view.since, wording)}`,
  };
  return sentences[view.stage];
};

/** Returns the arrival, and the time of the last position when that is lost; empty where the customer knows neither. */
const expectation = ({ stage, eta, trail }: CustomerView, wording: Wording): string => {
  const { now, language } = wording;
  if (!isComing(stage)) return '';
  const last = trail.at(-1);
  const isLost = last !== undefined && now - last.at > LOST_MS;
  const lastSeen = isLost
    ? `, ${language === 'en' ? 'last position' : 'ultima posicion'} ${atMoment(last.at, wording)}`
    : '';
  if (!eta) return lastSeen;
  if (eta.likely - now >= FEW_MINUTES_MS || isLost) return `, ${arrivalWords(eta, wording)}${lastSeen}`;
  return language === 'en' ? ', arriving in a few minutes' : ', llega en unos minutos';
};

/** Returns the trailers of several that are done, to be followed by a sentence about the next one. */
const doneBeforeWords = ({ trailersDone, trailerCount, outcome }: CustomerView, wording: Wording): string | null => {
  if (!trailersDone) return null;
  const { count, at } = trailersDone;
  const result = `${OUTCOMES[wording.language][outcome]} ${atMoment(at, wording)}`;
  return wording.language === 'en' ? `${count} of ${trailerCount} ${result}` : `${count} de ${trailerCount} ${result}`;
};

/** `QDN-1042 is on the way, ETA 2:25-2:40 PM`: a job's stage with the times that its customer may know, without a full stop. */
export const stageSentence = (jobId: string, view: CustomerView, wording: Wording): string => {
  const isEnglish = wording.language === 'en';
  const done = doneBeforeWords(view, wording);
  if (done !== null && view.stage === 'under_way')
    return `${jobId}: ${done}, ${isEnglish ? 'the next one is still to come' : 'falta el siguiente'}`;
  const subject = done === null ? jobId : `${jobId}: ${done}, ${isEnglish ? 'the next one' : 'el siguiente'}`;
  return `${subject} ${isEnglish ? inEnglish(view, wording) : inSpanish(view, wording)}${expectation(view, wording)}`;
};

/** `delivered 2:05 PM`: the same stage in the fewest words, for dispatchers, without the arrival. */
export const stageLabel = (view: CustomerView, wording: Wording): string => {
  const since = clockOrDay(view.since, wording);
  const labels: Readonly<Record<CustomerStage, string>> = {
    scheduled: `scheduled${view.scheduledFor === null ? '' : ` for ${dayAndTime(view.scheduledFor, wording)}`}`,
    under_way: 'on the road, another stop first',
    on_the_way: isPickup(view) ? 'on the way to pick up' : 'on the way',
    at_site: `at the site since ${since}`,
    away: `picked up ${since}, ${view.kind === 'dump_and_return' ? 'being emptied' : 'will return'}`,
    on_the_way_back: 'on the way back',
    back: `back at the site since ${since}`,
    done: `${OUTCOMES.en[view.outcome]} ${since}`,
    failed: `could not be ${OUTCOMES.en[view.outcome]} ${since}`,
    cancelled: 'cancelled',
  };
  const { trailersDone, trailerCount, outcome } = view;
  if (!trailersDone) return labels[view.stage];
  const done = `${trailersDone.count} of ${trailerCount} ${OUTCOMES.en[outcome]} ${clockOrDay(trailersDone.at, wording)}`;
  return `${done}, next ${view.stage === 'under_way' ? 'to come' : labels[view.stage]}`;
};

/** Returns the text of an arrival: the kind of job and the time. */
export const arrivedWords = (view: CustomerView, wording: Wording): string => {
  const since = atMoment(view.since, wording);
  const { kind, stage } = view;
  if (wording.language === 'es') {
    if (stage === 'back') return `Su remolque vacio ya esta aqui. Llego ${since}.`;
    if (isPickup(view)) return `Ya estamos aqui para recoger su remolque. Llegamos ${since}.`;
    return `Su ${kind === 'exchange' ? 'cambio' : 'entrega'} ya esta aqui. Llego ${since}.`;
  }
  if (stage === 'back') return `Your empty trailer is here again. It arrived ${since}.`;
  if (isPickup(view)) return `We are here to pick up your trailer. We arrived ${since}.`;
  return `Your ${kind === 'exchange' ? 'swap' : 'delivery'} is here. It arrived ${since}.`;
};

/** Returns the text of a visit at which the work could not be done. */
export const couldNotWords = (view: CustomerView, wording: Wording): string => {
  const since = atMoment(view.since, wording);
  const work = WORK[wording.language][view.outcome];
  return wording.language === 'en'
    ? `We came by ${since} and could not ${work}. Reply to this text to agree on a new time.`
    : `Pasamos ${since} y no pudimos ${work}. Responda a este texto para acordar otra hora.`;
};

/** Returns the text of a trailer that comes to the customer, or is at their place: the subject of notices. */
export const comingWords = (
  view: Pick<CustomerView, 'kind' | 'stage' | 'site'>,
  what: 'on-the-way' | 'arriving-soon' | 'delayed',
  language: Language,
): string => {
  const isBack = view.stage === 'on_the_way_back';
  const pickup = isPickup(view);
  const empty = view.kind === 'exchange' && !isPresent(view.stage) && !isBack;
  if (language === 'es') {
    const subject = pickup ? 'Su recogida' : `Su remolque${empty ? ' vacio' : ''}`;
    const back = isBack ? ' de regreso' : '';
    return {
      'on-the-way': `${subject} esta en camino${back}.`,
      'arriving-soon': `${subject} esta por llegar.`,
      delayed: `${subject} viene con retraso.`,
    }[what];
  }
  const subject = pickup ? 'We are' : `Your ${empty ? 'empty ' : ''}trailer is`;
  return {
    'on-the-way': `${subject} on the way${isBack ? ' back to you' : pickup ? ' to you to pick up your trailer' : ''}.`,
    'arriving-soon': `${subject} almost there${pickup ? ' to pick up your trailer' : ''}.`,
    delayed: `${subject} running late.`,
  }[what];
};
