import { type Effect, effectId } from '@qdn/domain';
import type { AcceptedText, Entry, History } from './history.ts';

/** A promise that was broken, and the message that it was broken for. */
export type Violation = { rule: Rule; sid: string; detail: string };

/** The relay's guarantees, as printed for a failing seed. */
export const RULES = {
  'sent-once': 'No effect has more than one text that a carrier took, over all carriers.',
  'one-text-a-phone':
    'No message makes more than one text go out to the same phone, but for a later attempt elsewhere once the one before was reported undelivered.',
  'one-plan': 'A message leads to one plan, whoever asks and whenever.',
  'nothing-vanishes':
    'What was answered 200 has a plan, and each effect of it is ACCEPTED, REJECTED or UNKNOWN, or the message is in the dead-letter queue.',
  'accepted-is-known': 'At rest, a text that a carrier took is ACCEPTED, or the message is in the dead-letter queue.',
  'nothing-is-made-up': 'An effect is ACCEPTED only when a carrier took its words for that phone.',
  'fences-grow': 'The fence of an effect never falls, and grows with each claim.',
  'final-stays-final':
    'ACCEPTED stays so; REJECTED only gives way to the proof that the text was taken; a last receipt is never taken back.',
  'receipt-counts': 'A last receipt that the queue took stands on its effect in the end.',
  'replay-ends-well':
    'Replayed without the nemesis, the dead-letter queue stays empty and every effect is ACCEPTED or REJECTED, or UNKNOWN with a carrier that keeps no list.',
  'stop-is-obeyed': 'A number that has asked for no more texts gets none, from when the worker that heard it is done.',
  'held-is-summed-up': 'What was held back because of a budget is counted in a summary.',
  'comes-to-rest': 'When nothing fails any more, the relay becomes idle: no message is retried forever.',
  'is-logged': 'The compliance log has each message that is done, and what became of each text.',
} as const;
export type Rule = keyof typeof RULES;

const RECEIPT_STATUSES = ['accepted', 'sent', 'delivered', 'undelivered', 'failed'];
const FINAL_RECEIPTS = ['delivered', 'undelivered', 'failed'];
type Words = { to: string; body: string };
/** Twilio can be asked for a list; the others report by themselves, or never. */
const keepsList = (carrier: string): boolean => carrier === 'twilio';
const isSettled = ({ state }: Effect): boolean => state === 'ACCEPTED' || state === 'REJECTED';
const nameOf = (effect: Effect): string => effectId(effect);

/** The ID of the attempt before this one; null for a first attempt. */
const attemptBefore = (id: string): string | null => {
  const [timelineId, sid, recipient, attempt] = id.split('~');
  if (attempt === undefined) return null;
  return [timelineId, sid, recipient, ...(Number(attempt) > 2 ? [Number(attempt) - 1] : [])].join('~');
};

/** Tells whether a text is a later attempt over another carrier, after the one before was written down as undelivered. */
const isLaterAttempt = (story: readonly Entry[], texts: readonly AcceptedText[], text: AcceptedText): boolean => {
  const first = texts.find((one) => one.effectId === attemptBefore(text.effectId));
  if (!first || first.carrier === text.carrier) return false;
  const acceptedAt = (one: AcceptedText) => story.findIndex((entry) => entry.kind === 'accepted' && entry.text === one);
  const reportedAt = story.findIndex(
    (entry) =>
      entry.kind === 'effect' &&
      nameOf(entry.effect) === first.effectId &&
      (entry.effect.delivery === 'undelivered' || entry.effect.delivery === 'failed'),
  );
  return acceptedAt(first) < reportedAt && reportedAt < acceptedAt(text);
};

