import { escalationCases } from './escalations.ts';
import type { Heard } from './heard-words.ts';
import {
  type HeardFacts,
  isOwnText,
  MINUTE_MS,
  outcomesOf,
  type SaidOutcome,
  TOLD_WITHIN_MS,
  type WordsCase,
  withHearing,
  wordsAround,
} from './outcomes.ts';
import type { WordsFacts } from './said.ts';
import type { Figure, Judge } from './scoreboard.ts';
import { spokenText } from './spoken-words.ts';

const SECOND_MS = 1000;
/** Texts of one writer within this time have an order that matters. */
const ORDER_MATTERS_MS = 2 * MINUTE_MS;
/** The same words again within this time are a double. Later they are a reminder. */
const DOUBLE_WITHIN_MS = 10 * MINUTE_MS;
/** Two identical texts of the system within this time are a double, unless the phone has asked for each. */
const SAME_TEXT_WITHIN_MS = 2 * MINUTE_MS;
/** A text that was asked about is sent again within this time. */
const REPEATED_WITHIN_MS = 5 * MINUTE_MS;
/** Time to look at the phone before one's own text is on its way. */
const SEEN_AFTER_MS = 5 * SECOND_MS;

/** Words to a phone outside the company that they are not for. A phone that no one has is outside too. */
const misSent = (facts: HeardFacts, outcomes: readonly SaidOutcome[]): WordsCase[] =>
  outcomes.flatMap(({ text, heard }) =>
    [...heard.values()]
      .filter(
        ({ phone }) => !facts.staffPhones.has(phone) && ![...text.expect.to, ...text.expect.mayReach].includes(phone),
      )
      .map(({ phone }) => ({ figure: 'mis-sent', id: text.id, detail: `reached ${phone}` })),
  );

const swallowed = (outcomes: readonly SaidOutcome[]): WordsCase[] =>
  outcomes
    .filter(({ text }) => !text.byMachine && text.expect.to.length > 0)
    .filter(({ text, missed, isToldLate }) => missed.length === text.expect.to.length && !isToldLate)
    .map(({ text }) => ({ figure: 'swallowed', id: text.id, detail: 'no one got it, and the writer was not told' }));

/** Texts that their writers sent again: the system had asked about the recipient, or said that the words did not go out. */
const repeatedTexts = (outcomes: readonly SaidOutcome[]): Set<string> => {
  const last = new Map<string, SaidOutcome>();
  const repeated = new Set<string>();
  for (const outcome of outcomes) {
    const { from, words, at } = outcome.text;
    const key = `${from} ${words}`;
    const before = last.get(key);
    if (before?.isToldToWriter && at - before.text.at < REPEATED_WITHIN_MS) repeated.add(before.text.id);
    last.set(key, outcome);
  }
  return repeated;
};

/**
 * Required phones without the words, where the text is not swallowed as a whole. A second answer may be held, when its writer
 * learns of the first.
 */
const missedPhones = (outcomes: readonly SaidOutcome[], second: ReadonlyMap<string, SaidOutcome>): WordsCase[] => {
  const repeated = repeatedTexts(outcomes);
  return outcomes
    .filter(({ text, isToldToWriter }) => !repeated.has(text.id) && !(second.has(text.id) && isToldToWriter))
    .filter(({ text, isToldToWriter }) => !text.byMachine && !(text.expect.toldWriter === 'instead' && isToldToWriter))
    .filter(({ text, missed, isToldLate }) => missed.length < text.expect.to.length || isToldLate)
    .flatMap(({ text, missed }) => missed.map((phone) => ({ figure: 'phones missed', id: text.id, detail: phone })));
};

const damaged = (outcomes: readonly SaidOutcome[]): WordsCase[] =>
  outcomes.flatMap(({ text, heard }) =>
    text.expect.to
      .filter((phone) => (heard.get(phone)?.share ?? 1) < 1)
      .map((phone) => ({ figure: 'words lost or changed', id: text.id, detail: `on ${phone}` })),
  );

