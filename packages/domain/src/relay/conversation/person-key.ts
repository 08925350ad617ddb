/** Channels over which a person writes. The prefix of the address names it; a plain number is SMS or MMS. */
export const CHANNELS = ['sms', 'whatsapp', 'rcs'] as const;
export type Channel = (typeof CHANNELS)[number];

const PREFIX = /^(?<channel>whatsapp|rcs):/i;

/**
 * Returns the key of a person: the address without its channel. `whatsapp:+15125550111` and `+15125550111` are one person.
 * @see https://www.twilio.com/docs/messaging/channels
 */
export const personKey = (address: string): string => address.trim().replace(PREFIX, '');

/** Returns the channel of an address. */
export const channelOf = (address: string): Channel => {
  const name = PREFIX.exec(address.trim())?.groups?.['channel']?.toLowerCase();
  return name === 'whatsapp' || name === 'rcs' ? name : 'sms';
};

/**
 * Time after a person's last text on a channel in which it carries an answer, in ms; a channel that is left out carries one at any time. WhatsApp's
 * is 24 hours; a text that is sent in its last minutes may arrive after it.
 * @see https://www.twilio.com/docs/api/errors/63016
 */
const ANSWERED_WITHIN_MS: Partial<Record<Channel, number>> = { whatsapp: 24 * 3_600_000 - 5 * 60_000 };

/**
 * Tests whether a channel carries an answer at a moment.
 * @param lastAt time of the person's last text, null without one; both epoch ms
 */
export const carriesAnswer = (channel: Channel, lastAt: number | null, at: number): boolean => {
  const within = ANSWERED_WITHIN_MS[channel];
  return within === undefined || (lastAt !== null && at - lastAt < within);
};

/** Returns the address of a person on a channel: the inverse of `personKey` and `channelOf`. */
export const addressOn = (channel: Channel, phone: string): string =>
  channel === 'sms' ? phone : `${channel}:${phone}`;
