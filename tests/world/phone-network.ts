import type { FindTexts, SendOutcome, Sms, SmsCarrier } from '@qdn/domain';
import type { SentText } from '@qdn/world';
import { LATE_ACCEPT_MS, LIST_LAG_MS, type Nemesis } from '../nemesis/nemesis.ts';
import type { Random } from '../nemesis/random.ts';
import type { Timeline } from '../nemesis/timeline.ts';
import type { FaultSchedule } from './fault-schedule.ts';

/** Words that Twilio's default opt-out handling acts on, when they are the whole text. */
const STOP_WORDS = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT']);
const START_WORDS = new Set(['START', 'UNSTOP']);

/** A text that the carrier accepted. `errorCode` is the reason for which the phone does not get it; null for one that it gets. */
export type AcceptedSms = { carrierSid: string; sms: Sms; errorCode: number | null };

/** The carrier of the company's number, as phones see it. */
export type PhoneNetwork = {
  carrier: SmsCarrier;
  /** Notes an opt-out keyword that a phone has texted: Twilio itself then refuses texts to that phone. */
  note(from: string, body: string): void;
  /** Returns the texts that phones have got, oldest first. */
  sentTexts(): readonly SentText[];
  /** Number of accepted texts beyond the first of each outbound message. */
  repeats(): number;
};

type NetworkSetting = {
  number: string;
  random: Random;
  timeline: Timeline;
  nemesis: Pick<Nemesis, 'strikes'>;
  faults: FaultSchedule;
  /** Error codes of phones that take no texts, such as 21614 for a landline. */
  refusedPhones?: Readonly<Record<string, number>> | undefined;
  /** Called with each accepted text, to send its receipts. */
  onAccepted: (text: AcceptedSms) => void;
};

type Listed = AcceptedSms & { at: number; listedAt: number };

/** Returns the fault at which a carrier answers before it accepts the text; null when it accepts it. */
const refusalOf = ({ strikes }: Pick<Nemesis, 'strikes'>, random: Random): SendOutcome | null => {
  if (strikes('not-reached')) return { kind: 'not-processed', detail: 'connection refused' };
  if (strikes('too-many-requests'))
    return { kind: 'not-processed', retryAfterMs: random.between(100, 8000), detail: '429' };
  if (strikes('error-500')) return { kind: 'rejected', class: 'ambiguous', code: 20500, detail: 'internal' };
  if (strikes('lost-text')) return { kind: 'unknown', detail: 'timeout' };
  return null;
};

/** Creates the carrier. Without faults it accepts every text, except to phones that have opted out. */
export const createPhoneNetwork = (setting: NetworkSetting): PhoneNetwork => {
  const { number, random, timeline, nemesis, faults, refusedPhones = {}, onAccepted } = setting;
  const sent: SentText[] = [];
  const accepted: Listed[] = [];
  const seen = new Set<string>();
  const optedOut = new Set<string>();
  let repeats = 0;

  const fateOf = (): number | null => {
    if (faults.isUnregistered(timeline.now())) return 30034;
    return faults.phoneOff > 0 && random.chance(faults.phoneOff) ? 30003 : null;
  };
  const accept = (sms: Sms): SendOutcome => {
    const carrierSid = `SM${(accepted.length + 1).toString(16).padStart(32, 'c')}`;
    const at = timeline.now();
    const lagMs = nemesis.strikes('late-list') ? random.between(0, LIST_LAG_MS) : 0;
    const text = { carrierSid, sms, errorCode: fateOf(), at, listedAt: at + lagMs };
    accepted.push(text);
    if (seen.has(sms.outboundMessageId)) repeats += 1;
    seen.add(sms.outboundMessageId);
    if (text.errorCode === null) sent.push({ at, from: number, to: sms.to, body: sms.body, media: [] });
    onAccepted(text);
    return { kind: 'accepted', carrierSid };
  };
  const send = async (sms: Sms): Promise<SendOutcome> => {
    await new Promise<void>((resolve) => timeline.after(random.between(100, 400), resolve));
    if (optedOut.has(sms.to))
      return { kind: 'rejected', class: 'opted-out', code: 21610, detail: 'the recipient has opted out' };
    const code = refusedPhones[sms.to];
    if (code !== undefined) return { kind: 'rejected', class: 'unreachable', code, detail: 'the phone takes no texts' };
    if (faults.isDown(timeline.now())) return { kind: 'not-processed', detail: 'connection refused' };
    const refusal = refusalOf(nemesis, random);
    if (refusal) return refusal;
    if (nemesis.strikes('accept-late')) {
      timeline.after(random.between(0, LATE_ACCEPT_MS), () => void accept(sms));
      return { kind: 'unknown', detail: 'timeout' };
    }
    const outcome = accept(sms);
    if (nemesis.strikes('accept-and-500'))
      return { kind: 'rejected', class: 'ambiguous', code: 20500, detail: 'internal' };
    return nemesis.strikes('accept-and-drop') ? { kind: 'unknown', detail: 'socket hang up' } : outcome;
  };
  const find: FindTexts = async ({ to, body, sentAfter }) => {
    if (nemesis.strikes('no-list')) throw new Error('The list cannot be read');
    return accepted
      .filter(({ sms, at, listedAt }) => sms.to === to && at >= sentAfter && listedAt <= timeline.now())
      .map(({ carrierSid, at, sms }) => ({ carrierSid, at, shown: faults.isRedacted ? '' : sms.body }))
      .map(({ carrierSid, at, shown }) =>
        shown === body ? { carrierSid } : { carrierSid, other: { body: shown, at } },
      );
  };

  return {
    carrier: { name: 'twilio', send, find },
    note: (from, body) => {
      const word = body.trim().toUpperCase();
      if (STOP_WORDS.has(word)) optedOut.add(from);
      if (START_WORDS.has(word)) optedOut.delete(from);
    },
    sentTexts: () => sent,
    repeats: () => repeats,
  };
};
