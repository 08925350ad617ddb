import { type OutboundMessage, outboundMessageId } from '@qdn/domain';
import { checkExpectations, createAlarmTest, EXPECTATION_RULES, inputsIn } from './check-expectations.ts';
import type { AcceptedText, Entry, History } from './history.ts';

/** A broken promise, and the message concerned. */
export type Violation = { rule: Rule; sid: string; detail: string };

/** The relay's guarantees, in the words printed for a failing seed. */
export const RULES = {
  ...EXPECTATION_RULES,
  'sent-once': 'No outbound message has more than one text that a carrier took, over all carriers.',
  'one-text-a-phone':
    'No message makes more than one text go out to the same phone, but for a later attempt elsewhere, or without its pictures, once the one before was reported undelivered.',
  'one-plan': 'A message leads to one plan, whoever asks and whenever.',
  'nothing-vanishes':
    'What was answered 200 has a plan, and each outbound message of it is ACCEPTED, REJECTED or UNKNOWN, or the message is in the dead-letter queue.',
  'accepted-is-known':
    'At rest, a text that a carrier took is ACCEPTED, or UNKNOWN without a list of words, or the message is in the dead-letter queue.',
  'nothing-is-made-up': 'An outbound message is ACCEPTED only when a carrier took its words for that phone.',
  'fences-grow': 'The fence of an outbound message never falls, and grows with each claim.',
  'final-stays-final':
    'ACCEPTED stays so; REJECTED only gives way to the proof that the text was taken; a last receipt is never taken back.',
  'receipt-counts': 'A last receipt that the queue took stands on its outbound message in the end.',
  'replay-ends-well':
    'Replayed without the nemesis, the dead-letter queue stays empty and every outbound message is ACCEPTED or REJECTED, or UNKNOWN with a carrier that keeps no list, or redacts it.',
  'stop-is-obeyed': 'A number that has asked for no more texts gets none, from when the worker that heard it is done.',
  'held-is-summed-up': 'What was held back because of a budget is counted in a summary.',
  'comes-to-rest': 'When nothing fails any more, the relay becomes idle: no message is retried forever.',
  'is-logged': 'The compliance log has each message that is done, and what became of each text.',
} as const;
export type Rule = keyof typeof RULES;

const RECEIPT_STATUSES = ['accepted', 'sent', 'delivered', 'undelivered', 'failed'];
const FINAL_RECEIPTS = ['delivered', 'undelivered', 'failed'];
type Words = { to: string; body: string };
/** Returns a test for carriers that can list texts with their words. Twilio can, unless it redacts; the others only send reports, or none. */
const createListTest = (entries: readonly Entry[]): ((carrier: string) => boolean) => {
  const redacted = new Set(entries.flatMap((entry) => (entry.kind === 'redacted' ? [entry.carrier] : [])));
  return (carrier) => carrier === 'twilio' && !redacted.has(carrier);
};
const isResolved = ({ state }: OutboundMessage): boolean => state === 'ACCEPTED' || state === 'REJECTED';
const nameOf = (outbound: OutboundMessage): string => outboundMessageId(outbound);

/** The ID of the attempt before this one; null for a first attempt. */
const attemptBefore = (id: string): string | null => {
  const [timelineId, sid, recipient, attempt] = id.split('~');
  if (attempt === undefined) return null;
  return [timelineId, sid, recipient, ...(Number(attempt) > 2 ? [Number(attempt) - 1] : [])].join('~');
};

/** Returns whether a text is a later attempt over another carrier, or without the pictures, after the one before was recorded as undelivered. */
const isLaterAttempt = (story: readonly Entry[], texts: readonly AcceptedText[], text: AcceptedText): boolean => {
  const first = texts.find((one) => one.outboundMessageId === attemptBefore(text.outboundMessageId));
  if (!first) return false;
  const isPlainNow = first.hasPictures && !text.hasPictures;
  if (first.carrier === text.carrier && !isPlainNow) return false;
  const acceptedAt = (one: AcceptedText) => story.findIndex((entry) => entry.kind === 'accepted' && entry.text === one);
  const reportedAt = story.findIndex(
    (entry) =>
      entry.kind === 'outbound-message' &&
      nameOf(entry.outbound) === first.outboundMessageId &&
      (entry.outbound.delivery === 'undelivered' || entry.outbound.delivery === 'failed'),
  );
  return acceptedAt(first) < reportedAt && reportedAt < acceptedAt(text);
};

