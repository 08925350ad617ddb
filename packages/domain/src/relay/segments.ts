import { SegmentedMessage } from 'sms-segments-calculator';

/** The alphabet of 3GPP TS 23.038, section 6.2.1, without the escape. Each character takes one septet. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** Its extension, section 6.2.1.1. Each character takes two septets, which stay in one segment. */
const EXTENSION = '\f^{}\\[~]|€';

/** Septets in a text of one segment, and in each segment of a longer one, which begins with a header of 6 bytes. */
const GSM_ALONE = 160;
const GSM_WITH_HEADER = 153;

const SEPTETS: ReadonlyMap<string, number> = new Map([
  ...[...BASIC].map((character) => [character, 1] as const),
  ...[...EXTENSION].map((character) => [character, 2] as const),
]);

/** Returns the number of segments of a text in GSM-7; null when a character is not in its alphabet. */
const gsmSegments = (text: string): number | null => {
  let total = 0;
  let count = 1;
  let inLast = 0;
  for (const character of text) {
    const septets = SEPTETS.get(character);
    if (septets === undefined) return null;
    total += septets;
    inLast += septets;
    if (inLast > GSM_WITH_HEADER) {
      count += 1;
      inLast = septets;
    }
  }
  return total <= GSM_ALONE ? 1 : count;
};

/** Characters that are never part of a longer one, as a letter with a combining accent or an emoji of several code points is. */
const SIMPLE = /^[\n\f\u0020-\u007e\u00a0-\u02ff\u0370-\u03ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*$/;
/** UTF-16 code units in a text of one segment, and in each segment of a longer one. */
const UCS2_ALONE = 70;
const UCS2_WITH_HEADER = 67;

/** Returns the number of segments of a text in UCS-2; null when a character may be more than one code unit. */
const ucs2Segments = (text: string): number | null => {
  if (!SIMPLE.test(text)) return null;
  return text.length <= UCS2_ALONE ? 1 : Math.ceil(text.length / UCS2_WITH_HEADER);
};

/**
 * Returns the number of SMS segments that a text takes, which is its price. Twilio's own calculator takes some milliseconds for a usual
 * text, the square of a segment's length, and each text is compared in several forms. So it counts only what is not counted here.
 */
export const segments = (text: string): number =>
  gsmSegments(text) ?? ucs2Segments(text) ?? new SegmentedMessage(text).segmentsCount;
