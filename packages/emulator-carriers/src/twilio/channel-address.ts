import type { Message } from '../phones/page/view.ts';
import { toE164 } from '../phones/phone-number.ts';

/** A channel besides SMS. */
export type Channel = NonNullable<Message['channel']>;

/** The account's senders on the channels: a number on WhatsApp, the ID of an agent on RCS. */
export type Senders = Readonly<Partial<Record<Channel, string>>>;

/** Time after a phone's last text over WhatsApp in which it takes free text, in ms. https://www.twilio.com/docs/api/errors/63016 */
export const WHATSAPP_WINDOW_MS = 24 * 3_600_000;

const PREFIX = /^(whatsapp|rcs):(.+)$/;

/** Reads an address: its channel, null for SMS, and what follows the prefix. */
export const channelAddress = (address: string): { channel: Channel | null; id: string } => {
  const [, channel, id] = PREFIX.exec(address) ?? [];
  return channel === 'whatsapp' || channel === 'rcs' ? { channel, id: id ?? '' } : { channel: null, id: address };
};

/** Returns the number behind an address of a phone; null when there is none. */
export const numberBehind = (address: string): string | null => toE164(channelAddress(address).id);

/** Returns sender and recipient of a message as Twilio writes them: both with the prefix of its channel. */
export const addressesOf = (
  { channel, direction, from, to }: Pick<Message, 'channel' | 'direction' | 'from' | 'to'>,
  senders: Senders = {},
): { from: string; to: string } => {
  if (!channel) return { from, to };
  const own = (number: string) => `${channel}:${senders[channel] ?? number}`;
  return direction === 'inbound'
    ? { from: `${channel}:${from}`, to: own(to) }
    : { from: own(from), to: `${channel}:${to}` };
};
