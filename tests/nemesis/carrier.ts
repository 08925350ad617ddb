import type { FindTexts, SendOutcome, Sms, SmsCarrier } from '@qdn/domain';
import { LANDLINE } from './company.ts';
import type { AcceptedText, History } from './history.ts';
import { LATE_ACCEPT_MS, LIST_LAG_MS, type Nemesis } from './nemesis.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

type Taken = AcceptedText & { at: number; listedAt: number };

const sidOf = (outboundMessageId: string): string => outboundMessageId.split('~')[1] ?? '';

/** Behaviour of a carrier. */
export type CarrierTraits = { name: string; hasList: boolean; hasOutages: boolean };

/**
 * A carrier that accepts texts, loses answers, refuses, and lists texts late. Duplicates are counted in the texts that it accepted.
 * @param onAccepted called with each accepted text, to send receipts for it
 */
export const createCarrier = (
  { name, hasList, hasOutages }: CarrierTraits,
  { random, timeline, history, nemesis }: { random: Random; timeline: Timeline; history: History; nemesis: Nemesis },
  onAccepted: (text: AcceptedText) => void,
): SmsCarrier => {
  const taken: Taken[] = [];
  const downFrom = hasOutages && nemesis.strikes('outage') ? timeline.now() + random.between(0, 240_000) : null;
  const downUntil = (downFrom ?? 0) + random.between(60_000, 600_000);

  const take = ({ outboundMessageId, to, body, media = [] }: Sms): SendOutcome => {
    const count = (taken.length + 1).toString(16);
    const carrierSid = name === 'twilio' ? `SM${count.padStart(32, 'c')}` : `${name}-${count}`;
    const text = { carrier: name, carrierSid, outboundMessageId, to, body, hasPictures: media.length > 0 };
    const lagMs = nemesis.strikes('late-list') ? random.between(0, LIST_LAG_MS) : 0;
    taken.push({ ...text, at: timeline.now(), listedAt: timeline.now() + lagMs });
    history.add(timeline.now(), sidOf(outboundMessageId), { kind: 'accepted', text });
    onAccepted(text);
    return { kind: 'accepted', carrierSid };
  };

  const send = async (sms: Sms): Promise<SendOutcome> => {
    if (sms.to === LANDLINE)
      return { kind: 'rejected', class: 'unreachable', code: 21614, detail: 'not a mobile number' };
    const isDown = downFrom !== null && timeline.now() >= downFrom && timeline.now() < downUntil;
    if (isDown || nemesis.strikes('not-reached')) return { kind: 'not-processed', detail: 'connection refused' };
    if (nemesis.strikes('too-many-requests'))
      return { kind: 'not-processed', retryAfterMs: random.between(100, 8000), detail: '429' };
    if (nemesis.strikes('our-setup'))
      return { kind: 'rejected', class: 'credentials', code: 20003, detail: 'wrong credentials' };
    if (nemesis.strikes('error-500')) return { kind: 'rejected', class: 'ambiguous', code: 20500, detail: 'internal' };
    if (nemesis.strikes('lost-text')) return { kind: 'unknown', detail: 'timeout' };
    if (nemesis.strikes('accept-late')) {
      timeline.after(random.between(0, LATE_ACCEPT_MS), () => void take(sms));
      return { kind: 'unknown', detail: 'timeout' };
    }
    const outcome = take(sms);
    if (nemesis.strikes('accept-and-500'))
      return { kind: 'rejected', class: 'ambiguous', code: 20500, detail: 'internal' };
    return nemesis.strikes('accept-and-drop') ? { kind: 'unknown', detail: 'socket hang up' } : outcome;
  };

  const isRedacted = hasList && nemesis.strikes('redacted-list');
  if (isRedacted) history.add(timeline.now(), null, { kind: 'redacted', carrier: name });
  const find: FindTexts = async ({ to, body, sentAfter }) => {
    if (nemesis.strikes('no-list')) throw new Error('The list cannot be read');
    return taken
      .filter((text) => text.to === to && text.at >= sentAfter && text.listedAt <= timeline.now())
      .map(({ carrierSid, at, ...text }) => ({ carrierSid, at, shown: isRedacted ? '' : text.body }))
      .map(({ carrierSid, at, shown }) =>
        shown === body ? { carrierSid } : { carrierSid, other: { body: shown, at } },
      );
  };
  return { name, send, find: hasList ? find : null };
};
