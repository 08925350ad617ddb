import { createHmac, timingSafeEqual } from 'node:crypto';
import { pathTo } from '@qdn/contracts';
import { MEDIA_TOKEN_PATTERN } from '@qdn/contracts/patterns';
import * as routes from '@qdn/contracts/routes';
import { ProductError } from '@qdn/domain';
import type { Keyring, KeyringSource } from '@qdn/lambda';

/** One picture of a message, or its words: Twilio's SID of the message, and which of its pictures, from 0, or `WORDS`. */
export type Picture = { messageSid: string; index: number };

/** In place of a picture's index: the words of the message. */
export const WORDS = 0x10;

const DAY_MS = 86_400_000;
/** Validity of a link to a picture, in ms. */
const LIFE_MS = 30 * DAY_MS;
/** 64 bits: guessing takes three centuries at a billion guesses a second, without the message's SID. */
const MAC_BYTES = 8;
const SID_BYTES = 16;
const CONTENT_BYTES = 1 + SID_BYTES + 2;
const TOKEN = new RegExp(MEDIA_TOKEN_PATTERN);
const IS_MM = 0x80;
const INDEX_BITS = 0x1f;

type Key = Parameters<typeof createHmac>[1];

/** The MAC is for this purpose only: no other token of the product begins with these words. */
const macOf = (content: Buffer, key: Key): Buffer =>
  createHmac('sha256', key).update('qdn media link\0').update(content).digest().subarray(0, MAC_BYTES);

/** The operators' keys, because the customers' keys are also at the edge. */
const keysOf = ({ operator }: Keyring) => operator;

/**
 * Returns the token of one picture, or of the words: kind and index (1 byte), the message's SID (16), the last day (2), a signature (8). It has 36
 * characters, because SMS is paid by length.
 * @param receivedAt epoch ms, of the message: the same picture always gets the same token
 * @returns null for a message without a Twilio SID
 */
export const mediaToken = ({ messageSid, index }: Picture, receivedAt: number, keyring: Keyring): string | null => {
  const sid = /^(SM|MM)([0-9a-fA-F]{32})$/.exec(messageSid);
  if (!sid || index > WORDS) return null;
  const content = Buffer.alloc(CONTENT_BYTES);
  content.writeUInt8((sid[1] === 'MM' ? IS_MM : 0) | index, 0);
  content.write(sid[2] ?? '', 1, 'hex');
  content.writeUInt16BE(Math.ceil((receivedAt + LIFE_MS) / DAY_MS), 1 + SID_BYTES);
  const { currentKid, keys } = keysOf(keyring);
  const key = keys.get(currentKid);
  if (!key) throw new Error('The keyring holds no current key for operators');
  return Buffer.concat([content, macOf(content, key)]).toString('base64url');
};

/**
 * Returns the picture of a token; null when no key has signed it, or when its last day is over.
 * @param now epoch ms
 */
export const readMediaToken = (token: string, keyring: Keyring, now: number): Picture | null => {
  if (!TOKEN.test(token)) return null;
  const bytes = Buffer.from(token, 'base64url');
  const [content, mac] = [bytes.subarray(0, CONTENT_BYTES), bytes.subarray(CONTENT_BYTES)];
  const isSigned = [...keysOf(keyring).keys.values()].some((key) => timingSafeEqual(macOf(content, key), mac));
  if (!isSigned || now >= content.readUInt16BE(1 + SID_BYTES) * DAY_MS) return null;
  const kind = content.readUInt8(0);
  const sid = content.subarray(1, 1 + SID_BYTES).toString('hex');
  return { messageSid: `${kind & IS_MM ? 'MM' : 'SM'}${sid}`, index: kind & INDEX_BITS };
};

/** Placeholder for a link when the carrier cannot provide the picture: the dispatcher must know that there is one. */
const NO_LINK = '[picture]';

/** Tells whether anyone can load a message's pictures from their URL, without our key. */
const isPublic = (messageSid: string): boolean => messageSid.startsWith('QC');

/**
 * Returns the place of a medium in the order in which it is looked up, by Twilio's SIDs: the order of the webhook is another one.
 * @param index in the message
 */
const lookUpIndex = (media: ReadonlyArray<{ url: string }>, index: number): number => {
  const sids = media.map(({ url }) => /\/(ME[0-9a-f]{32})$/i.exec(url)?.[1] ?? null);
  const own = sids[index];
  return own == null || sids.includes(null) ? index : sids.toSorted().indexOf(own);
};

/** Returns a maker of links to a message's words; null for a message that Twilio does not keep. */
export const wordsLinks =
  (publicUrl: string, keyring: KeyringSource) =>
  async ({ messageSid, receivedAt }: { messageSid: string; receivedAt: number }): Promise<string | null> => {
    const token = mediaToken({ messageSid, index: WORDS }, receivedAt, await keyring());
    return token && `${publicUrl}${pathTo(routes.getMedia, { token })}`;
  };

/** Returns a maker of links to a message's pictures. */
export const mediaLinks =
  (publicUrl: string, keyring: KeyringSource) =>
  async (
    message: { messageSid: string; receivedAt: number; media?: ReadonlyArray<{ url: string }> },
    index: number,
  ): Promise<string> => {
    const address = message.media?.[index]?.url ?? '';
    if (isPublic(message.messageSid)) return address.startsWith('https://') ? address : NO_LINK;
    const picture = { messageSid: message.messageSid, index: lookUpIndex(message.media ?? [], index) };
    const token = mediaToken(picture, message.receivedAt, await keyring());
    return token ? `${publicUrl}${pathTo(routes.getMedia, { token })}` : NO_LINK;
  };

/** Authenticates by a media token. @throws ProductError `unauthenticated` */
export const mediaAuthentication =
  ({ keyring, now }: { keyring: KeyringSource; now: () => number }) =>
  async (token: string): Promise<Picture> => {
    // The keys may have been rotated a moment ago; a text of another form is refused at once.
    const picture =
      readMediaToken(token, await keyring(), now()) ??
      (TOKEN.test(token) ? readMediaToken(token, await keyring(true), now()) : null);
    if (picture) return picture;
    throw new ProductError('unauthenticated', 'This link to a message is not complete, or more than 30 days old.');
  };
