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

/** Returns the address of a person on a channel: the inverse of `personKey` and `channelOf`. */
export const addressOn = (channel: Channel, phone: string): string =>
  channel === 'sms' ? phone : `${channel}:${phone}`;
