/** Time of day from which, and until which, a bare hour is in working time: 7 AM to 6 PM. */
export const WORKING_HOURS = { from: 7, until: 18 } as const;

const MONTHS = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic';
const ZONES = 'eastern|central|mountain|pacific';

type Spelling = readonly [written: RegExp, meant: string | ((...parts: string[]) => string)];

/** Ways of writing that chrono does not know or misreads, and the same in its words. Applied in order. */
const SPELLINGS: readonly Spelling[] = [
  [/\s*@\s*/g, ' at '],
  // "8 a.m." and "8 p. m.", before the rule for "8a".
  [/\b(\d{1,2}(?::\d\d)?)\s*([ap])\.\s?m\b\.?/gi, '$1$2m'],
  [/\b12 noon\b/gi, 'noon'],
  [/\btues\b\.?/gi, 'tue'],
  [
    /\b(\d+)\s?(h|hrs?|m|mins?) ago\b/gi,
    (_, count = '', unit = '') => `${count} ${/^h/i.test(unit) ? 'hours' : 'minutes'} ago`,
  ],
  [
    /\bhace (?:unos )?(\d+|una?) (hora|minuto)s?\b/gi,
    (_, count = '', unit = '') =>
      `${count.startsWith('u') ? 1 : count} ${unit.toLowerCase() === 'hora' ? 'hours' : 'minutes'} ago`,
  ],
  [/\b(?:the )?day after tomorrow\b/gi, 'in 2 days'],
  [/\bma[ñn]ana por la ma[ñn]ana(?= (?:a las )?\d)/gi, 'mañana'],
  [/^\+\s*(\d+\s*\p{L}+)$/u, 'in $1'],
  [new RegExp(`\\b(${ZONES})(?: time)?\\b`, 'gi'), (zone = '') => `${zone.charAt(0).toUpperCase()}T`],
  [/\bpasado ma[ñn]ana\b/gi, 'en 2 días'],
  [/\s*\b(?:al )?mediod[ií]a\b/gi, ' 12:00 pm'],
  [/\b(\d{1,2}) y media\b/gi, '$1:30'],
  [/\b(\d{1,2}(?::\d\d)?) (?:de|por|en) la ma[ñn]ana\b/gi, '$1 am'],
  [/\b(\d{1,2}(?::\d\d)?) (?:de|por|en) la (?:tarde|noche)\b/gi, '$1 pm'],
  [/\b(?:el |este )?(?!(?:el|este)\b)(\p{L}+) (?:que viene|pr[oó]ximo)\b/giu, 'próximo $1'],
  [/\bel (?=pr[oó]ximo\b)/giu, ''],
  [/\bhalf past (\d{1,2})\b/gi, '$1:30'],
  [/\b(?:midday|noontime)\b/gi, 'noon'],
  [/\b(\d{1,2}(?::\d\d)?)\s*([ap])\.?\b(?!m)/gi, '$1$2m'],
  // 13h, 13h30, 1300 hrs, 0900, 730.
  [/(?<!\bin )\b([01]?\d|2[0-3])h([0-5]\d)?\b/gi, (_, hour = '', minute = '') => `${hour}:${minute || '00'}`],
  [/(?<![\d/-])([01]\d|2[0-3])([0-5]\d)(?:\s*(?:h|hrs|hours))?$/gi, '$1:$2'],
  [/(?<![\d/:.-])([1-9])([0-5]\d)$/g, '$1:$2'],
  // "3-12 8am": a date, and not a range of hours.
  [/^(\d{1,2})-(\d{1,2})(?=\s+\d)/, '$1/$2'],
  // A bare hour alone, or after a day: "9", "tomorrow 4". In "mar 11" it is a day.
  [/^(\d{1,2})$/, 'at $1'],
  [new RegExp(`(?<!\\b(?:${MONTHS})\\p{L}*\\.?)(?<!\\b(?:at|las?))(?<=\\p{L}\\.?) (\\d{1,2})$`, 'giu'), ' at $1'],
];

/** Returns a typed time in the words that chrono reads. */
export const inParserWords = (typed: string): string =>
  SPELLINGS.reduce(
    (text, [written, meant]) =>
      typeof meant === 'string' ? text.replace(written, meant) : text.replace(written, (...parts) => meant(...parts)),
    typed.trim(),
  )
    .replaceAll(/\s+/g, ' ')
    .trim();

/** Words beside a time that carry none. */
const FILLERS = /^(?:at|on|by|the|el|la|las|los|a|de|para|this|,|\.|\s)*$/i;

/** True when nothing but fillers is left of a text beside its part from `index` on. */
export const coversAll = (text: string, index: number, part: string): boolean =>
  FILLERS.test(text.slice(0, index)) && FILLERS.test(text.slice(index + part.length));