type AtRest = Extract<Entry, { kind: 'at-rest' }>;
type Report = (rule: Rule, detail: string) => void;
type Story = readonly Entry[];

/** Returns tests for texts of the same words to the same phone, which cannot be told apart. */
const createMatching = (entries: readonly Entry[]) => {
  // Two answers `on my way` are the same words to the same phone. Neither the reader nor the carrier's list can tell them apart,
  // so one may count for the other. But there must not be more texts than outbound messages.
  const allTexts = entries.flatMap((entry) => (entry.kind === 'accepted' ? [entry.text] : []));
  const allOutbound = new Map(
    entries.flatMap((entry) => (entry.kind === 'outbound-message' ? [[nameOf(entry.outbound), entry.outbound]] : [])),
  );
  const isSame = (one: Words) => (other: Words) => one.to === other.to && one.body === other.body;
  const mayStandForAnother = (text: Words): boolean =>
    allTexts.filter(isSame(text)).length <= [...allOutbound.values()].filter(isSame(text)).length;
  const mayStandForAnotherMessage = (text: Words, own: readonly Words[]): boolean => {
    const outboundMessages = [...allOutbound.values()].filter(isSame(text));
    const others = allTexts
      .filter(isSame(text))
      .filter(({ outboundMessageId }) => attemptBefore(outboundMessageId) === null);
    const count = Math.max(others.length, own.filter(isSame(text)).length);
    return count <= new Set(outboundMessages.map(({ messageSid }) => messageSid)).size;
  };
  const maySomeoneElsesBeIts = (outbound: OutboundMessage): boolean => allTexts.some(isSame(outbound));
  const keepsList = createListTest(entries);
  return { mayStandForAnother, mayStandForAnotherMessage, maySomeoneElsesBeIts, keepsList };
};
type Matching = ReturnType<typeof createMatching>;

const textsIn = (story: Story) => story.flatMap((entry) => (entry.kind === 'accepted' ? [entry.text] : []));

/** Checks the texts of a message: one per outbound message, and one per phone. */
const checkTexts = (
  story: Story,
  { mayStandForAnother, mayStandForAnotherMessage }: Matching,
  broken: Report,
): void => {
  const texts = textsIn(story);
  for (const [outbound, same] of Map.groupBy(texts, ({ outboundMessageId }) => outboundMessageId))
    if (same.length > 1 && !same.every(mayStandForAnother))
      broken('sent-once', `${outbound} went out ${same.length} times`);
  const firstAttempts = texts.filter((text) => !isLaterAttempt(story, texts, text));
  for (const [to, same] of Map.groupBy(firstAttempts, (text) => text.to)) {
    const isTwice = same.length > 1 && !same.every((text) => mayStandForAnotherMessage(text, firstAttempts));
    if (isTwice) broken('one-text-a-phone', `${to} got ${same.length} texts`);
  }
};

/** Checks that a message has one plan. */
const checkPlans = (story: Story, broken: Report): void => {
  const plans = new Set(
    story.flatMap((entry) => (entry.kind === 'planned' ? [JSON.stringify({ ...entry.plan, answeredBy: null })] : [])),
  );
  if (plans.size > 1) broken('one-plan', `there were ${plans.size}: ${[...plans].join(' and ')}`);
};

/** Checks the changes of each outbound message: fences grow, and final states stay. */
const checkChanges = (story: Story, broken: Report): void => {
  const last = new Map<string, OutboundMessage>();
  for (const entry of story) {
    if (entry.kind !== 'outbound-message') continue;
    const { outbound } = entry;
    const name = nameOf(outbound);
    const before = last.get(name);
    last.set(name, outbound);
    if (!before) continue;
    const isNewClaim = outbound.owner !== before.owner || outbound.claims !== before.claims;
    if (outbound.fence < before.fence || (isNewClaim && outbound.fence === before.fence))
      broken('fences-grow', `${name}: ${before.fence} (${before.owner}), then ${outbound.fence} (${outbound.owner})`);
    const isTakenBack = before.state === 'ACCEPTED' || (before.state === 'REJECTED' && outbound.state !== 'ACCEPTED');
    if (isTakenBack && outbound.state !== before.state)
      broken('final-stays-final', `${name}: ${before.state}, then ${outbound.state}`);
    if (FINAL_RECEIPTS.includes(before.delivery ?? '') && outbound.delivery !== before.delivery)
      broken('final-stays-final', `${name}: ${before.delivery}, then ${outbound.delivery}`);
  }
};

