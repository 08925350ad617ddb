/*
 * The data that the emulator sends to the Phones page: everything at first, then the changes. Times are epoch ms. `revision` grows
 * with each change.
 */

export type Role = 'customer' | 'dispatcher' | 'other';

/** The result of a webhook: its last status, or the reason for having none; `tries` counts both URLs. */
export type WebhookResult = { status: number | null; problem: string | null; tries: number; fallback: boolean };

export type MessageStatus = 'receiving' | 'received' | 'queued' | 'sent' | 'delivered' | 'undelivered' | 'failed';

export type Message = {
  /** Left out for Twilio. */
  carrier?: string;
  /** The channel; left out for SMS and MMS. */
  channel?: 'whatsapp' | 'rcs';
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

/** The way in which a phone takes calls. */
export type Answering = 'answers' | 'voicemail' | 'no-answer' | 'busy';

/** A moment of a call: what a phone did, or what was said to the person at it. */
export type CallEvent = {
  at: number;
  phone: string;
  kind: 'rang' | 'outcome' | 'said' | 'pressed' | 'ended';
  text: string;
};

export type CallStatus =
  | 'queued'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'failed'
  | 'no-answer'
  | 'canceled';

/** A call: from a phone to one of the numbers, or one that the product placed. */
export type Call = {
  sid: string;
  revision: number;
  direction: 'inbound' | 'outbound-api';
  from: string;
  to: string;
  status: CallStatus;
  createdAt: number;
  endedAt: number | null;
  events: CallEvent[];
};

/** `condition` is `none`, `opted-out`, or a fault's name. */
export type Phone = {
  number: string;
  name: string;
  role: Role;
  suggestions: string[];
  condition: string;
  answering: Answering;
  revision: number;
};

/**
 * One request between the product and a carrier, in either direction. `carrier` is left out for Twilio; `code` is Twilio's error
 * code. AWS reports by SNS notifications, of kind `inbound` and `status`.
 */
export type Exchange = {
  carrier?: string;
  id: number;
  revision: number;
  at: number;
  kind: 'api' | 'inbound' | 'fallback' | 'status' | 'call';
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

/** `times`: number of texts that the fault still affects; null until it is switched off. */
export type CarrierState = { fault: string | null; times: number | null };

export type Choice = { value: string; label: string; hint: string };

/** A carrier with its faults. */
export type Carrier = { id: string; name: string; faults: Choice[]; state: CarrierState };

export type View = {
  /** A new identity makes everything known void. */
  identity: string;
  revision: number;
  /** IANA name of the zone in which times are shown; null for the browser's. */
  timeZone: string | null;
  /** `takesCalls`: the carrier can call. */
  numbers: Array<{ number: string; name: string; takesCalls: boolean }>;
  answerings: Choice[];
  conditions: Choice[];
  /** In order: the first is used unless it fails. */
  carriers: Carrier[];
  phones: Phone[];
  messages: Message[];
  calls: Call[];
  exchanges: Exchange[];
};
