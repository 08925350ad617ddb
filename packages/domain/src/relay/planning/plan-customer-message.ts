import type { Language } from '../../job.ts';
import { isOverBudget, type RecentMessage, summaryDue } from '../budget.ts';
import type { TeamMember } from '../cascade.ts';
import { offHoursText } from '../customer-wording.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { UNMATCHED } from '../outbound-message.ts';
import { CUSTOMER, NOTHING_PLANNED, type Planned, type RelayPlan, recipientNow } from '../plan.ts';
import { quietUntil } from '../quiet-hours.ts';
import { attentionOf } from '../recognition/attention.ts';
import { containsOneOf } from '../recognition/comparable-text.ts';
import { reactionOf } from '../recognition/reaction.ts';
import { CUSTOMER_DECISION } from './customer-decision.ts';
import { customerLanguage, languageOfTexts } from './customer-language.ts';
import { decide } from './decision-table.ts';
import type { FoundJob } from './find-job.ts';
import { withoutLeadingMention } from './mentions.ts';
import { type Sender, senderOf } from './sender.ts';
import { teamFor } from './team.ts';
import { composeAnswer, composeTeamText, isAnswerable, teamMessageOf } from './text-facts.ts';

/** Minimum time between two off-hours notices to the same customer, in ms. */
const OFF_HOURS_NOTICE_INTERVAL_MS = 3_600_000;

/**
 * Plans a customer's or guest's message (CUSTOMER_DECISION).
 * @param now epoch ms
 */
export const planCustomerMessage = async (
  deps: RelayDependencies,
  message: InboundMessage,
  sender: Sender,
  found: FoundJob,
  now: number,
): Promise<Planned> => {
  const { from } = message;
  const { job } = found;
  const { budgets } = deps.company.policy;
  const lately = await messagesLately(deps, message, found, now);
  const recent = lately.filter(isFromOutside(deps, found));
  const isStranger = sender.kind === 'stranger';
  const attention =
    message.media.length > 0 ? 'answer' : attentionOf(message.body, lastFromTeam(deps, found, lately), isStranger);
  const inWindow = recent.filter(({ receivedAt }) => receivedAt > now - budgets.minutes * 60_000);
  const outcome = decide(CUSTOMER_DECISION, {
    isForNoOne: attention === 'none',
    isOverBudget: isOverBudget(from, inWindow, budgets),
    isUrgent: isFirstUrgent(deps, message, inWindow),
    isQuestionOfCustomer: sender.kind === 'customer' && job !== null && isAnswerable(deps, message),
  });
  if (outcome === 'keep') return NOTHING_PLANNED;
  if (outcome === 'hold') return { ...NOTHING_PLANNED, kind: 'held', heldUntil: summaryDue(budgets, now) };
  if (outcome === 'answer' && job) {
    const body = await composeAnswer(deps, message, [job, ...found.others]);
    return { kind: 'answer', recipients: [recipientNow(CUSTOMER, from, now)], body };
  }
  const recipients = await inOrderAfterSleep(deps, message, found, teamFor(job, message, deps.company, now), now);
  const language = await languageOfSender(deps, message, found, lately);
  const source = await teamMessageOf(deps, message, found, sender);
  return {
    kind: 'team',
    recipients,
    body: await composeTeamText(deps, source, job, message),
    source,
    forInformation: attention === 'information',
    notice: sender.kind === 'customer' ? offHoursNotice(deps, recipients, recent, from, now, language) : null,
    language,
  };
};

/** Time between two texts of one person that wait for the end of quiet hours, in ms: more than sending one takes. */
const BETWEEN_WAITING_TEXTS_MS = 5000;
/** Maximum length of quiet hours, in ms. */
const MAX_QUIET_MS = 24 * 3_600_000;

/**
 * Returns the team with later ends of quiet hours when the sender has written before in the same quiet hours: otherwise all texts of a night
 * become due in the same second, in any order.
 */