/** Checks that each outbound message at rest agrees with the texts that went out and with the log. */
const checkOutboundAtRest = (
  { outboundMessages, isDead }: AtRest,
  wasTaken: ReadonlySet<string>,
  logged: ReadonlySet<string>,
  { maySomeoneElsesBeIts, keepsList }: Matching,
  broken: Report,
): void => {
  for (const outbound of outboundMessages) {
    const mayBeUnknown = outbound.state === 'UNKNOWN' && !keepsList(outbound.carrier);
    if (outbound.state !== 'ACCEPTED' && !mayBeUnknown && wasTaken.has(nameOf(outbound)) && !isDead)
      broken('accepted-is-known', `${nameOf(outbound)} went out and is ${outbound.state}`);
    if (outbound.state === 'ACCEPTED' && !wasTaken.has(nameOf(outbound)) && !maySomeoneElsesBeIts(outbound))
      broken('nothing-is-made-up', `${nameOf(outbound)} is ACCEPTED and never went out`);
    const ends = [outbound.state, ...RECEIPT_STATUSES].map((end) => `${nameOf(outbound)} ${end}`);
    if (!isDead && !ends.some((id) => logged.has(id)))
      broken('is-logged', `${nameOf(outbound)} is ${outbound.state}, which the log does not say`);
  }
};

/** Checks the state after the replay: the dead-letter queue is empty, and last receipts are on their outbound messages. */
const checkReplay = (
  story: Story,
  { outboundMessages, isDead }: AtRest,
  states: string,
  { keepsList }: Matching,
  broken: Report,
): void => {
  const texts = textsIn(story);
  const isOpen = ({ state, carrier }: OutboundMessage) => state !== 'UNKNOWN' || keepsList(carrier);
  if (isDead || outboundMessages.some((outbound) => !isResolved(outbound) && isOpen(outbound)))
    broken('replay-ends-well', isDead ? 'in the dead-letter queue again' : states);
  const receipts = story.flatMap((one) => (one.kind === 'receipt' && FINAL_RECEIPTS.includes(one.status) ? [one] : []));
  for (const { outboundMessageId, status } of receipts) {
    const found = outboundMessages.find((outbound) => nameOf(outbound) === outboundMessageId);
    // If one of an outbound message's two texts counts for another outbound message, the receipt of either is correct.
    const isTwice = texts.filter((text) => text.outboundMessageId === outboundMessageId).length > 1;
    if (found?.delivery !== status && !isTwice)
      broken('receipt-counts', `${outboundMessageId} was ${status} and is ${found?.delivery}`);
  }
};

/** Checks the states at rest of a message: after the nemesis, and after the replay. */
const checkRest = (sid: string, story: Story, matching: Matching, broken: Report): void => {
  const rounds = new Set(story.flatMap((entry) => (entry.kind === 'at-rest' ? [entry.round] : [])));
  if (!rounds.has('replay'))
    broken('comes-to-rest', `not ${rounds.has('nemesis') ? 'after the replay' : 'after the nemesis'}`);
  const isAnswered = story.some((entry) => entry.kind === 'answered' && entry.status === 200);
  const wasTaken = new Set(textsIn(story).map(({ outboundMessageId }) => outboundMessageId));
  const logged = new Set(story.flatMap((entry) => (entry.kind === 'logged' ? [entry.id] : [])));
  const isPromised = isAnswered || sid.startsWith('QS');
  for (const entry of story) {
    if (entry.kind !== 'at-rest') continue;
    const { round, plan, outboundMessages, isDead } = entry;
    // The next contact of a cascade gets no text after an answer, nor when no one needs to answer.
    const isEnough = plan?.forInformation === true && outboundMessages.length > 0;
    const missing =
      plan?.answeredBy === null && !isEnough
        ? plan.recipients.filter((one) => !outboundMessages.some(({ recipient }) => recipient === one.recipient))
        : [];
    const open = outboundMessages.filter((outbound) => !isResolved(outbound) && outbound.state !== 'UNKNOWN');
    const states =
      outboundMessages.map(({ recipient, state }) => `${recipient} ${state}`).join(', ') || 'no outbound messages';
    const isMissing = !plan || missing.length > 0 || open.length > 0;
    // A summary is planned only when it is due, and a message that was never answered 200 need not have a plan.
    if (isPromised && !isDead && isMissing && !(plan === null && sid.startsWith('QS')))
      broken('nothing-vanishes', `at rest after ${round}: ${plan ? states : 'no plan'}`);
    checkOutboundAtRest(entry, wasTaken, logged, matching, broken);
    if (isPromised && !isDead && plan && !sid.startsWith('QS') && !logged.has(`${sid} message`))
      broken('is-logged', `the message, after ${round}`);
    if (round === 'replay') checkReplay(story, entry, states, matching, broken);
  }
};

