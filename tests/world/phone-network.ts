import type { FindTexts, SendOutcome, Sms, SmsCarrier } from '@qdn/domain';
import type { SentText } from '@qdn/world';
import type { Random } from '../nemesis/random.ts';
import type { Timeline } from '../nemesis/timeline.ts';

/** Words that Twilio's default opt-out handling acts on, when they are the whole text. */
const STOP_WORDS = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT']);
const START_WORDS = new Set(['START', 'UNSTOP']);

/** A text that the carrier accepted, with its own ID. */
export type AcceptedSms = { carrierSid: string; sms: Sms };

/** The carrier of the company's number, as phones see it. */
export type PhoneNetwork = {
  carrier: SmsCarrier;
  /** Notes an opt-out keyword that a phone has texted: Twilio itself then refuses texts to that phone. */
  note(from: string, body: string): void;
  sentTexts(): readonly SentText[];
};

/**
 * Creates a carrier that accepts every text, except to phones that have opted out.
 * @param onAccepted called with each accepted text, to send its receipts
 */
export const createPhoneNetwork = (
  number: string,
  { random, timeline }: { random: Random; timeline: Timeline },
  onAccepted: (text: AcceptedSms) => void,
): PhoneNetwork => {
  const sent: SentText[] = [];
  const accepted: Array<AcceptedSms & { at: number }> = [];
  const optedOut = new Set<string>();

  const send = async (sms: Sms): Promise<SendOutcome> => {
    await new Promise<void>((resolve) => timeline.after(random.between(100, 400), resolve));
    if (optedOut.has(sms.to))
      return { kind: 'rejected', class: 'opted-out', code: 21610, detail: 'the recipient has opted out' };
    const carrierSid = `SM${(accepted.length + 1).toString(16).padStart(32, 'c')}`;
    const text = { carrierSid, sms, at: timeline.now() };
    accepted.push(text);
    sent.push({ at: text.at, from: number, to: sms.to, body: sms.body, media: [] });
    onAccepted(text);
    return { kind: 'accepted', carrierSid };
  };
  const find: FindTexts = async ({ to, body, sentAfter }) =>
    accepted
      .filter(({ sms, at }) => sms.to === to && sms.body === body && at >= sentAfter)
      .map(({ carrierSid }) => ({ carrierSid }));

  return {
    carrier: { name: 'twilio', send, find },
    note: (from, body) => {
      const word = body.trim().toUpperCase();
      if (STOP_WORDS.has(word)) optedOut.add(from);
      if (START_WORDS.has(word)) optedOut.delete(from);
    },
    sentTexts: () => sent,
  };
};
