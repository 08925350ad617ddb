import type { CorpusEntry } from '../corpus.ts';
import { spokenText, wordsIn } from '../score/spoken-words.ts';
import type { SentText } from '../system.ts';
import type { Cast, Outsider } from './cast.ts';

/** Texts that the system sent around those of an entry. Times are epoch ms. */
export type EntryObservation = {
  /** Texts that carriers took from the first open question on, oldest first. */
  sent: readonly SentText[];
  /** Time of the first open question, or of the first text of the entry. */
  openSince: number;
  firstAt: number;
  lastAt: number;
  end: number;
  /** Words that have to arrive in place of the texts: the system held them and has asked back. */
  heldWords: string | null;
  /** Words that a phone which asked for no more texts must not get. */
  probe: string | null;
};

const MINUTE_MS = 60_000;
/** A text by the system within this time belongs to the entry. */
const CAUSED_WITHIN_MS = 3 * MINUTE_MS;
/** Kinds whose words the team may learn in other words: "Ann gets no more texts". */
const TOLD_IN_OTHER_WORDS = new Set([
  'opt-out',
  'keyword',
  'possible-opt-out',
  'picture-only',
  'consent-change',
  'claim',
  'reaction',
  'acknowledgement',
]);
const HANDLE_PLACES = /[(\u202a]*(?:[@＠#]|\bat\b)\s*(?:QDN-?)?(u?\d{3,9})[\u202c):,]*/gi;
const CONTROL = /[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f]|(?!\n)\p{Cc}/u;
const CLOCK_TIME = /\b\d{1,2}:\d{2}\b/;
/** The time at which the trailer left the writer for good: they were there. */
const OWN_END = /\b(?:delivered|swapped|returned|picked up)(?: on \w+ \d+)? at \d{1,2}:\d{2}\b/gi;
const LINES = /\r\n?|[\n\u2028\u2029\u0085]/;

/** Facts that the checks of one entry share. */
type Case = EntryObservation & { entry: CorpusEntry; cast: Cast; otherStops: readonly string[] };

const after = ({ sent, firstAt }: Case): SentText[] => sent.filter(({ at }) => at > firstAt);
/** Returns the texts to a phone until the end, without those that the probe brought. */
const textsTo = (one: Case, phone: string): SentText[] =>
  after(one).filter(({ to, at }) => to === phone && at <= one.end);
const soonTo = (one: Case, phone: string): SentText[] =>
  textsTo(one, phone).filter(({ at }) => at <= one.lastAt + CAUSED_WITHIN_MS);

/** Returns the words that have to arrive: a dispatcher's text without the handle, and no `[photo]`. */
export const wordsToArrive = ({ cast, heldWords }: Pick<Case, 'cast' | 'heldWords'>, text: string): string => {
  if (heldWords !== null) return heldWords;
  const bare = text.replace(/\[(photo|foto|picture)\]\s*/gi, '');
  return cast.writer.isStaff ? bare.replace(HANDLE_PLACES, ' ').trim() : bare;
};

const wordsOf = (one: Case): string[] => one.entry.texts.map((text) => wordsToArrive(one, text));
const hasWords = (words: string, { body }: SentText): boolean =>
  wordsIn(spokenText(words), spokenText(body))?.share === 1;

/** True when a text names someone: by name, handle or the last digits of the phone. */
const names = ({ name, handle, phone }: Outsider, { body }: SentText): boolean =>
  body.toLowerCase().includes(name.toLowerCase().split(' ')[0] ?? name) ||
  new RegExp(`(?<!\\d)(${handle}|${phone.slice(-4)})(?!\\d)`).test(body);

/** Returns what is wrong with the words on a phone, or null. */
const faultOn = (one: Case, phone: string, words: readonly string[]): string | null => {
  const own = textsTo(one, phone);
  const { entry, cast } = one;
  const isTold = TOLD_IN_OTHER_WORDS.has(entry.kind) || words.every((text) => text.trim() === '');
  const about = (text: SentText): boolean =>
    cast.writer.isStaff ? text.body.includes(cast.writer.name) || names(cast.subject, text) : names(cast.subject, text);
  if (isTold && own.some(about)) return null;
  // A picture without words arrives by its link.
  const places = words.map((text) => own.findIndex((sent) => text.trim() === '' || hasWords(text, sent)));
  if (places.some((place) => place < 0)) {
    const isChanged = words.some((text) =>
      own.some(({ body }) => wordsIn(spokenText(text), spokenText(body)) !== null),
    );
    return isChanged ? 'got some of the words' : 'did not get the words';
  }
  const isSorted = places.every((place, i) => place >= (places[i - 1] ?? 0) || words[i] === words[i - 1]);
  return isSorted ? null : 'got the texts in another order';
};

const faultsOn = (one: Case, people: readonly { name: string; phone: string }[]): string[] =>
  people.flatMap(({ name, phone }) => {
    const fault = faultOn(one, phone, wordsOf(one));
    return fault === null ? [] : [`${name} ${fault}`];
  });

const wasWriterTold = (one: Case): boolean => soonTo(one, one.cast.writer.phone).length > 0;

/** Returns the person that a dispatcher's text names by handle, else the one who asked first. */
const addressedBy = ({ cast }: Case, text: string): Outsider => {
  const handles = [...text.normalize('NFKC').matchAll(/u?\d{3,9}/g)].map(([handle]) => handle);
  return cast.outsiders.find(({ handle }) => handles.includes(handle)) ?? cast.subject;
};

/** Returns the faults of the customers that the texts name: each must get its own. */
const faultsOfAddressed = (one: Case): string[] =>
  one.entry.texts.flatMap((text) => {
    const { name, phone } = addressedBy(one, text);
    const fault = faultOn(one, phone, [wordsToArrive(one, text)]);
    return fault === null ? [] : [`${name} ${fault}`];
  });

/** Colleagues learn it by the words, or by the name of the one who acted. */
const faultsOfColleagues = (one: Case): string[] => {
  const { cast } = one;
  const colleagues = cast.dispatchers.filter(({ phone }) => phone !== cast.writer.phone);
  // At night they sleep, and learn it in the morning.
  const shown = one.entry.given.setting === 'after-hours' ? textsTo : soonTo;
  return colleagues
    .filter(
      ({ phone }) =>
        !shown(one, phone).some(
          (text) => text.body.includes(cast.writer.name) || wordsOf(one).some((words) => hasWords(words, text)),
        ),
    )
    .map(({ name }) => `${name} did not learn it`);
};

const faultsOfOperator = (one: Case): string[] => {
  const { cast } = one;
  const isTold = textsTo(one, cast.operatorPhone).some(
    (text) =>
      names(cast.subject, text) ||
      text.body.includes(cast.writer.name) ||
      wordsOf(one).some((words) => hasWords(words, text)),
  );
  return isTold ? [] : ['the operator did not learn it'];
};

const untold = (one: Case): string[] => (wasWriterTold(one) ? [] : ['the writer was not told']);

/** Checks of `gets`. Each returns faults. */
const REQUIRED: Readonly<Record<string, (one: Case) => string[]>> = {
  team: (one) => faultsOn(one, one.cast.dispatchers),
  'team-or-answer': (one) => (wasWriterTold(one) ? [] : faultsOn(one, one.cast.dispatchers)),
  asker: (one) => faultsOn(one, [one.cast.subject]),
  customer: faultsOfAddressed,
  'customer-or-asked': (one) => (wasWriterTold(one) ? [] : faultsOfAddressed(one)),
  writer: untold,
  'other-dispatchers': faultsOfColleagues,
  'other-dispatchers-or-asked': (one) => (wasWriterTold(one) ? [] : faultsOfColleagues(one)),
  operator: faultsOfOperator,
};

/** Outsiders that the words may reach: those who have to get them, and the writer. */
const allowedOutsiders = (one: Case): Set<string> => {
  const { entry, cast } = one;
  const { gets } = entry.expect;
  const own = cast.writer.isStaff ? [] : [cast.writer.phone];
  const isAddressed = gets.includes('customer') || gets.includes('customer-or-asked');
  const addressed = isAddressed ? entry.texts.map((text) => addressedBy(one, text).phone) : [];
  const isAskers =
    cast.writer.isStaff && !entry.expect.mustNot.includes('asker') && !entry.expect.mustNot.includes('any-customer');
  return new Set([...own, ...addressed, ...(isAskers ? [cast.subject.phone] : [])]);
};

/** Returns everyone else outside the company who got a text because of the entry. A phone that no one has counts too. */
const misSentTo = (one: Case): string[] => {
  const { cast, entry } = one;
  const staff = [...cast.dispatchers.map(({ phone }) => phone), cast.operatorPhone];
  const allowed = allowedOutsiders(one);
  const texts = after(one).filter(
    (text) =>
      text.at <= one.lastAt + CAUSED_WITHIN_MS || wordsOf(one).some((words) => words !== '' && hasWords(words, text)),
  );
  const reached = new Set(texts.map(({ to }) => to).filter((phone) => !staff.includes(phone) && !allowed.has(phone)));
  const crossed =
    entry.texts.length < 2
      ? []
      : entry.texts.filter((text) => {
          const { phone } = addressedBy(one, text);
          const isForEach = new Set(entry.texts.map((each) => addressedBy(one, each).phone)).size > 1;
          return (
            isForEach &&
            after(one).some(
              (sent) => sent.to !== phone && allowed.has(sent.to) && hasWords(wordsToArrive(one, text), sent),
            )
          );
        });
  const nameOf = (phone: string): string =>
    cast.outsiders.find((outsider) => outsider.phone === phone)?.name ?? 'a phone that no one has';
  return [
    ...[...reached].map((phone) => `${nameOf(phone)} got a text`),
    ...crossed.map((text) => `"${text}" reached the wrong one`),
  ];
};

/** Her lines without quotes, where one of ours would stand, and characters that change how lines look. */
const forgedLines = (one: Case): string[] => {
  const own = one.cast.dispatchers.flatMap(({ phone }) => textsTo(one, phone));
  const hers = one.entry.texts
    .flatMap((text) => text.split(LINES))
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const forged = hers.filter((line) =>
    own.some(({ body }) => body.split(LINES).some((shown) => shown.trim() === line)),
  );
  const isHidden = own.some(({ body }) => CONTROL.test(body));
  return [
    ...forged.map((line) => `"${line}" passes as a line of ours`),
    ...(isHidden ? ['control characters were passed on'] : []),
  ];
};

const otherStopDetails = (one: Case): string[] => {
  const bodies = textsTo(one, one.cast.writer.phone).map(({ body }) => body);
  const hasStop = bodies.some((body) => one.otherStops.some((stop) => body.includes(stop)));
  const hasTime =
    one.entry.given.setting === 'after-last-stop' && bodies.some((body) => CLOCK_TIME.test(body.replace(OWN_END, '')));
  return hasStop || hasTime ? ['the writer got a time or place of another stop'] : [];
};

const laterTexts = (one: Case): string[] => {
  const own = after(one).filter(({ to }) => to === one.cast.writer.phone);
  const isReached = one.probe !== null && own.some(({ body }) => body.includes(one.probe ?? ''));
  const beforeProbe = own.filter(({ at }) => at <= one.end).length;
  return beforeProbe > 1 || isReached ? ['the writer got texts after asking for no more'] : [];
};

const rawText = (one: Case): string[] => {
  const staff = new Set([...one.cast.dispatchers.map(({ phone }) => phone), one.cast.operatorPhone]);
  const isRaw = after(one).some((text) => !staff.has(text.to) && wordsOf(one).some((words) => hasWords(words, text)));
  return isRaw ? ['a customer got the raw text'] : [];
};

const paged = (one: Case, phones: readonly string[], who: string): string[] =>
  phones.some(
    (phone) =>
      soonTo(one, phone).length > 0 ||
      textsTo(one, phone).some((text) => wordsOf(one).some((words) => hasWords(words, text))),
  )
    ? [`${who} got a text`]
    : [];

const FORBIDDEN: Readonly<Record<string, (one: Case) => string[]>> = {
  'another-customer': misSentTo,
  'any-customer': misSentTo,
  asker: (one) => (soonTo(one, one.cast.subject.phone).length > 0 ? [`${one.cast.subject.name} got a text`] : []),
  team: (one) =>
    paged(
      one,
      one.cast.dispatchers.map(({ phone }) => phone),
      'the team',
    ),
  operator: (one) => paged(one, [one.cast.operatorPhone], 'the operator'),
  'later-texts': laterTexts,
  'other-stop-details': otherStopDetails,
  'forged-lines': forgedLines,
  'raw-text-to-customer': rawText,
};

/** Returns those whose waiting the entry ends or begins. */
const concerned = (one: Case): Outsider[] => {
  const { gets } = one.entry.expect;
  const isAddressed = gets.includes('customer') || gets.includes('customer-or-asked');
  return isAddressed ? one.entry.texts.map((text) => addressedBy(one, text)) : [one.cast.subject];
};

/** True when a dispatcher was asked back, so that the one who waits still waits. */
const isAskedBack = (one: Case): boolean =>
  one.cast.writer.isStaff &&
  wasWriterTold(one) &&
  one.entry.expect.gets.some((target) => target === 'writer' || target.endsWith('-or-asked'));

/** Checks the alarms about the people of the entry. Another customer's alarm does not count. */
const escalationFaults = (one: Case): string[] => {
  const { entry, cast, sent, openSince } = one;
  const { gets, escalatesIfUnanswered, automaticAnswer } = entry.expect;
  const isAbout = (text: SentText): boolean =>
    concerned(one).some((outsider) => names(outsider, text)) ||
    wordsOf(one).some((words) => words !== '' && hasWords(words, text));
  const alarms = sent.filter((text) => text.to === cast.operatorPhone && text.at > openSince && isAbout(text));
  // A machine has answered in full where it may, so no one waits.
  if (gets.includes('team-or-answer') && automaticAnswer === 'may' && wasWriterTold(one)) return [];
  if (escalatesIfUnanswered) return alarms.length > 0 ? [] : ['no alarm was raised'];
  // An alarm about someone who still waits for an answer that is held is right, and none is required.
  if (isAskedBack(one) || gets.includes('writer') || gets.includes('operator')) return [];
  return alarms.every(({ at }) => at <= one.firstAt) ? [] : ['a false alarm was raised'];
};

const automaticAnswerFaults = (one: Case): string[] => {
  const { cast, entry } = one;
  if (entry.expect.automaticAnswer !== 'must-not') return [];
  const own = cast.writer.isStaff ? soonTo(one, cast.writer.phone) : textsTo(one, cast.writer.phone);
  return own.some(({ body }) => one.probe === null || !body.includes(one.probe))
    ? ['the writer got an automatic answer']
    : [];
};

/** Returns what differs from the expectation of an entry, in short sentences. An empty list: all is as expected. */
export const entryFaults = (
  entry: CorpusEntry,
  cast: Cast,
  observed: EntryObservation,
  otherStops: readonly string[],
): string[] => {
  const one: Case = { ...observed, entry, cast, otherStops };
  const faults = [
    ...entry.expect.gets.flatMap((target) => REQUIRED[target]?.(one) ?? [`"${target}" is not known`]),
    ...entry.expect.mustNot.flatMap((target) => FORBIDDEN[target]?.(one) ?? [`"${target}" is not known`]),
    ...escalationFaults(one),
    ...automaticAnswerFaults(one),
  ];
  return [...new Set(faults)];
};
