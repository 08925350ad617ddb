import type { SendOutcome, Sms, SmsCarrier } from '@qdn/domain';
import { segments as segmentsOf } from '@qdn/domain/relay/segments';
import type { Timeline } from '../nemesis/timeline.ts';
import { createSamples } from './queue-trigger.ts';

/** Time of a segment on a long code, in ms: https://help.twilio.com/articles/223183648 */
const SEGMENT_MS = 1000;

/** SIDs of texts that answer no message begin with this. */
const OWN_SID = '~QS';

/** A text that the carrier has taken. `sentAt`: when it leaves the carrier's queue, epoch ms. */
export type TakenText = { carrierSid: string; sms: Sms; sentAt: number };

/**
 * A carrier with a pool of numbers: each sends one segment a second, and a person's texts always leave from the same number.
 * @param onTaken called with each text, to send its receipts
 */
export const createNumberPool = (numbers: number, timeline: Timeline, onTaken: (text: TakenText) => void) => {
  const freeAt = new Float64Array(numbers);
  const stickyOf = new Map<string, number>();
  const waits = createSamples();
  const noticeWaits = createSamples();
  let taken = 0;
  let segments = 0;
  const send = async (sms: Sms): Promise<SendOutcome> => {
    taken += 1;
    const carrierSid = `SM${taken.toString(16).padStart(32, 'c')}`;
    const number = stickyOf.get(sms.to) ?? stickyOf.size % numbers;
    stickyOf.set(sms.to, number);
    const length = segmentsOf(sms.body);
    segments += length;
    const now = timeline.now();
    const sentAt = Math.max(now, freeAt[number] ?? 0) + length * SEGMENT_MS;
    freeAt[number] = sentAt;
    (sms.outboundMessageId.includes(OWN_SID) ? noticeWaits : waits).add(sentAt - now);
    onTaken({ carrierSid, sms, sentAt });
    return { kind: 'accepted', carrierSid };
  };
  const carrier: SmsCarrier = { name: 'twilio', send, find: async () => [] };
  return {
    carrier,
    /** Time from acceptance to sending, in ms: of people's texts, and of notices. */
    waits,
    noticeWaits,
    taken: (): number => taken,
    segments: (): number => segments,
    /** Number of segments that wait in the carrier's queues. */
    depth: (): number =>
      freeAt.reduce((sum, at) => sum + Math.max(0, Math.ceil((at - timeline.now()) / SEGMENT_MS)), 0),
  };
};
