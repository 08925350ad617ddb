/*
 * What the Phones page is told by the stand-in: the whole at first, then what changed since. Times are epoch ms. `revision`
 * grows with each change and says which things are news.
 */

export type Role = 'customer' | 'dispatcher' | 'other';

/** How a webhook went: its last status, or why there was none; `tries` counts both URLs. */
export type WebhookResult = { status: number | null; problem: string | null; tries: number; fallback: boolean };

export type MessageStatus = 'receiving' | 'received' | 'queued' | 'sent' | 'delivered' | 'undelivered' | 'failed';

export type Message = {
  /** Left out for Twilio. */
  carrier?: 'aws';
  sid: string;
  revision: number;
  direction: 'inbound' | 'outbound-api' | 'outbound-reply';
  from: string;
  to: string;
  body: string;
  media: Array<{ url: string; contentType: string }>;
  segments: number;
  status: MessageStatus;
  errorCode: number | null;
  createdAt: number;
  /** The inbound webhook's result, or the newest status callback's; null before it, or when none is configured. */
  webhook: WebhookResult | null;
};

/** `condition` is `none`, `opted-out`, or a fault's name. */
export type Phone = {
  number: string;
  name: string;
  role: Role;
  suggestions: string[];
  condition: string;
  revision: number;
};

/**
 * One request between the product and a carrier, in either direction. `code` is Twilio's error code; AWS, which is left out for
 * Twilio, tells by SNS notifications, of kind `inbound` and `status`.
 */
export type Exchange = {
  carrier?: 'aws';
  id: number;
  revision: number;
  at: number;
  kind: 'api' | 'inbound' | 'fallback' | 'status';
  method: string;
  url: string;
  parameters: Record<string, string>;
  try: number;
  status: number | null;
  problem: string | null;
  answer: string;
  code: number | null;
  ms: number;
  sid: string | null;
  /** The phone whose conversation it belongs to. */
  phone: string | null;
};

/** `times`: how many more texts the fault hits; null until it is switched off. */
export type CarrierState = { fault: string | null; times: number | null };

export type Choice = { value: string; label: string; hint: string };

export type View = {
  /** Another identity means that all that was known is void. */
  identity: string;
  revision: number;
  numbers: Array<{ number: string; name: string }>;
  conditions: Choice[];
  carrierFaults: Choice[];
  carrier: CarrierState;
  /** The carrier that takes over when Twilio fails, and the number that it sends from. */
  secondCarrier: { number: string; faults: Choice[]; state: CarrierState } | null;
  phones: Phone[];
  messages: Message[];
  exchanges: Exchange[];
};
