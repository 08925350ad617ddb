/** One text to send. Numbers in E.164; `statusCallback` is where the carrier reports what became of it. */
export type Sms = { to: string; from: string; body: string; statusCallback: string };

/**
 * What sending came to. `not-processed`: the carrier certainly did not take it, so it may be sent again. `unknown`: it may or
 * may not have; it must be looked for before it is sent again. `rejected`: it will not be sent, and trying again will not help.
 */
export type SendOutcome =
  | { kind: 'accepted'; carrierSid: string }
  | { kind: 'rejected'; code: number; detail: string }
  | { kind: 'not-processed'; retryAfterMs?: number; detail: string }
  | { kind: 'unknown'; detail: string };

/** An SMS carrier. Neither method throws for what a carrier or a network may do; `find` may, and is tried again later. */
export type SmsCarrier = {
  name: string;
  send(sms: Sms): Promise<SendOutcome>;
  /** Texts to a number that the carrier took since `sentAfter` (epoch ms) and whose words are exactly `body`. */
  find(query: { to: string; body: string; sentAfter: number }): Promise<Array<{ carrierSid: string }>>;
};
