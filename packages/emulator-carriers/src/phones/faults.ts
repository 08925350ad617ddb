/**
 * Faults of one phone, or of Twilio as a whole. `api` faults affect the request that creates a text, `delivery` faults the text
 * after it was accepted.
 */
export const FAULTS = {
  'error-500': { at: 'api', label: 'API answers 500', hint: 'Nothing is sent. The caller cannot know that.' },
  'too-many-requests': { at: 'api', label: 'API answers 429', hint: 'Nothing is sent; Retry-After says 2 s.' },
  unauthorized: {
    at: 'api',
    label: 'Refuses our key (20003)',
    hint: 'Nothing is sent. The next carrier takes over at once.',
  },
  timeout: { at: 'api', label: 'API never answers', hint: 'Nothing is sent. The caller gives up waiting.' },
  'accept-and-500': { at: 'api', label: 'Sends, then answers 500', hint: 'The text goes out all the same.' },
  'accept-and-drop': {
    at: 'api',
    label: 'Sends, then drops the socket',
    hint: 'The text goes out; no answer ever comes.',
  },
  landline: { at: 'api', label: 'Landline (21614)', hint: 'Refused: not a mobile number.' },
  'queue-full': { at: 'delivery', label: 'Queue overflows (30001)', hint: 'Accepted, then failed.', code: 30001 },
  unreachable: { at: 'delivery', label: 'Unreachable (30003)', hint: 'Switched off or out of coverage.', code: 30003 },
  'unknown-handset': { at: 'delivery', label: 'Unknown handset (30005)', hint: 'No such subscriber.', code: 30005 },
  filtered: { at: 'delivery', label: 'Filtered as spam (30007)', hint: 'The carrier blocks the text.', code: 30007 },
  unregistered: {
    at: 'delivery',
    label: 'Not registered (30034)',
    hint: 'The number has no A2P 10DLC campaign: networks in the US block it.',
    code: 30034,
  },
  'channel-closed': {
    at: 'delivery',
    label: 'Refuses on WhatsApp and RCS (63016)',
    hint: 'A text on another channel than SMS is accepted and not delivered, as after WhatsApp’s 24 hours.',
    code: 63016,
  },
  'unknown-error': { at: 'delivery', label: 'Lost on the way (30008)', hint: 'No reason is given.', code: 30008 },
  'no-receipt': {
    at: 'delivery',
    label: 'No delivery receipt',
    hint: 'The text arrives; “delivered” is never reported.',
  },
} as const satisfies Record<string, { at: 'api' | 'delivery'; label: string; hint: string; code?: number }>;

export type Fault = keyof typeof FAULTS;
export const isFault = (name: unknown): name is Fault => typeof name === 'string' && Object.hasOwn(FAULTS, name);
export const CARRIER_FAULTS = Object.keys(FAULTS).filter((name): name is Fault => isFault(name) && name !== 'landline');

/** The error code that a fault ends a text's delivery with, or null. */
export const deliveryError = (fault: Fault | null): number | null => {
  if (!fault) return null;
  const found = FAULTS[fault];
  return 'code' in found ? found.code : null;
};

/** Seconds after which a 429 may be tried again. */
export const RETRY_AFTER_S = 2;
