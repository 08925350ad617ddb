import { type Heard, type Hearing, hearWords, type SpokenBy } from './heard-words.ts';
import { noticeOf } from './notices.ts';
import type { SaidText, WordsFacts } from './said.ts';
import { spokenText, wordsIn } from './spoken-words.ts';

export const MINUTE_MS = 60_000;
/** A text to the writer within this time belongs to what the writer said. */
export const TOLD_WITHIN_MS = 3 * MINUTE_MS;
/** Under faults a text to the writer may be this late, while the writer says nothing else. */
const TOLD_LATE_MS = 30 * MINUTE_MS;
/** Texts said less than this before the end are not judged: they may still arrive. */
const STILL_ARRIVING_MS = 5 * MINUTE_MS;

/** The result of a said text. */
export type SaidOutcome = {
  text: SaidText;
  /** Place among the said texts. */
  index: number;
  /** The words by phone, at their first arrival as a whole, without the writer's own echo. */
  heard: ReadonlyMap<string, Heard>;
  isToldToWriter: boolean;
  /** True when the writer got a text about it, however late, before they said anything else. */
  isToldLate: boolean;
  /** True when someone it is for has asked for no more texts. */
  isBarred: boolean;
  /** Required phones that did not get the words. */
  missed: readonly string[];
};

/** A case that a figure counts, for a person who looks into it. `id` is that of the said text, or the body of a sent one. */
export type WordsCase = { figure: string; id: string; detail: string };

/** The facts with the words found on phones. */
export type HeardFacts = WordsFacts & {
  hearing: Hearing;
  /** Sent texts by phone, as places in `sent`. */
  sentTo: ReadonlyMap<string, readonly number[]>;
  staffPhones: ReadonlySet<string>;
};

const spokenBy = ({ said, conversations }: WordsFacts): SpokenBy[] => {
  const mentions = new Map(
    conversations.map(({ id, mentions: names }) => [id, names.map((name) => name.toLowerCase())]),
  );
  return said.map(({ at, from, words, conversation, expect: { to, toldColleagues } }) => ({
    ...{ at, from, words, to: [...to, ...toldColleagues] },
    mentions: mentions.get(conversation) ?? [],
  }));
};

/** Finds the words on the phones. */
export const withHearing = (facts: WordsFacts): HeardFacts => {
  const sentTo = new Map<string, number[]>();
  facts.sent.forEach(({ to }, place) => {
    const places = sentTo.get(to);
    if (places) places.push(place);
    else sentTo.set(to, [place]);
  });
  const { dispatchers, operator } = facts.staff;
  return {
    ...facts,
    hearing: hearWords(spokenBy(facts), facts.sent),
    sentTo,
    staffPhones: new Set([...dispatchers.map(({ phone }) => phone), ...(operator ? [operator] : [])]),
  };
};

const QUOTES = /["“”„‟«»″＂][^"“”„‟«»″＂]*["“”„‟«»″＂]/g;
const LINKS = /https?:\/\/\S+/g;

/** Returns the system's own words of a text: without quotes and links. */
export const wordsAround = (body: string): string => body.replace(LINKS, ' ').replace(QUOTES, ' ');

/** True for a question of the system that quotes someone: `Luis answered Ann: "yes". Send yours too?` */
const asksWithQuote = (body: string, quoted: readonly SaidText[]): boolean => {
  const around = wordsAround(body);
  if (!around.includes('?')) return false;
  const spoken = spokenText(around);
  return quoted.every(({ words }) => wordsIn(spokenText(words), spoken) === null);
};

/**
 * True for a text that has no one's words but the phone's own, or asks its reader about those that it quotes: an automatic answer, a
 * question back, an echo. A notice is none.
 */
export const isOwnText = ({ hearing, said, sent }: HeardFacts, place: number, phone: string): boolean => {
  const body = sent[place]?.body ?? '';
  if (noticeOf(body) !== null) return false;
  const others = (hearing.inSent[place] ?? []).flatMap((text) => said[text] ?? []).filter(({ from }) => from !== phone);
  return others.length === 0 || asksWithQuote(body, others);
};

/** Returns the first place whose text is later than a time, in a list of places in `sent`. */
export const firstAfter = ({ sent }: HeardFacts, places: readonly number[], time: number): number => {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sent[places[middle] ?? 0]?.at ?? 0) > time) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** Returns the texts by the system itself to a phone in a time, as places in `sent`. */
const ownTextsTo = (facts: HeardFacts, phone: string, from: number, to: number): number[] => {
  const places = facts.sentTo.get(phone) ?? [];
  const inTime = places.slice(firstAfter(facts, places, from), firstAfter(facts, places, to));
  return inTime.filter((place) => isOwnText(facts, place, phone));
};

/** Phones that asked for no more texts, as they stood at a time. */
const consentAt = (said: readonly SaidText[]) => {
  const changes = said.filter(({ consent }) => consent);
  return (phone: string, at: number): boolean =>
    changes.findLast((text) => text.from === phone && text.at <= at)?.consent !== 'out';
};

/** Returns the result of each said text whose time is over. */
export const outcomesOf = (facts: HeardFacts): SaidOutcome[] => {
  const { said, hearing, until } = facts;
  const agrees = consentAt(said);
  return said.flatMap((text, index) => {
    if (until - text.at < STILL_ARRIVING_MS) return [];
    const heard = new Map<string, Heard>();
    for (const one of hearing.byText[index] ?? []) {
      const best = heard.get(one.phone);
      if (one.phone !== text.from && (!best || one.share > best.share)) heard.set(one.phone, one);
    }
    const isToldToWriter = ownTextsTo(facts, text.from, text.at, text.at + TOLD_WITHIN_MS).length > 0;
    const next = said.slice(index + 1).find(({ from }) => from === text.from)?.at ?? Number.POSITIVE_INFINITY;
    const lateTo = Math.min(next, text.at + TOLD_LATE_MS);
    const isToldLate = isToldToWriter || ownTextsTo(facts, text.from, text.at, lateTo).length > 0;
    const required = text.expect.to.filter((phone) => agrees(phone, text.at));
    const missed = required.filter((phone) => !heard.has(phone));
    const isBarred = required.length < text.expect.to.length;
    const toldWriter = isBarred ? 'must' : text.expect.toldWriter;
    return [
      {
        text: { ...text, expect: { ...text.expect, to: required, toldWriter } },
        index,
        heard,
        isToldToWriter,
        isToldLate,
        isBarred,
        missed,
      },
    ];
  });
};
