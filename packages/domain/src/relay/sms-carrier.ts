import type { CarrierErrorCode, FailureClass } from './failure-class.ts';

/**
 * One text to send, to a number in E.164. A carrier sends it from its own number, and reports the delivery under the outbound
 * message's ID. `media` are public addresses of pictures that go along where the carrier can; the body has a link to each in any case.
 */
export type Sms = { to: string; body: string; outboundMessageId: string; media?: readonly string[] };

/**
 * The outcome of sending. `not-processed`: the carrier certainly did not take it, so it may be sent again. `unknown`: it may or
 * may not have; it must be looked for before it is sent again. `rejected`: the carrier refused it, for a reason of this class.
 * `isAltered`: the carrier answered with other words than it was given, so its list cannot be searched by words.
 */
export type SendOutcome =
  | { kind: 'accepted'; carrierSid: string; isAltered?: boolean }
  | { kind: 'rejected'; class: FailureClass; code: CarrierErrorCode; detail: string }
  | { kind: 'not-processed'; retryAfterMs?: number; detail: string }
  | { kind: 'unknown'; detail: string };

/** A text in a carrier's list. `other`: its words there, when they are not the ones searched for; empty when the carrier redacts. */
export type ListedText = { carrierSid: string; other?: { body: string /** Epoch ms. */; at: number } };

/**
 * Finds the texts to a number that the carrier took since `sentAfter` (epoch ms): those with the words `body`, and all others.
 * @throws when the carrier cannot be asked, or does not answer completely
 */
export type FindTexts = (query: { to: string; body: string; sentAfter: number }) => Promise<ListedText[]>;

/** An SMS carrier. `send` never throws for what a carrier or a network may do; `find` may, and is tried again later. */
export type SmsCarrier = {
  name: string;
  send(sms: Sms): Promise<SendOutcome>;
  /** Null for a carrier without a list to search: an unknown outcome then stays unknown until the carrier's receipt arrives. */
  find: FindTexts | null;
};

/** The company's carriers in order: when one fails, the next one is used. */
export type CarrierList = readonly [SmsCarrier, ...SmsCarrier[]];