const inOrderAfterSleep = async (
  deps: RelayDependencies,
  { messageSid, from, receivedAt }: InboundMessage,
  { job }: FoundJob,
  team: TeamMember[],
  now: number,
): Promise<TeamMember[]> => {
  if (team.every(({ notBefore }) => notBefore <= now)) return team;
  const recent = await deps.relay.recent(job?.id ?? UNMATCHED, now - MAX_QUIET_MS);
  const before = recent.filter(
    (one) => one.from === from && one.messageSid !== messageSid && one.receivedAt <= receivedAt,
  );
  return team.map((member) => {
    const { notBefore } = member;
    if (notBefore <= now) return member;
    const { timeZone } = deps.company;
    const contact = [...(job?.contacts ?? []), ...deps.company.contacts].find(({ id }) => id === member.recipient);
    const waiting = before.filter((one) => quietUntil(contact?.quietHours, timeZone, one.receivedAt) === notBefore);
    return { ...member, notBefore: notBefore + waiting.length * BETWEEN_WAITING_TEXTS_MS };
  });
};

/** Returns the language for texts to a customer about their message: that of this text and of the last ones, else that of the job. */
const languageOfSender = (
  deps: RelayDependencies,
  { body, from }: InboundMessage,
  { job }: FoundJob,
  lately: readonly RecentMessage[],
): Promise<Language> | Language => {
  const own = lately.filter((one) => one.from === from).toSorted((a, b) => b.receivedAt - a.receivedAt);
  const shown = languageOfTexts([body, ...own.map((one) => one.body)], deps.company.jobPrefix);
  return shown ?? (job && job.customer.phone === from ? customerLanguage(deps, job) : 'en');
};

/** Reads the messages on the job lately, without this one and summaries. */
const messagesLately = async (
  deps: RelayDependencies,
  message: InboundMessage,
  { job }: FoundJob,
  now: number,
): Promise<RecentMessage[]> => {
  const windowMs = deps.company.policy.budgets.minutes * 60_000;
  const since = now - Math.max(windowMs, OFF_HOURS_NOTICE_INTERVAL_MS);
  return (await deps.relay.recent(job?.id ?? UNMATCHED, since)).filter(
    (one) => one.messageSid !== message.messageSid && !one.messageSid.startsWith('QS'),
  );
};

/** Returns a test of messages from outside the team: the others do not count towards budgets. */
const isFromOutside =
  ({ company }: RelayDependencies, { job }: FoundJob) =>
  ({ from }: RecentMessage): boolean =>
    senderOf(from, job, company).kind !== 'contact';

/** Returns the words that a dispatcher wrote last on the job; null without any. */
const lastFromTeam = (deps: RelayDependencies, found: FoundJob, lately: readonly RecentMessage[]): string | null => {
  const isOutside = isFromOutside(deps, found);
  const last = lately.findLast((one) => !isOutside(one) && reactionOf(one.body) === null);
  return last ? withoutLeadingMention(last.body, deps.company.jobPrefix) : null;
};

/** Tests whether a message is its sender's first one with an urgent word. It is never held back; a flood of them is. */
const isFirstUrgent = (
  { company }: RelayDependencies,
  { body, from }: InboundMessage,
  inWindow: readonly RecentMessage[],
): boolean => {
  const { urgentWords } = company.policy;
  return (
    containsOneOf(urgentWords, body) &&
    !inWindow.some((one) => one.from === from && one.heldUntil === null && containsOneOf(urgentWords, one.body))
  );
};

/** Returns the text for a customer whose whole team has quiet hours: when dispatchers get the message, and the urgent word. */
const offHoursNotice = (
  { company }: RelayDependencies,
  team: RelayPlan['recipients'],
  recent: readonly RecentMessage[],
  from: string,
  now: number,
  language: Language,
): string | null => {
  const isOffHours = team.length > 0 && team.every(({ notBefore }) => notBefore > now);
  const wasNotified = recent.some((one) => one.from === from && one.receivedAt > now - OFF_HOURS_NOTICE_INTERVAL_MS);
  if (!isOffHours || wasNotified) return null;
  const until = Math.min(...team.map(({ notBefore }) => notBefore));
  return offHoursText(company, until, language);
};
