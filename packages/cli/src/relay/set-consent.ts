import { phoneFrom } from '@qdn/company';
import { pathTo, type Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { parsePhoneNumber } from '@qdn/domain';
import { CommandError } from '../connection.ts';
import type { OperatorContext } from '../operator-context.ts';
import { oneLine } from '../printable.ts';
import type { LocalTime } from '../times/local-time.ts';

type Consent = Wire<'consent'>;

/** A decision of the operator; without `isStopped` the consent is only shown. */
export type AskedConsent = { phone: string; isStopped: boolean | undefined; why: string | undefined };

const ORIGINS: Readonly<Record<Consent['by'], string>> = {
  stop: 'keyword',
  start: 'keyword',
  words: 'own words',
  carrier: 'refusal of the carrier',
  dispatcher: 'dispatcher',
  operator: 'operator',
};

/** Returns one entry of a consent's history: `2026-11-30 10:00  opted out  keyword: STOP`. */
const entryOf = ({ at, isStopped, by, why, actor }: Consent, time: Pick<LocalTime, 'stamp'>): string =>
  `${time.stamp(at)}  ${isStopped ? 'opted out' : 'gets texts'}  ${ORIGINS[by]}${actor === null ? '' : ` ${oneLine(actor)}`}${why === null ? '' : `: ${oneLine(why)}`}`;

const find = async ({ api }: Pick<OperatorContext, 'api'>, question: Wire<'consentQuestion'>): Promise<Consent[]> =>
  (await api<Wire<'consentList'>>('POST', pathTo(routes.findConsents), question)).consents;

/** Lists the numbers that opted out last. */
export const optedOutNumbers = async (context: Pick<OperatorContext, 'api' | 'time'>): Promise<string> => {
  const consents = await find(context, {});
  if (consents.length === 0) return 'No number has opted out.';
  return consents.map((consent) => `${consent.phone}  ${entryOf(consent, context.time())}`).join('\n');
};

/**
 * Shows the consent of a number with its history, or changes it, through the API. The compliance log records a change with its reason.
 * @param company the company file, which says how its numbers are written; null without one
 * @returns a sentence for the operator
 * @throws CommandError for a number that is not one, and for a change without a reason
 */
export const consentOf = async (
  context: Pick<OperatorContext, 'api' | 'time'>,
  { phone: written, isStopped, why }: AskedConsent,
  company: unknown,
): Promise<string> => {
  const phone = parsePhoneNumber(phoneFrom(written, company));
  if (!phone) throw new CommandError(`"${written}" is not a phone number. Write it like +15125550111.`);
  if (isStopped === undefined) {
    const history = await find(context, { phone });
    const state = history[0]?.isStopped
      ? `${phone} has opted out: it gets no texts. Only the person can undo a STOP, by texting START.`
      : `${phone} gets texts.`;
    return [state, ...history.map((consent) => `  ${entryOf(consent, context.time())}`)].join('\n');
  }
  if (why === undefined)
    throw new CommandError('The reason is missing. Add --why "asked by phone": the compliance log keeps it.');
  const change: Wire<'consentChange'> = { phone, isStopped, why };
  await context.api<Consent>('PUT', pathTo(routes.setConsent), change);
  return isStopped
    ? `${phone} gets no more texts, in a moment. The compliance log has the reason.`
    : `${phone} gets texts again, in a moment. If the person texted STOP, Twilio refuses them (21610) until the phone texts START.`;
};
