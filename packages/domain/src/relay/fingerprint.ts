import { type MessageSid, parseMessageSid } from '../ids.ts';

const PRIME = 0x0000000001000000000000000000013bn;
const OFFSET = 0x6c62272e07bb014262b821756295c58dn;

/**
 * 128 bits of a text, as 32 hexadecimal digits: FNV-1a. To name things by what they are about; not to keep anybody from making
 * another text with the same one.
 * @see https://www.rfc-editor.org/rfc/rfc9923.html
 */
const fingerprint = (text: string): string => {
  let hash = OFFSET;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * PRIME);
  return hash.toString(16).padStart(32, '0');
};

/** Names a text of ours that answers no single message, by what it is about: the same each time. */
export const ownSid = (about: string): MessageSid => {
  const sid = parseMessageSid(`QS${fingerprint(about)}`);
  if (!sid) throw new Error('A fingerprint is 32 hexadecimal digits');
  return sid;
};
