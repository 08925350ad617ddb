import type { MessageSid } from '../../ids.ts';
import type { Language } from '../../job.ts';
import type { JobStatus } from '../../job-status.ts';
import { isOverBudget, type RecentMessage, summaryDue } from '../budget.ts';
import type { TeamMember } from '../cascade.ts';
import type { Consent } from '../consent.ts';
import {
  COMPLAINT_NOTE,
  heldText,
  KEYWORD_ANSWERED_NOTE,
  OPTED_OUT_NOTE,
  optOutConfirmation,
  possibleOptOutNote,
} from '../consent-wording.ts';
import { heldByClaimUntil, type MessageClaim } from '../conversation/claim-hold.ts';
import type { Conversation } from '../conversation/conversation.ts';
import { channelOf, personKey } from '../conversation/person-key.ts';
import { offHoursText } from '../customer-wording.ts';
import type { RelayDependencies } from '../dependencies.ts';
import { linkHint } from '../dispatcher-wording.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { UNMATCHED } from '../outbound-message.ts';
import { CUSTOMER, NOTHING_PLANNED, OPERATOR, type Planned, type RelayPlan, recipientNow } from '../plan.ts';
import { quietUntil } from '../quiet-hours.ts';
import { type Attention, attentionOf } from '../recognition/attention.ts';
import { takesBack } from '../recognition/closing.ts';
import { containsOneOf } from '../recognition/comparable-text.ts';
import { isLegalComplaint, keywordOf, type OptOutWish, optOutWish } from '../recognition/opt-out.ts';
import { isOffer } from '../recognition/remark.ts';
import { isTeamCommand } from '../recognition/team-words.ts';
import { CUSTOMER_DECISION, type CustomerFacts } from './customer-decision.ts';
import { customerLanguage, languageOfTexts } from './customer-language.ts';
import { decide } from './decision-table.ts';
import type { FoundJob } from './find-job.ts';
import { customersIntroduced } from './link-phones.ts';
import { guestHandle, withoutLeadingMention } from './mentions.ts';
import { consentByKeyword, personOf, plannedKeyword } from './plan-keyword.ts';
import { type Sender, senderOf } from './sender.ts';
import { teamOnDuty } from './team.ts';
import { composeAnswer, composeTeamText, isAnswerable, teamMessageOf } from './text-facts.ts';

/** Minimum time between two off-hours notices to the same customer, in ms. */
const OFF_HOURS_NOTICE_INTERVAL_MS = 3_600_000;
/** Time after a dispatcher's text in which the customer talks with a person, in ms. */
const IN_TALK_MS = 4 * 3_600_000;
/** Age of the team's words that a text may answer, in ms. */
const LAST_WORDS_MS = 24 * 3_600_000;
/** Statuses in which the trailer is still to come, so that "come anytime" is not an order to pick it up. */
const BEFORE_ARRIVAL: ReadonlySet<JobStatus> = new Set<JobStatus>(['scheduled', 'in_transit']);
/** Time after a question in which the same customer asks a person, not a machine, in ms. */
const JUST_ASKED_MS = 30 * 60_000;

/** A customer's or guest's message, with everything that is read to decide about it. */
type CustomerMessage = {
  deps: RelayDependencies;
  message: InboundMessage;
  sender: Sender;
  found: FoundJob;
  /** Epoch ms. */
  now: number;
  /** Messages on the job's timeline lately, the team's included, oldest first. */
  lately: readonly RecentMessage[];
  conversation: Conversation | null;
};

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
  const [lately, conversation] = await Promise.all([
    messagesLately(deps, message, found, now),
    deps.relay.conversation(personKey(message.from)),
  ]);
  const of: CustomerMessage = { deps, message, sender, found, now, lately, conversation };
  const attention = await attentionFor(of);
  const answer = attention === 'none' ? null : await answerFrom(of);
  const facts = { ...factsOf(of), isForNoOne: attention === 'none', isAnswerable: answer !== null };
  const outcome = decide(CUSTOMER_DECISION, facts);
  switch (outcome) {
    case 'keep':
      return NOTHING_PLANNED;
    case 'hold':
      return hold(of, attention);
    case 'answer':
      return { kind: 'answer', recipients: [recipientNow(CUSTOMER, message.from, now)], body: answer ?? '' };
    case 'report-stop':
    case 'report-start':
      // On WhatsApp no carrier obeys or answers STOP.
      if (outcome === 'report-stop' && channelOf(message.from) === 'whatsapp') return optOut(of);
      return {
        acknowledges: outcome === 'report-stop' ? wishesThatWait(of) : [],
        kind: 'team',
        recipients: await teamOnDuty(deps, found.job, message, now),
        ...plannedKeyword(deps, message, found, outcome === 'report-stop' ? 'stop' : 'start'),
      };
    case 'relay-help':
      // INFO asks for nothing that cannot wait.
      return /info/i.test(message.body)
        ? relay(of, { remark: KEYWORD_ANSWERED_NOTE, isUrgent: false, attention: 'information' })
        : relay(of, { remark: KEYWORD_ANSWERED_NOTE, isUrgent: true, attention: 'answer' });
    case 'opt-out':
      return optOut(of);
    case 'relay-complaint':
      return complaint(of, await relay(of, { remark: COMPLAINT_NOTE, attention: 'answer', isUrgent: true }));
    case 'flag-opt-out':
      return relay(of, { remark: possibleOptOutNote(personOf(deps, message.from, found).handle), attention });
    case 'relay':
      return relay(of, { attention });
  }
};

