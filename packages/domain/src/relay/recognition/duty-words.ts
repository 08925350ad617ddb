import type { Language } from '../../job.ts';
import { WEEKDAYS, type Weekday } from '../rota/rota.ts';
import { comparable } from './comparable-text.ts';

/*
 * Words of dispatchers about the rota, in English and Spanish. Each is a whole text: "swap the dumpster on Saturday" is none of them.
 */

/** The day that a text names. A date has its month (1 to 12) and day. */
export type NamedDay =
  | { kind: 'now' | 'today' | 'tonight' | 'tomorrow' }
  | { kind: 'weekday'; weekday: Weekday }
  | { kind: 'date'; month: number; day: number };

/** A text about the rota. `isOffer`: the writer takes the duty of the one who is named; else it is the other way round. */
export type DutyWords =
  | { kind: 'who'; day: NamedDay; language: Language }
  | { kind: 'swap'; name: string; isOffer: boolean; day: NamedDay; language: Language }
  | { kind: 'answer'; isYes: boolean; isExplicit: boolean };

const DAY_NAMES: Readonly<Record<Weekday, string>> = {
  mon: 'mon|monday|lunes',
  tue: 'tue|tues|tuesday|martes',
  wed: 'wed|weds|wednesday|miercoles',
  thu: 'thu|thur|thurs|thursday|jueves',
  fri: 'fri|friday|viernes',
  sat: 'sat|saturday|sabado',
  sun: 'sun|sunday|domingo',
};
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ANY_DAY = `${WEEKDAYS.map((day) => DAY_NAMES[day]).join('|')}|now|today|tonight|tomorrow|ahora|hoy|esta noche|manana`;
const ANY_DATE = `(?:${MONTHS.join('|')})[a-z]{0,6} [0-9]{1,2}|[0-9]{1,2} [0-9]{1,2}`;
const DAY = `(?:(?:on|this|el|este|for|para|de) ){0,2}(?<day>${ANY_DAY}|${ANY_DATE})`;

const WHO: ReadonlyArray<{ pattern: RegExp; language: Language }> = [
  {
    pattern: new RegExp(
      `^who(?:s| is| has)? (?:is )?(?:on|on call|oncall|on duty|working|got duty|the duty|duty)(?: right)?(?: ${DAY})?$`,
    ),
    language: 'en',
  },
  {
    pattern: new RegExp(`^quien (?:esta|anda|es|sigue|tiene) (?:de |la |en )?(?:guardia|turno)(?: ${DAY})?$`),
    language: 'es',
  },
];

const SWAP: ReadonlyArray<{ pattern: RegExp; isOffer: boolean; language: Language }> = [
  { pattern: new RegExp(`^swap ${DAY} (?:with |to |for )?(?<name>[^ ]+)$`), isOffer: false, language: 'en' },
  { pattern: new RegExp(`^swap (?:with )?(?<name>[^ ]+) ${DAY}$`), isOffer: false, language: 'en' },
  { pattern: new RegExp(`^(?<name>[^ ]+) (?:covers|is covering) (?:for )?me ${DAY}$`), isOffer: false, language: 'en' },
  {
    pattern: new RegExp(`^(?:i|ill|i will|i can) cover (?:for )?(?<name>[^ ]+) ${DAY}$`),
    isOffer: true,
    language: 'en',
  },
  { pattern: new RegExp(`^(?:me )?cubre (?<name>[^ ]+) ${DAY}$`), isOffer: false, language: 'es' },
  { pattern: new RegExp(`^(?<name>[^ ]+) me cubre ${DAY}$`), isOffer: false, language: 'es' },
  {
    pattern: new RegExp(`^(?:cambio|cambia|cambiar|cambiame) ${DAY} (?:con |por |a )?(?<name>[^ ]+)$`),
    isOffer: false,
    language: 'es',
  },
  { pattern: new RegExp(`^(?:yo )?cubro a (?<name>[^ ]+) ${DAY}$`), isOffer: true, language: 'es' },
];

const YES = new Set(['yes', 'y', 'yep', 'yeah', 'sure', 'ok', 'si', 'dale', 'claro']);
const NO = new Set(['no', 'n', 'nope', 'nel']);
const YES_SWAP = new Set(['yes swap', 'swap yes', 'ok swap', 'si cambio', 'cambio si', 'yes to the swap']);
const NO_SWAP = new Set(['no swap', 'swap no', 'no cambio', 'cambio no', 'cancel swap', 'no to the swap']);

const dayOf = (text: string | undefined): NamedDay => {
  if (text === undefined || text === 'now' || text === 'ahora') return { kind: 'now' };
  if (text === 'today' || text === 'hoy') return { kind: 'today' };
  if (text === 'tonight' || text === 'esta noche') return { kind: 'tonight' };
  if (text === 'tomorrow' || text === 'manana') return { kind: 'tomorrow' };
  const weekday = WEEKDAYS.find((one) => DAY_NAMES[one].split('|').includes(text));
  if (weekday) return { kind: 'weekday', weekday };
  const [first = '', second = ''] = text.split(' ');
  const month = MONTHS.indexOf(first.slice(0, 3)) + 1 || Number(first);
  return { kind: 'date', month, day: Number(second) };
};

/** Returns what a whole text says about the rota; null for any other text. */
export const dutyWordsOf = (body: string): DutyWords | null => {
  const said = comparable(body);
  for (const { pattern, language } of WHO) {
    const found = pattern.exec(said);
    if (found) return { kind: 'who', day: dayOf(found.groups?.['day']), language };
  }
  for (const { pattern, isOffer, language } of SWAP) {
    const { name, day } = pattern.exec(said)?.groups ?? {};
    if (name && day) return { kind: 'swap', name, isOffer, day: dayOf(day), language };
  }
  if (YES_SWAP.has(said) || NO_SWAP.has(said)) return { kind: 'answer', isYes: YES_SWAP.has(said), isExplicit: true };
  return YES.has(said) || NO.has(said) ? { kind: 'answer', isYes: YES.has(said), isExplicit: false } : null;
};
