import { comparable } from './comparable-text.ts';

/** Texts that phones send by themselves; their owner has not read the message. In comparable form. */
const AUTOMATIC_REPLIES = [
  /^(?:auto(?:matic)? ?(?:reply|response)|respuesta automatica)\b/,
  /\bdo not disturb while driving\b/,
  /^im not receiving notifications\b/,
  /^i(?:m| am) (?:currently )?(?:out of (?:the )?office|away from my phone)\b/,
  // A dispatcher who drives to the customer may say so. Only a text that also promises a later answer is automatic.
  /^i(?:m| am) (?:currently )?driving\b.*\b(?:see your message|get back to you|respond|reply)\b/,
  /^(?:estoy|voy) (?:conduciendo|manejando)\b.*\b(?:vere su mensaje|respondo|respondere|contesto|contestare)\b/,
];

/** Tests whether a phone sent this text by itself. */
export const isAutomaticReply = (body: string): boolean => {
  const said = comparable(body);
  return AUTOMATIC_REPLIES.some((pattern) => pattern.test(said));
};
