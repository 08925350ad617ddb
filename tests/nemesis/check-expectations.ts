import { LANDLINE } from './company.ts';
import { type Expectation, expectationsOf, type Inputs } from './expectation.ts';
import type { Entry } from './history.ts';

/** Rules that compare a history with the reference model (expectation.ts). */
export const EXPECTATION_RULES = {
  'reaches-everyone': 'Everyone who must get a message gets a text because of it.',
  'reaches-no-one-else': 'A message makes no text go out to anyone else.',
  'words-arrive': 'The texts to the people of a message contain its words.',
  'is-on-timeline': 'A message is on the timeline of its job, once, with its author and its words.',
} as const;
type ExpectationRule = keyof typeof EXPECTATION_RULES;
type Problem = { rule: ExpectationRule; detail: string };
type AtRest = Extract<Entry, { kind: 'at-rest' }>;

/** Returns the inputs of a seed, which are all that the reference model knows; null for a history without any. */
export const inputsIn = (entries: readonly Entry[]): Inputs | null => {
  const company = entries.find((entry) => entry.kind === 'company');
  if (!company) return null;
  const texts = entries.flatMap((entry) =>
    entry.kind === 'written' ? [{ ...entry.text, at: entry.at + entry.text.at }] : [],
  );
  const jobs = entries.flatMap((entry) => (entry.kind === 'jobs' ? [{ at: entry.at, jobs: entry.jobs }] : []));
  return { texts, jobs, company: company.company };
};

/** Tests whether a phone got a text about a later or earlier message of the same writer, after this message was written. */
export type AlarmTest = (sid: string, phone: string) => boolean;

/** Returns a test for alarms: one of a conversation counts for all its messages that were written before. */
export const createAlarmTest = (entries: readonly Entry[], inputs: Inputs | null): AlarmTest => {
  const textOf = (sid: string) => inputs?.texts.find((text) => text.sid === sid);
  const alarms = entries.flatMap((entry) =>
    entry.kind === 'accepted' && entry.text.outboundMessageId.split('~')[2] === 'operator' ? [entry] : [],
  );
  return (sid, phone) => {
    const text = textOf(sid);
    if (!text) return false;
    return alarms.some(
      (alarm) => alarm.text.to === phone && alarm.at >= text.at && textOf(alarm.sid ?? '')?.from === text.from,
    );
  };
};

/** Returns the differences between what was done for a message and one correct outcome. */
const problemsWith = (
  expected: Expectation,
  { outboundMessages, timelines }: AtRest,
  { texts }: Inputs,
  hasAlarm: AlarmTest,
  sid: string,
): Problem[] => {
  const mayRefuse = (phone: string): boolean =>
    phone === LANDLINE || texts.some((text) => text.from === phone && text.optsOut);
  const reached = outboundMessages.filter(({ state, to }) => state !== 'REJECTED' || mayRefuse(to));
  const phones = new Set(reached.map(({ to }) => to));
  const { must, alarmed, may, words } = expected;
  const unalarmed = alarmed.filter((phone) => !hasAlarm(sid, phone));
  const missing = [...must, ...unalarmed].filter((phone) => !phones.has(phone));
  const others = [...phones].filter((phone) => ![...must, ...alarmed, ...may].includes(phone));
  const wordless =
    words === null
      ? []
      : must
          .filter((phone) => phones.has(phone))
          .filter((phone) => !reached.some(({ to, body }) => to === phone && body.includes(words)));
  const text = texts.find((one) => one.sid === sid);
  const places = timelines.filter((one) => expected.timelines?.includes(one.timelineId) ?? true);
  const isInPlace = places.length === 1 && (timelines.length === 1 || expected.isHeldElsewhere);
  const isComplete = timelines.every((one) => one.from === text?.from && one.body === text?.body);
  const isRight = !text || (isInPlace && isComplete);
  return [
    ...missing.map((phone): Problem => ({ rule: 'reaches-everyone', detail: `${phone} got nothing` })),
    ...others.map((phone): Problem => ({ rule: 'reaches-no-one-else', detail: `${phone} got a text` })),
    ...wordless.map((phone): Problem => ({ rule: 'words-arrive', detail: `${phone} did not get "${words}"` })),
    ...(isRight ? [] : [{ rule: 'is-on-timeline', detail: JSON.stringify(timelines) } satisfies Problem]),
  ];
};

/** Compares the end of a message with the outcomes that the reference model allows, and reports the nearest one's problems. */
export const checkExpectations = (
  sid: string,
  story: readonly Entry[],
  inputs: Inputs,
  hasAlarm: AlarmTest,
  broken: (rule: ExpectationRule, detail: string) => void,
): void => {
  const expectations = expectationsOf(sid, inputs);
  const allowed = new Set(expectations.flatMap(({ must, alarmed, may }) => [...must, ...alarmed, ...may]));
  const strangers = story.flatMap((entry) =>
    entry.kind === 'accepted' && !allowed.has(entry.text.to) ? [entry.text.to] : [],
  );
  for (const phone of new Set(strangers)) broken('reaches-no-one-else', `${phone} got a text`);
  const isAnswered = story.some((entry) => entry.kind === 'answered' && entry.status === 200);
  const end = story.find((entry) => entry.kind === 'at-rest' && entry.round === 'replay');
  if (end?.kind !== 'at-rest' || end.isDead || !isAnswered || strangers.length > 0) return;
  const [nearest] = expectations
    .map((expected) => problemsWith(expected, end, inputs, hasAlarm, sid))
    .toSorted((a, b) => a.length - b.length);
  for (const { rule, detail } of nearest ?? []) broken(rule, detail);
};