/** Machine texts that reached a phone that they are not for, and those whose phone got a text for them. */
const passedOnMachines = (outcomes: readonly SaidOutcome[]): WordsCase[] =>
  outcomes
    .filter(({ text }) => text.byMachine)
    .flatMap(({ text, heard, isToldToWriter }) => {
      const reached = [...heard.keys()].filter((phone) => text.expect.notTo.includes(phone));
      const isAnswered = isToldToWriter && text.writer !== 'dispatcher';
      return [
        ...(reached.length > 0 ? [{ figure: 'machine texts passed on', id: text.id, detail: reached.join(' ') }] : []),
        ...(isAnswered ? [{ figure: 'machines answered', id: text.id, detail: text.from }] : []),
      ];
    });

const isBefore = (a: Heard, b: Heard): boolean =>
  a.order[0] - b.order[0] < 0 || (a.order[0] === b.order[0] && a.order[1] < b.order[1]);

/** Texts that a phone got after a later text of the same writer. */
const outOfOrder = (outcomes: readonly SaidOutcome[]): WordsCase[] => {
  const previous = new Map<string, SaidOutcome>();
  return outcomes.flatMap((next) => {
    const first = previous.get(next.text.from);
    previous.set(next.text.from, next);
    const gapMs = first ? next.text.at - first.text.at : 0;
    if (!first || gapMs <= 0 || gapMs > ORDER_MATTERS_MS) return [];
    if (next.text.conversation !== first.text.conversation) return [];
    return first.text.expect.to
      .filter((phone) => {
        const [own, after] = [first.heard.get(phone), next.heard.get(phone)];
        return own && after && isBefore(after, own);
      })
      .map((phone) => ({ figure: 'out of order', id: first.text.id, detail: `on ${phone}` }));
  });
};

/** True for a text that quotes words because a colleague has done something: `Luis has seen Ann (1042): "the gate is open"`. */
const tellsOfColleague = (facts: HeardFacts, { phone, order: [place] }: Heard): boolean => {
  const { at = 0, body = '' } = facts.sent[place] ?? {};
  const around = spokenText(wordsAround(body)).words;
  const doers = new Set(
    facts.said
      .filter((text) => facts.staffPhones.has(text.from) && text.from !== phone)
      .filter((text) => text.at <= at && at - text.at < TOLD_WITHIN_MS)
      .map(({ from }) => from),
  );
  return facts.staff.dispatchers.some(
    (member) => doers.has(member.phone) && spokenText(member.name).words.every((word) => around.includes(word)),
  );
};

/** Words of one text twice on one phone, without those that the system quotes in a question or to tell of a colleague. */
const doubledWords = (facts: HeardFacts): WordsCase[] =>
  facts.hearing.byText.flatMap((heard, index) =>
    heard
      .filter(({ phone, at, share }, i) =>
        heard
          .slice(0, i)
          .some(
            (first) => first.phone === phone && first.share === 1 && share === 1 && at - first.at < DOUBLE_WITHIN_MS,
          ),
      )
      .filter((one) => !isOwnText(facts, one.order[0], one.phone) && !tellsOfColleague(facts, one))
      .map(({ phone }) => ({ figure: 'doubled', id: facts.said[index]?.id ?? '', detail: `on ${phone}` })),
  );

/** Texts of the system that a phone got twice and had not asked for twice. */
const doubledSystemTexts = (facts: HeardFacts): WordsCase[] =>
  [...facts.sentTo].flatMap(([phone, places]) =>
    places
      .filter((place) => isOwnText(facts, place, phone))
      .flatMap((place, i, own) => {
        const { at = 0, body = '' } = facts.sent[place] ?? {};
        const since = at - SAME_TEXT_WITHIN_MS;
        let same = 1;
        for (let before = i - 1; before >= 0; before -= 1) {
          const earlier = facts.sent[own[before] ?? 0];
          if (!earlier || earlier.at <= since) break;
          if (earlier.body === body) same += 1;
        }
        if (same < 2) return [];
        const asked = facts.said.filter((text) => text.from === phone && text.at > since && text.at <= at).length;
        return same > Math.max(1, asked) ? [{ figure: 'doubled', id: body, detail: `on ${phone}` }] : [];
      }),
  );