/** Tests whether a message comes from another phone of the job's customer, as a dispatcher has confirmed. */
const isOtherPhoneOf = ({ found: { job }, conversation }: CustomerMessage): boolean =>
  job !== null && conversation?.otherPhoneOf?.phone === job.customer.phone;

/**
 * Returns a remark for each customer that a stranger says to be, with the reply that links the phones. Saying so changes nothing else: anyone
 * may say it.
 */
const claimedCustomers = async ({ deps, message, found, conversation }: CustomerMessage): Promise<string[]> => {
  const handle = conversation?.handle ?? guestHandle(personKey(message.from));
  if (handle === null || conversation?.otherPhoneOf) return [];
  const customers = await customersIntroduced(deps, message.body, found.job);
  return customers.map((customer) => linkHint(handle, customer));
};

const factsOf = (of: CustomerMessage): Omit<CustomerFacts, 'isForNoOne' | 'isAnswerable'> => {
  const { deps, message, found, now, lately, conversation } = of;
  const { budgets } = deps.company.policy;
  const windowStart = now - budgets.minutes * 60_000;
  const inWindow = lately.filter(isFromOutside(deps, found)).filter(({ receivedAt }) => receivedAt > windowStart);
  const customer = found.job?.customer.phone ?? null;
  const keyword = keywordOf(message);
  const spent = {
    own: conversation?.textTimes.filter((at) => at > windowStart).length ?? 0,
    ofStrangers: inWindow.filter(({ from, heldUntil }) => heldUntil === null && personKey(from) !== customer).length,
    isFirst: conversation === null,
    isCustomer: personKey(message.from) === customer || isOtherPhoneOf(of),
  };
  return {
    isOverBudget: isOverBudget(spent, budgets),
    isUrgent: isFirstUrgent(deps, message, inWindow) || isFirstWish(message, inWindow),
    keyword,
    optOut: wishOf(message),
    isComplaint: isLegalComplaint(message.body),
    isInTalk: isInTalk(of),
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
  const recent = await deps.relay.recent(job?.id ?? UNMATCHED, now - MAX_QUIET_MS, now);
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

/** Returns the wish for no more texts in other words than the keywords. Where the carrier leaves CANCEL to people, it is words. */
const wishOf = ({ body, optOutType }: Pick<InboundMessage, 'body' | 'optOutType'>): OptOutWish | null =>
  keywordOf({ body, optOutType }) === null && keywordOf({ body, optOutType: null }) === null ? optOutWish(body) : null;

/** Returns the attention that a message needs. A picture needs a person. */
const attentionFor = async (of: CustomerMessage): Promise<Attention> => {
  const { deps, message, sender, found } = of;
  const { body, from } = message;
  if (message.media.length > 0) return 'answer';
  const isStranger = sender.kind === 'stranger' && !isOtherPhoneOf(of);
  const attention = attentionOf(body, lastFromTeam(of), isStranger);
  if (attention !== 'answer') return attention;
  if (found.job && BEFORE_ARRIVAL.has(found.job.status) && isOffer(body)) return 'information';
  // Some carriers take YES for an opt-in. This one does not, and no one can answer by text.
  return isTeamCommand('yes', body) && (await deps.relay.stopped([from])).size > 0 ? 'information' : 'answer';
};

/** Returns the language for texts to a customer about their message: that of this text and of the last ones, else that of the job. */
const languageOfSender = ({ deps, message, found, lately }: CustomerMessage): Promise<Language> | Language => {
  const { body, from } = message;
  const { job } = found;
  const own = lately.filter((one) => one.from === from).toSorted((a, b) => b.receivedAt - a.receivedAt);
  const shown = languageOfTexts([body, ...own.map((one) => one.body)], deps.company.jobPrefix);
  return shown ?? (job && job.customer.phone === personKey(from) ? customerLanguage(deps, job) : 'en');
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
  return (await deps.relay.recent(job?.id ?? UNMATCHED, since, now)).filter(
    (one) => one.messageSid !== message.messageSid && !one.messageSid.startsWith('QS'),
  );
};

/** Returns a test of messages from outside the team: the others do not count towards budgets. */
const isFromOutside =
  ({ company }: RelayDependencies, { job }: FoundJob) =>
  ({ from }: RecentMessage): boolean =>
    senderOf(from, job, company).kind !== 'contact';

/** Returns the words that the team wrote to the sender last, in the last day; null without any. Words to others on the job do not count. */
const lastFromTeam = ({ deps, lately, conversation, now }: CustomerMessage): string | null => {
  const last = conversation?.lastOfTeam ?? null;
  if (last === null || now - last.at > LAST_WORDS_MS) return null;
  // The conversation keeps the begin of a text, the timeline all of it.
  const whole = lately.find(({ messageSid }) => messageSid === last.messageSid)?.body;
  return whole === undefined
    ? last.body.replace(`${deps.company.name}: `, '')
    : withoutLeadingMention(whole, deps.company.jobPrefix);
};

/** Tests whether a dispatcher has written to the sender in the last hours, or the sender has just asked. */
const isInTalk = ({ deps, message, lately, conversation, now }: CustomerMessage): boolean =>
  (conversation?.lastOfTeam?.at ?? Number.NEGATIVE_INFINITY) > now - IN_TALK_MS ||
  lately.some(
    ({ from, receivedAt, body }) =>
      personKey(from) === personKey(message.from) &&
      receivedAt > now - JUST_ASKED_MS &&
      isAnswerable(deps, { body, media: [] }),
  );

/** Composes the answer to a customer's question from facts about their own stops; null when it is not one, or there is no fact. */
const answerFrom = ({ deps, message, sender, found }: CustomerMessage): Promise<string | null> =>
  sender.kind === 'customer' && found.job && isAnswerable(deps, message)
    ? composeAnswer(deps, message, [found.job, ...found.others])
    : Promise.resolve(null);

/** Holds a message for the summary, and tells its sender so, once in the budget's window. Advertising gets no answer. */
const hold = async (of: CustomerMessage, attention: Attention): Promise<Planned> => {
  const { deps, message, sender, lately, now } = of;
  const { name, policy } = deps.company;
  const heldUntil = summaryDue(policy.budgets, now);
  const keyword = keywordOf(message);
  const consent = wishOf(message) === 'certain' ? consentInWords(of) : consentByKeyword(message, keyword);
  const wasTold = lately.some((one) => one.from === message.from && one.heldUntil === heldUntil);
  const isSpam = sender.kind === 'stranger' && attention === 'information';
  if (wasTold || consent || isSpam) return { ...NOTHING_PLANNED, kind: 'held', heldUntil, consent };
  const body = heldText(name, Math.ceil((heldUntil - now) / 60_000), await languageOfSender(of));
  return { kind: 'held', heldUntil, recipients: [recipientNow(CUSTOMER, message.from, now)], body };
};

/** Options of relaying a message: `isUrgent` wakes contacts in their quiet hours; `remark` is for the team. */
type RelayOptions = { attention: Attention; isUrgent?: boolean; remark?: string };

/** Relays a message to the team. */
const relay = async (of: CustomerMessage, { attention, isUrgent, remark }: RelayOptions): Promise<Planned> => {
  const { deps, message, sender, found, now } = of;
  const claim = sender.kind === 'stranger' ? await claimedCustomers(of) : [];
  const note = [remark, ...claim].filter((part) => part !== undefined).join('; ') || null;
  const team = await teamOnDuty(deps, found.job, message, now, isUrgent);
  const holder = freshClaim(of);
  const recipients = await inOrderAfterSleep(deps, message, found, holder ? withFirst(team, of, holder) : team, now);
  const language = await languageOfSender(of);
  const source = await teamMessageOf(deps, message, found, sender, note, isOtherPhoneOf(of));
  return {
    kind: 'team',
    recipients,
    body: await composeTeamText(deps, source, found.job, message),
    source,
    forInformation: attention === 'information',
    acknowledges: takesBack(message.body) ? textsTakenBack(of) : [],
    notice: sender.kind === 'customer' ? offHoursNotice(of, recipients, language) : null,
    language,
    ...(holder ? { claim: holder } : {}),
  };
};

/** Returns the claim of the conversation while it holds cascades. */
const freshClaim = ({ conversation, now }: CustomerMessage): MessageClaim | null => {
  const claim = conversation?.claim;
  return claim && heldByClaimUntil({ claim }, now) !== null ? { name: claim.name, at: claim.at } : null;
};

/** Puts the dispatcher who has taken the conversation first: a further line of it is theirs. */
const withFirst = (team: readonly TeamMember[], { deps, found }: CustomerMessage, { name }: MessageClaim) => {
  const contacts = [...(found.job?.contacts ?? []), ...deps.company.contacts];
  const isTheirs = ({ recipient, notBefore }: TeamMember): boolean =>
    notBefore <= deps.now() && contacts.some((contact) => contact.id === recipient && contact.name === name);
  const own = team.filter(isTheirs).map(({ recipient, to, notBefore }) => ({ recipient, to, notBefore }));
  return [...own, ...team.filter((member) => !isTheirs(member))];
};

/** Longest pause between two lines of one thought, in ms, and the age at which a text is no longer what "never mind" means. */
const SAME_THOUGHT_MS = 60_000;
const TAKEN_BACK_MS = 30 * 60_000;

/**
 * Returns the waiting texts that "never mind" takes back: the sender's last one, with the lines directly before it. The last one may be a
 * keyword, which does not wait. Others still wait, and so does an urgent one.
 */
const textsTakenBack = ({ deps, conversation, now }: CustomerMessage): MessageSid[] => {
  const last = conversation?.lastOfPerson ?? null;
  if (!conversation || !last || containsOneOf(deps.company.policy.urgentWords, last.body)) return [];
  const taken: MessageSid[] = [];
  let before = last.at;
  for (const { messageSid, since } of conversation.waiting.toReversed()) {
    if (before - since > SAME_THOUGHT_MS || now - since > TAKEN_BACK_MS) break;
    taken.unshift(messageSid);
    before = since;
  }
  return taken;
};

/** Returns the sender's last text if it waits and may have been a wish for no more texts: an opt-out after it answers it. */
const wishesThatWait = ({ conversation }: CustomerMessage): MessageSid[] => {
  const last = conversation?.lastOfPerson ?? null;
  const waits = conversation?.waiting.some(({ messageSid }) => messageSid === last?.messageSid) ?? false;
  return last && waits && optOutWish(last.body) !== null ? [last.messageSid] : [];
};

const consentInWords = ({ message }: CustomerMessage): Consent => ({
  phone: personKey(message.from),
  isStopped: true,
  by: 'words',
  why: message.body.trim(),
  at: message.receivedAt,
});

/** Honours a wish for no more texts at once: the sender gets one confirmation, and the team learns it. */
const optOut = async (of: CustomerMessage): Promise<Planned> => {
  const { deps, message } = of;
  const { company } = deps;
  const wasStopped = (await deps.relay.stopped([message.from])).size > 0;
  const planned = await relay(of, { attention: 'information', remark: OPTED_OUT_NOTE });
  const language = planned.language ?? 'en';
  const optedOut = {
    ...planned,
    acknowledges: [...(planned.acknowledges ?? []), ...wishesThatWait(of)],
    notice: wasStopped ? null : optOutConfirmation(company.name, company.phone, language),
    consent: consentInWords(of),
  };
  return isLegalComplaint(message.body) ? complaint(of, optedOut) : optedOut;
};

/** Returns a complaint's plan with a text for the operator, at once and in any order of the cascade, and without one for its sender. */
const complaint = ({ deps, message, now }: CustomerMessage, planned: Planned): Planned => {
  const { operator, textNumbers } = deps.company;
  const isTold =
    operator !== null &&
    operator !== message.from &&
    !textNumbers.includes(operator) &&
    !planned.recipients.some(({ to }) => to === operator);
  const copies = isTold ? [{ ...recipientNow(OPERATOR, operator, now), body: planned.body }] : [];
  return { ...planned, copies, notice: null, isComplaint: true };
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

/** Tests whether a message is its sender's first keyword, wish for no more texts or complaint. It is never held back either. */
const isFirstWish = (message: InboundMessage, inWindow: readonly RecentMessage[]): boolean => {
  const isWish = (body: string, optOutType: string | null) =>
    keywordOf({ body, optOutType }) !== null || wishOf({ body, optOutType }) === 'certain' || isLegalComplaint(body);
  return (
    isWish(message.body, message.optOutType) &&
    !inWindow.some((one) => one.from === message.from && one.heldUntil === null && isWish(one.body, null))
  );
};

/** Returns the text for a customer whose whole team has quiet hours: when dispatchers get the message, and the urgent word. */
const offHoursNotice = (
  { deps: { company }, message: { from }, lately, now }: CustomerMessage,
  team: RelayPlan['recipients'],
  language: Language,
): string | null => {
  const isOffHours = team.length > 0 && team.every(({ notBefore }) => notBefore > now);
  const wasNotified = lately.some((one) => one.from === from && one.receivedAt > now - OFF_HOURS_NOTICE_INTERVAL_MS);
  if (!isOffHours || wasNotified) return null;
  const until = Math.min(...team.map(({ notBefore }) => notBefore));
  return offHoursText(company, until, language);
};