/** Returns the broken promises of a history. It reads nothing but the history. */
export const check = ({ entries }: Pick<History, 'entries'>): Violation[] => {
  const violations: Violation[] = [];
  const matching = createMatching(entries);
  const inputs = inputsIn(entries);
  const hasAlarm = createAlarmTest(entries, inputs);
  const bySid = Map.groupBy(
    entries.filter((entry): entry is Entry & { sid: string } => entry.sid !== null && entry.kind !== 'step'),
    ({ sid }) => sid,
  );
  for (const [sid, story] of bySid) {
    const broken: Report = (rule, detail) => void violations.push({ rule, sid, detail });
    checkTexts(story, matching, broken);
    checkPlans(story, broken);
    checkChanges(story, broken);
    checkRest(sid, story, matching, broken);
    if (inputs) checkExpectations(sid, story, inputs, hasAlarm, broken);
  }
  checkConsent(entries, violations);
  checkHeld(entries, violations);
  return violations;
};

/** Time for which a worker may still send after a number's opt-out, because it had already started, in ms. */
const HEARD_WITHIN_MS = 45_000;
/** Time in which an opt-out in other words may be confirmed to its writer, in ms. */
const CONFIRMED_WITHIN_MS = 5 * 60_000;

const checkConsent = (entries: readonly Entry[], violations: Violation[]): void => {
  const stoppedAt = new Map<string, number>();
  const optOuts = new Map(
    entries.flatMap((entry) => (entry.kind === 'written' && entry.text.optsOut ? [[entry.sid, entry.text.from]] : [])),
  );
  for (const entry of entries) {
    if (entry.kind === 'consent') {
      if (!entry.isStopped) stoppedAt.delete(entry.phone);
      else if (!stoppedAt.has(entry.phone)) stoppedAt.set(entry.phone, entry.at);
    }
    if (entry.kind !== 'accepted') continue;
    const { to, outboundMessageId } = entry.text;
    const since = entry.at - (stoppedAt.get(to) ?? Number.POSITIVE_INFINITY);
    const isConfirmation = optOuts.get(entry.sid) === to;
    if (since > HEARD_WITHIN_MS + (isConfirmation ? CONFIRMED_WITHIN_MS : 0))
      violations.push({
        rule: 'stop-is-obeyed',
        sid: entry.sid ?? '',
        detail: `${outboundMessageId} went out to ${to}, ${Math.round(since / 1000)} s after it was known to be stopped`,
      });
  }
};

const checkHeld = (entries: readonly Entry[], violations: Violation[]): void => {
  const last = entries.filter((entry) => entry.kind === 'at-rest' && entry.round === 'replay');
  const planned = last.flatMap((entry) =>
    entry.kind === 'at-rest' && entry.plan && entry.sid ? [{ sid: entry.sid, plan: entry.plan }] : [],
  );
  for (const [timelineId, all] of Map.groupBy(planned, ({ plan }) => plan.timelineId)) {
    const held = all.filter(({ plan }) => plan.kind === 'held');
    const summaries = all.filter(({ sid }) => sid.startsWith('QS'));
    const counted = summaries.reduce((sum, { plan }) => sum + Number(/(\d+) more text/.exec(plan.body)?.[1] ?? 0), 0);
    // A message that was relayed later may already be counted as held.
    if (counted < held.length)
      violations.push({
        rule: 'held-is-summed-up',
        sid: held.at(-1)?.sid ?? '',
        detail: `${held.length} were held back in ${timelineId}, and summaries count ${counted}`,
      });
  }
};