/** True when a dispatcher's phone showed a colleague's answer before the dispatcher's own. */
const knewOf = (facts: HeardFacts, first: SaidOutcome, second: SaidOutcome): boolean =>
  (facts.hearing.byText[first.index] ?? []).some(
    ({ phone, at }) => phone === second.text.from && at <= second.text.at - SEEN_AFTER_MS,
  );

/** Answers to a question that a colleague had answered. An answer that did not arrive counts as a second one too. */
const secondAnswers = (outcomes: readonly SaidOutcome[]): Map<string, SaidOutcome> => {
  const last = new Map<string, SaidOutcome>();
  const second = new Map<string, SaidOutcome>();
  for (const outcome of outcomes) {
    const { conversation, act, writer, expect, from, id } = outcome.text;
    if (writer !== 'dispatcher' && writer !== 'operator') last.delete(conversation);
    if (act !== 'answer' || expect.to.length === 0) continue;
    const first = last.get(conversation);
    if (first && first.text.from !== from) second.set(id, first);
    if (!first && expect.to.some((phone) => outcome.heard.has(phone))) last.set(conversation, outcome);
  }
  return second;
};

/** Second answers to one question by another dispatcher, whose phone did not show the first. */
const answeredTwice = (
  facts: HeardFacts,
  second: ReadonlyMap<string, SaidOutcome>,
  outcomes: readonly SaidOutcome[],
): WordsCase[] =>
  outcomes.flatMap((outcome) => {
    const { text, heard } = outcome;
    const first = second.get(text.id);
    if (!first || knewOf(facts, first, outcome) || !text.expect.to.some((phone) => heard.has(phone))) return [];
    return [{ figure: 'answered twice unknowingly', id: text.id, detail: `after ${first.text.id}` }];
  });

/** Answers that reached someone and that a colleague's phone does not show. */
const unshown = (outcomes: readonly SaidOutcome[]): WordsCase[] =>
  outcomes
    .filter(({ text, heard }) => text.act === 'answer' && text.expect.to.some((phone) => heard.has(phone)))
    .flatMap(({ text, heard }) =>
      text.expect.toldColleagues
        .filter((phone) => !heard.has(phone))
        .map((phone) => ({ figure: 'answers not shown to colleagues', id: text.id, detail: phone })),
    );

const untold = (outcomes: readonly SaidOutcome[]): WordsCase[] =>
  outcomes
    .filter(({ text, isToldToWriter }) => text.expect.toldWriter === 'must' && !isToldToWriter)
    .map(({ text }) => ({ figure: 'writer not told', id: text.id, detail: text.body }));

/** Texts to phones that asked for no more, except one that confirms it. */
const afterOptOut = (facts: HeardFacts): WordsCase[] =>
  facts.said.flatMap(({ consent, from, at, id }, index) => {
    if (consent !== 'out') return [];
    const end = facts.said.slice(index + 1).find((text) => text.from === from && text.consent === 'in')?.at ?? Infinity;
    const later = (facts.sentTo.get(from) ?? []).flatMap((place) => facts.sent[place] ?? []);
    return later
      .filter((text) => text.at > at && text.at < end)
      .slice(1)
      .map(({ body }) => ({ figure: 'texts after an opt-out', id, detail: body }));
  });

/** Returns seconds from a text to each phone that should get it at once. */
const delaysS = (outcomes: readonly SaidOutcome[]): number[] =>
  outcomes
    .flatMap(({ text, heard }) =>
      text.expect.to.flatMap((phone) => {
        const own = heard.get(phone);
        return own && !text.expect.mayWait.includes(phone) ? [(own.at - text.at) / SECOND_MS] : [];
      }),
    )
    .sort((a, b) => a - b);

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

