import { clockTime } from '../customer/stage-words.ts';
import type { Language } from '../job.ts';
import { withoutAccents } from './text-layout.ts';

/* Texts about calls, in GSM-7 characters. */

/** A call that no one answered. `handle` is null when its caller cannot be called back; `at` is epoch ms. */
export type MissedCallFacts = { who: string; handle: string | null; at: number; timeZone: string };

/** Tells the team about a missed call. @param job stage, arrival and link of the caller's job; null without one */
export const missedCallText = ({ who, handle, at, timeZone }: MissedCallFacts, job: string | null): string => {
  const when = `missed call at ${clockTime(at, timeZone)}`;
  const name = withoutAccents(who);
  const first =
    handle === null
      ? `${when[0]?.toUpperCase()}${when.slice(1)} from ${name}. There is no number to call back.`
      : `${name} ${handle}: ${when}. To call back, reply: ${handle} call`;
  return [first, ...(job === null ? [] : [job])].join('\n');
};

/** Tells a caller that the team knows of the call. @param isFirstText the first text to a stranger names STOP */
export const callerText = (companyName: string, language: Language, isFirstText: boolean): string => {
  const name = withoutAccents(companyName);
  const words =
    language === 'es'
      ? 'no pudimos contestar su llamada. Ya avisamos al equipo. Puede escribirnos a este numero.'
      : 'Sorry we missed your call. Our team knows. You can text us at this number.';
  const stop = language === 'es' ? ' STOP para no recibir mensajes.' : ' Reply STOP to opt out.';
  return `${name}: ${words}${isFirstText ? stop : ''}`;
};

/** Reasons for which a dispatcher's call is not placed. */
export type CallRefusal = 'off' | 'not-callable' | 'refused' | 'unknown' | 'no-pick-up';

/** Tells a dispatcher that a call did not come about. @param who the person's name and handle; `handle` repeats the request */
export const callFailedText = (refusal: CallRefusal, who: string, handle: string, phone: string): string => {
  const name = withoutAccents(who);
  switch (refusal) {
    case 'off':
      return `Calls are switched off here. Call ${name} on ${phone}.`;
    case 'not-callable':
      return `Not called: ${name} has no number that can be called (${phone}).`;
    case 'refused':
      return `The call to ${name} did not go out. Call ${phone}.`;
    case 'unknown':
      return `The call to ${name} may not have gone out. If your phone does not ring, call ${phone}.`;
    case 'no-pick-up':
      return `You did not pick up, so ${name} was not called. To try again, reply: ${handle} call`;
  }
};
