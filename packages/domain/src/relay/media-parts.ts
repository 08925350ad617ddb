import type { InboundMessage } from './inbound-message.ts';

/** A picture, recording or file of a message: its name for people, its link, and its media type as the carrier gave it. */
export type MediaPart = { what: string; link: string; contentType: string };

/** Names of media by their type; the first pattern that fits counts. https://www.iana.org/assignments/media-types */
const NAMES: ReadonlyArray<[RegExp, string]> = [
  // iPhones share a place as a contact card of this type.
  [/^(?:text\/(?:x-)?vlocation|application\/geo\+json|application\/vnd\.google-earth)/, 'Location'],
  [/^(?:text\/(?:x-)?vcard|text\/directory|application\/vcard)/, 'Contact card'],
  [/^(?:text\/(?:x-v)?calendar)/, 'Calendar entry'],
  [/^image\//, 'Photo'],
  [/^video\//, 'Video'],
  [/^audio\//, 'Voice message'],
  [/^application\/pdf/, 'PDF'],
];

/** Returns the name of a medium for people, in English. */
export const mediaName = (contentType: string): string =>
  NAMES.find(([pattern]) => pattern.test(contentType.trim().toLowerCase()))?.[1] ?? 'File';

/** Returns a message's media with their names and links. */
export const mediaParts = async (
  message: InboundMessage,
  linkOf: (message: InboundMessage, index: number) => Promise<string>,
): Promise<MediaPart[]> =>
  Promise.all(
    message.media.map(async ({ contentType }, index) => ({
      what: mediaName(contentType),
      link: await linkOf(message, index),
      contentType,
    })),
  );

/**
 * Types that go along as MMS: those that Twilio fits to the phone, and small ones. Phones and networks refuse others above some 600 KB, and
 * for these the link serves. https://www.twilio.com/docs/messaging/guides/accepted-mime-types
 */
const MMS_TYPES = /^(?:image\/(?:jpe?g|png|gif)|text\/(?:x-)?vcard|audio\/amr)$/i;

/** Returns the addresses of a message's media that can go along as MMS. */
export const attachmentsOf = (media: readonly MediaPart[]): string[] =>
  media
    .filter(({ contentType, link }) => MMS_TYPES.test(contentType.trim()) && /^https?:/.test(link))
    .map(({ link }) => link);

/** `Photo: https://…`, a line for each medium. */
export const mediaLines = (media: readonly MediaPart[]): string[] => media.map(({ what, link }) => `${what}: ${link}`);
