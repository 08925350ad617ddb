import { createInboundQueue } from '@qdn/aws/inbound-queue';
import { findQueue } from '@qdn/aws/operator';
import { createRelayStore } from '@qdn/aws/relay';
import { phoneFrom } from '@qdn/company';
import { type Consent, type ConsentOrigin, parsePhoneNumber } from '@qdn/domain';
import { CommandError } from '../connection.ts';
import { oneLine } from '../printable.ts';
import type { LocalTime } from '../times/local-time.ts';
import { type Cloud, INBOUND_QUEUE } from './cloud.ts';

/** A decision of the operator; without `isStopped` the consent is only shown. */
export type AskedConsent = { phone: string; isStopped: boolean | undefined; why: string | undefined };

const ORIGINS: Readonly<Record<ConsentOrigin, string>> = {
  stop: 'keyword',
  start: 'keyword',
  words: 'own words',
  carrier: 'refusal of the carrier',
  dispatcher: 'dispatcher',
  operator: 'operator',
};

/** Returns one entry of a consent's history: `2026-11-30 10:00  opted out  keyword: STOP`. */
const entryOf = ({ at, isStopped, by, why }: Consent, time: Pick<LocalTime, 'stamp'>): string =>
  `${time.stamp(at)}  ${isStopped ? 'opted out' : 'gets texts'}  ${ORIGINS[by]}${why === null ? '' : `: ${oneLine(why)}`}`;

/** Lists the numbers that opted out last. */
export const optedOutNumbers = async (cloud: Cloud, now: number, time: Pick<LocalTime, 'stamp'>): Promise<string> => {
  const consents = await createRelayStore(cloud.table, cloud.tableName).optedOut(now);
  if (consents.length === 0) return 'No number has opted out.';
  return consents.map((consent) => `${consent.phone}  ${entryOf(consent, time)}`).join('\n');
};

/**
 * Shows the consent of a number with its history, or changes it. A change goes through the queue: the worker stays the only writer of the relay's state, and the
 * compliance log records the change with its reason.
 * @param company the company file, which says how its numbers are written; null without one
 * @param now epoch ms
 * @param time the clock in which the history is shown
 * @returns a sentence for the operator
 * @throws CommandError for a number that is not one, and for a change without a reason
 */
export const consentOf = async (
  cloud: Cloud,
  { phone: written, isStopped, why }: AskedConsent,
  company: unknown,
  now: number,
  time: Pick<LocalTime, 'stamp'>,
): Promise<string> => {
  const phone = parsePhoneNumber(phoneFrom(written, company));
  if (!phone) throw new CommandError(`"${written}" is not a phone number. Write it like +15125550111.`);
  if (isStopped === undefined) {
    const history = await createRelayStore(cloud.table, cloud.tableName).consents(phone);
    const state = history[0]?.isStopped
      ? `${phone} has opted out: it gets no texts. Only the person can undo a STOP, by texting START.`
      : `${phone} gets texts.`;
    return [state, ...history.map((consent) => `  ${entryOf(consent, time)}`)].join('\n');
  }
  if (why === undefined)
    throw new CommandError('The reason is missing. Add --why "asked by phone": the compliance log keeps it.');
  await createInboundQueue(cloud.sqs, (await findQueue(cloud.sqs, INBOUND_QUEUE)).url).send({
    schema: 1,
    kind: 'consent',
    phone,
    isStopped,
    why,
    at: new Date(now).toISOString(),
  });
  return isStopped
    ? `${phone} gets no more texts, in a moment. The compliance log has the reason.`
    : `${phone} gets texts again, in a moment. If the person texted STOP, Twilio refuses them (21610) until the phone texts START.`;
};