const casesOf = (
  facts: HeardFacts,
  outcomes: readonly SaidOutcome[],
  second = secondAnswers(outcomes),
): WordsCase[] => [
  ...misSent(facts, outcomes),
  ...swallowed(outcomes),
  ...missedPhones(outcomes, second),
  ...damaged(outcomes),
  ...passedOnMachines(outcomes),
  ...outOfOrder(outcomes),
  ...doubledWords(facts),
  ...doubledSystemTexts(facts),
  ...answeredTwice(facts, second, outcomes),
  ...unshown(outcomes),
  ...untold(outcomes),
  ...afterOptOut(facts),
  ...escalationCases(facts, outcomes),
];

/** Returns the cases that the figures of words count, for a person who looks into them. */
export const wordsCases = (given: WordsFacts): WordsCase[] => {
  const facts = withHearing(given);
  return casesOf(facts, outcomesOf(facts));
};

const COUNTED: readonly (readonly [figure: string, of: (outcomes: readonly SaidOutcome[]) => number])[] = [
  ['mis-sent', (outcomes) => outcomes.length],
  ['swallowed', (outcomes) => outcomes.filter(({ text }) => !text.byMachine && text.expect.to.length > 0).length],
  ['phones missed', (outcomes) => outcomes.reduce((sum, { text }) => sum + text.expect.to.length, 0)],
  ['words lost or changed', (outcomes) => outcomes.reduce((sum, { heard }) => sum + heard.size, 0)],
  ['machine texts passed on', (outcomes) => outcomes.filter(({ text }) => text.byMachine).length],
  ['machines answered', (outcomes) => outcomes.filter(({ text }) => text.byMachine).length],
  ['out of order', (outcomes) => outcomes.length],
  ['doubled', (outcomes) => outcomes.length],
  ['answered twice unknowingly', (outcomes) => outcomes.filter(({ text }) => text.act === 'answer').length],
  [
    'answers not shown to colleagues',
    (outcomes) =>
      outcomes
        .filter(({ text }) => text.act === 'answer' && text.expect.to.length > 0)
        .reduce((sum, { text }) => sum + text.expect.toldColleagues.length, 0),
  ],
  ['writer not told', (outcomes) => outcomes.filter(({ text }) => text.expect.toldWriter === 'must').length],
  ['texts after an opt-out', (outcomes) => outcomes.filter(({ text }) => text.consent === 'out').length],
  ['false escalations', (outcomes) => outcomes.length],
  [
    'missing escalations',
    (outcomes) => outcomes.filter(({ text }) => text.expect.escalates === 'if-unanswered').length,
  ],
];

/** Judges the ways of words, from the texts that people said and the texts that carriers took. */
export const judgeWords: Judge<WordsFacts> = (given) => {
  const facts = withHearing(given);
  const outcomes = outcomesOf(facts);
  const cases = casesOf(facts, outcomes);
  const delays = delaysS(outcomes);
  const figure = (name: string, value: number, unit: Figure['unit'], of?: number): Figure => ({
    name,
    group: 'words',
    value,
    unit,
    better: 'lower',
    ...(of === undefined ? {} : { of }),
  });
  const talks = new Set(outcomes.map(({ text }) => text.conversation)).size;
  return [
    ...COUNTED.map(([name, of]) =>
      figure(name, cases.filter((one) => one.figure === name).length, 'count', of(outcomes)),
    ),
    figure('texts sent', talks === 0 ? 0 : facts.sent.length / talks, 'per conversation', talks),
    figure('text to phones, p50', quantile(delays, 0.5), 's', delays.length),
    figure('text to phones, p90', quantile(delays, 0.9), 's', delays.length),
    figure('text to phones, longest', delays.at(-1) ?? 0, 's', delays.length),
  ];
};
