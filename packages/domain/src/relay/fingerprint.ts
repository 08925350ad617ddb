import { type MessageSid, parseMessageSid } from '../ids.ts';

const PRIME = 0x0000000001000000000000000000013bn;
const OFFSET = 0x6c62272e07bb014262b821756295c58dn;

/**
 * Returns 128 bits of a text, as 32 hexadecimal digits: FNV-1a. It derives a name from a subject. It is not a protection: anyone can make
 * another text with the same fingerprint.
 * @see https://www.rfc-editor.org/rfc/rfc9923.html
 */
const fingerprint = (text: string): string => {
  let hash = OFFSET;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * PRIME);
  return hash.toString(16).padStart(32, '0');
};

/** Returns the SID of an outbound message that no single inbound message caused. The same subject gives the same SID. */
export const ownSid = (subject: string): MessageSid => {
  const sid = parseMessageSid(`QS${fingerprint(subject)}`);
  if (!sid) throw new Error('The fingerprint does not give a valid SID');
  return sid;
};
