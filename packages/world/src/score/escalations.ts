import { type HeardFacts, MINUTE_MS, type SaidOutcome, type WordsCase } from './outcomes.ts';
import { spokenText } from './spoken-words.ts';

/** An alarm may come this much before or after it is due. */
const TOLERANCE_MS = 2 * MINUTE_MS;
/** An alarm is missing when it has not come this long after it was due. */
const LATEST_ALARM_MS = 5 * MINUTE_MS;
/** An alarm for a text of the night may wait until the morning. */
const LATEST_AFTER_A_NIGHT_MS = 14 * 60 * MINUTE_MS;
/** A text to the operator within this time after the operator's own text belongs to it. */
const OPERATORS_OWN_MS = 3 * MINUTE_MS;

/** A time in which a customer or stranger waits for an answer. */
type Wait = {
  conversation: string;
  id: string;
  start: number;
  /** Infinity while no one has answered. */
  end: number;
  /** True when an alarm is allowed and not required. */
  isSoft: boolean;
  /** True when an alarm may come before its time: the operator is meant to get the text. */
  isForOperator: boolean;
  mayWait: boolean;
};

const isAnswered = ({ text, heard, isBarred }: SaidOutcome): boolean =>
  !isBarred && (text.expect.to.length === 0 || text.expect.to.some((phone) => heard.has(phone)));

/** Returns the waits of questions for a job's state, until the conversation is answered. */
const waitsOfAsks = ({ asks }: HeardFacts, outcomes: readonly SaidOutcome[]): Wait[] =>
  asks.map(({ conversation, at }) => {
    const answer = outcomes.find(
      (one) =>
        one.text.conversation === conversation && one.text.at > at && one.text.act === 'answer' && isAnswered(one),
    );
    return {
      ...{ conversation, id: conversation, start: at, end: answer?.text.at ?? Number.POSITIVE_INFINITY },
      ...{ isSoft: true, isForOperator: false, mayWait: false },
    };
  });

/** Returns the times in which each conversation waits for an answer. */
const waitsOf = (outcomes: readonly SaidOutcome[], operator: string): Wait[] => {
  const waits: Wait[] = [];
  const open = new Map<string, Wait[]>();
  for (const outcome of outcomes) {
    const { text } = outcome;
    const { conversation, act, at, id, expect } = text;
    const own = open.get(conversation) ?? [];
    const close = (): void => {
      for (const wait of own) wait.end = at;
      open.delete(conversation);
    };
    if (act === 'takes-back' || (act === 'answer' && isAnswered(outcome))) close();
    else if (act === 'answer' || act === 'claim') for (const wait of own) wait.isSoft = true;
    else if (expect.escalates !== 'never' && !own.some(({ isSoft }) => !isSoft)) {
      const wait: Wait = {
        conversation,
        id,
        start: at,
        end: Number.POSITIVE_INFINITY,
        isSoft: expect.escalates === 'either',
        isForOperator: expect.to.includes(operator),
        mayWait: expect.mayWait.length > 0,
      };
      waits.push(wait);
      open.set(conversation, [...own, wait]);
    }
  }
  return waits;
};

type Alarm = { at: number; body: string; conversations: ReadonlySet<string> };

const isMentioned = (plain: string, mention: string): boolean => {
  const at = plain.indexOf(mention);
  return (
    at >= 0 &&
    !/[\p{L}\p{N}]/u.test(`${plain[at - 1] ?? ' '}`) &&
    !/[\p{L}\p{N}]/u.test(plain[at + mention.length] ?? ' ')
  );
};

/** Returns the texts to the operator about conversations, without copies of what the team wrote and answers to the operator. */
const alarmsOf = ({ sent, said, hearing, conversations, trailerIds }: HeardFacts, operator: string): Alarm[] => {
  const mentions = conversations.map(({ id, mentions: names }) => ({
    id,
    names: names.map((name) => spokenText(name).plain),
  }));
  const own = said.filter(({ from }) => from === operator).map(({ at }) => at);
  return sent.flatMap(({ to, at, body }, place) => {
    if (to !== operator) return [];
    const texts = (hearing.inSent[place] ?? []).flatMap((text) => said[text] ?? []);
    // A question about a trailer that stands still names its job, and has no one's words.
    const isAboutTrailer = texts.length === 0 && trailerIds.some((id) => body.startsWith(`${id} `));
    if (isAboutTrailer) return [];
    const isAnswer = texts.length === 0 && own.some((time) => at > time && at - time <= OPERATORS_OWN_MS);
    if (isAnswer) return [];
    if (
      texts.some(
        ({ writer, expect }) => writer === 'dispatcher' || writer === 'operator' || expect.to.includes(operator),
      )
    )
      return [];
    const { plain } = spokenText(body);
    const named = mentions.filter(({ names }) => names.some((name) => isMentioned(plain, name)));
    const about = new Set([...texts.map(({ conversation }) => conversation), ...named.map(({ id }) => id)]);
    return about.size === 0 ? [] : [{ at, body, conversations: about }];
  });
};

/** Returns alarms without a reason, and waits without an alarm. */
export const escalationCases = (facts: HeardFacts, outcomes: readonly SaidOutcome[]): WordsCase[] => {
  const { operator } = facts.staff;
  if (operator === null) return [];
  const alarmMs = facts.alarmMinutes * MINUTE_MS;
  const waits = [...waitsOf(outcomes, operator), ...waitsOfAsks(facts, outcomes)];
  const alarms = alarmsOf(facts, operator);
  const isJustified = (alarm: Alarm): boolean =>
    waits.some(
      ({ conversation, start, end, isSoft, isForOperator }) =>
        alarm.conversations.has(conversation) &&
        alarm.at >= start + (isForOperator || isSoft ? 0 : alarmMs - TOLERANCE_MS) &&
        alarm.at <= end + TOLERANCE_MS,
    );
  const isMissing = ({ conversation, start, end, isSoft, mayWait }: Wait): boolean => {
    const latest = start + alarmMs + (mayWait ? LATEST_AFTER_A_NIGHT_MS : LATEST_ALARM_MS);
    if (isSoft || latest > facts.until || end < (mayWait ? latest : start + alarmMs + TOLERANCE_MS)) return false;
    return !alarms.some((alarm) => alarm.conversations.has(conversation) && alarm.at >= start && alarm.at <= latest);
  };
  return [
    ...alarms
      .filter((alarm) => !isJustified(alarm))
      .map(({ body, conversations }) => ({
        figure: 'false escalations',
        id: [...conversations].join(' '),
        detail: body,
      })),
    ...waits
      .filter(isMissing)
      .map(({ id, conversation }) => ({ figure: 'missing escalations', id, detail: conversation })),
  ];
};