/** Reads a history, and nothing else, for promises that were broken. */
export const check = ({ entries }: Pick<History, 'entries'>): Violation[] => {
  const violations: Violation[] = [];
  // Two answers of `on my way` are the same words to the same phone: neither its owner nor the carrier's list can tell whose is
  // whose, so that one may stand for the other. What must not happen is that there are more of them than effects.
  const allTexts = entries.flatMap((entry) => (entry.kind === 'accepted' ? [entry.text] : []));
  const allEffects = new Map(
    entries.flatMap((entry) => (entry.kind === 'effect' ? [[nameOf(entry.effect), entry.effect]] : [])),
  );
  const isSame = (one: Words) => (other: Words) => one.to === other.to && one.body === other.body;
  const mayStandForAnother = (text: Words): boolean =>
    allTexts.filter(isSame(text)).length <= [...allEffects.values()].filter(isSame(text)).length;
  const mayStandForAnotherMessage = (text: Words, own: readonly Words[]): boolean => {
    const effects = [...allEffects.values()].filter(isSame(text));
    const others = allTexts.filter(isSame(text)).filter(({ effectId }) => attemptBefore(effectId) === null);
    const count = Math.max(others.length, own.filter(isSame(text)).length);
    return count <= new Set(effects.map(({ messageSid }) => messageSid)).size;
  };
  const maySomeoneElsesBeIts = (effect: Effect): boolean => allTexts.some(isSame(effect));
  const bySid = Map.groupBy(
    entries.filter((entry): entry is Entry & { sid: string } => entry.sid !== null && entry.kind !== 'step'),
    ({ sid }) => sid,
  );
  for (const [sid, story] of bySid) {
    const broken = (rule: Rule, detail: string): void => void violations.push({ rule, sid, detail });

    const texts = story.flatMap((entry) => (entry.kind === 'accepted' ? [entry.text] : []));
    for (const [effect, same] of Map.groupBy(texts, ({ effectId }) => effectId))
      if (same.length > 1 && !same.every(mayStandForAnother))
        broken('sent-once', `${effect} went out ${same.length} times`);
    const firstAttempts = texts.filter((text) => !isLaterAttempt(story, texts, text));
    for (const [to, same] of Map.groupBy(firstAttempts, (text) => text.to)) {
      const isTwice = same.length > 1 && !same.every((text) => mayStandForAnotherMessage(text, firstAttempts));
      if (isTwice) broken('one-text-a-phone', `${to} got ${same.length} texts`);
    }

    const plans = new Set(
      story.flatMap((entry) => (entry.kind === 'planned' ? [JSON.stringify({ ...entry.plan, answeredBy: null })] : [])),
    );
    if (plans.size > 1) broken('one-plan', `there were ${plans.size}: ${[...plans].join(' and ')}`);

    const last = new Map<string, Effect>();
    for (const entry of story) {
      if (entry.kind !== 'effect') continue;
      const { effect } = entry;
      const name = nameOf(effect);
      const before = last.get(name);
      last.set(name, effect);
      if (!before) continue;
      const claimedAnew = effect.owner !== before.owner || effect.claims !== before.claims;
      if (effect.fence < before.fence || (claimedAnew && effect.fence === before.fence))
        broken('fences-grow', `${name}: ${before.fence} (${before.owner}), then ${effect.fence} (${effect.owner})`);
      const isTakenBack = before.state === 'ACCEPTED' || (before.state === 'REJECTED' && effect.state !== 'ACCEPTED');
      if (isTakenBack && effect.state !== before.state)
        broken('final-stays-final', `${name}: ${before.state}, then ${effect.state}`);
      if (FINAL_RECEIPTS.includes(before.delivery ?? '') && effect.delivery !== before.delivery)
        broken('final-stays-final', `${name}: ${before.delivery}, then ${effect.delivery}`);
    }

    const rounds = new Set(story.flatMap((entry) => (entry.kind === 'at-rest' ? [entry.round] : [])));
    if (!rounds.has('replay'))
      broken('comes-to-rest', `not ${rounds.has('nemesis') ? 'after the replay' : 'after the nemesis'}`);
    const isAnswered = story.some((entry) => entry.kind === 'answered' && entry.status === 200);
    const wasTaken = new Set(texts.map(({ effectId }) => effectId));
    const logged = new Set(story.flatMap((entry) => (entry.kind === 'logged' ? [entry.id] : [])));
    const isPromised = isAnswered || sid.startsWith('QS');
    for (const entry of story) {
      if (entry.kind !== 'at-rest') continue;
      const { round, plan, effects, isDead } = entry;
      // The next contact of a cascade gets no text after an answer.
      const missing =
        plan?.answeredBy === null
          ? plan.recipients.filter((one) => !effects.some(({ recipient }) => recipient === one.recipient))
          : [];
      const open = effects.filter((effect) => !isSettled(effect) && effect.state !== 'UNKNOWN');
      const states = effects.map(({ recipient, state }) => `${recipient} ${state}`).join(', ') || 'no effects';
      const isMissing = !plan || missing.length > 0 || open.length > 0;
      // A summary is planned when its time has come; a message that was never answered 200 need not be there.
      if (isPromised && !isDead && isMissing && !(plan === null && sid.startsWith('QS')))
        broken('nothing-vanishes', `at rest after ${round}: ${plan ? states : 'no plan'}`);
      for (const effect of effects) {
        const mayBeUnknown = effect.state === 'UNKNOWN' && !keepsList(effect.carrier);
        if (effect.state !== 'ACCEPTED' && !mayBeUnknown && wasTaken.has(nameOf(effect)) && !isDead)
          broken('accepted-is-known', `${nameOf(effect)} went out and is ${effect.state}`);
        if (effect.state === 'ACCEPTED' && !wasTaken.has(nameOf(effect)) && !maySomeoneElsesBeIts(effect))
          broken('nothing-is-made-up', `${nameOf(effect)} is ACCEPTED and never went out`);
        const ends = [effect.state, ...RECEIPT_STATUSES].map((end) => `${nameOf(effect)} ${end}`);
        if (!isDead && !ends.some((id) => logged.has(id)))
          broken('is-logged', `${nameOf(effect)} is ${effect.state}, which the log does not say`);
      }
      if (isPromised && !isDead && plan && !sid.startsWith('QS') && !logged.has(`${sid} message`))
        broken('is-logged', `the message, after ${round}`);
      if (round !== 'replay') continue;
      const isOpen = ({ state, carrier }: Effect) => state !== 'UNKNOWN' || keepsList(carrier);
      if (isDead || effects.some((effect) => !isSettled(effect) && isOpen(effect)))
        broken('replay-ends-well', isDead ? 'in the dead-letter queue again' : states);
      const receipts = story.flatMap((one) =>
        one.kind === 'receipt' && FINAL_RECEIPTS.includes(one.status) ? [one] : [],
      );
      for (const { effectId, status } of receipts) {
        const found = effects.find((effect) => nameOf(effect) === effectId);
        // Two texts of one effect, one of them for another: either's receipt is true.
        const isTwice = texts.filter((text) => text.effectId === effectId).length > 1;
        if (found?.delivery !== status && !isTwice)
          broken('receipt-counts', `${effectId} was ${status} and is ${found?.delivery}`);
      }
    }
  }
  checkConsent(entries, violations);
  checkHeld(entries, violations);
  return violations;
};

/** Time for which a worker may still send after a number's opt-out, because it had already started, in ms. */
const HEARD_WITHIN_MS = 45_000;

const checkConsent = (entries: readonly Entry[], violations: Violation[]): void => {
  const stoppedAt = new Map<string, number>();
  for (const entry of entries) {
    if (entry.kind === 'consent') {
      if (!entry.isStopped) stoppedAt.delete(entry.phone);
      else if (!stoppedAt.has(entry.phone)) stoppedAt.set(entry.phone, entry.at);
    }
    if (entry.kind !== 'accepted') continue;
    const { to, effectId } = entry.text;
    const since = entry.at - (stoppedAt.get(to) ?? Number.POSITIVE_INFINITY);
    if (since > HEARD_WITHIN_MS)
      violations.push({
        rule: 'stop-is-obeyed',
        sid: entry.sid ?? '',
        detail: `${effectId} went out to ${to}, ${Math.round(since / 1000)} s after it was known to be stopped`,
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
    // One that is passed on in the end may have been counted as held before.
    if (counted < held.length)
      violations.push({
        rule: 'held-is-summed-up',
        sid: held.at(-1)?.sid ?? '',
        detail: `${held.length} were held back in ${timelineId}, and summaries count ${counted}`,
      });
  }
};
