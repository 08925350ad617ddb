import type { MessageSid, RecipientId } from '../ids.ts';
import type { Job, Language } from '../job.ts';
import type { TeamMember } from './cascade.ts';
import type { Consent } from './consent.ts';
import type { MessageClaim } from './conversation/claim-hold.ts';
import type { DeskQuestion } from './conversation/desk.ts';
import type { TimelineId } from './outbound-message.ts';
import type { DutySwap } from './rota/rota.ts';
import type { TeamMessage } from './team-wording.ts';

/** A person who is texted. `recipient` is a contact's ID, `customer` or `operator`. */
export type Recipient = { recipient: RecipientId; to: string };
/** The recipient outside the team: the job's customer, or a guest. */
export const CUSTOMER = 'customer' as RecipientId;
export const OPERATOR = 'operator' as RecipientId;
/** The driver who has texted. */
export const DRIVER = 'driver' as RecipientId;
/** The dispatcher who has texted, as the reader of what became of the text. */
export const WRITER = 'writer' as RecipientId;

/**
 * The outcome of a message: `team` relays it to dispatchers; `reply` sends it to the customer; `note` is for colleagues only; `answer`
 * answers its sender; `held` keeps it for a summary, because it is over a budget, which its sender learns once; `none` texts no one.
 */
export const PLAN_KINDS = ['team', 'reply', 'note', 'answer', 'held', 'none'] as const;
export type PlanKind = (typeof PLAN_KINDS)[number];

/** Orders of dispatchers about a conversation. */
export const TEAM_ORDERS = ['claim', 'release', 'close', 'link', 'unlink'] as const;
export type TeamOrder = (typeof TEAM_ORDERS)[number];

/** A further text because of a dispatcher's message: an answer as a colleague sees it, or what became of it for its writer. */
export type Copy = TeamMember & { body: string };

/**
 * A call to place: rings `ring`, the dispatcher's phone, and then connects `connect`. `who` is the person's name as it is spoken; `handle`
 * asks for the call again.
 */
export type PlannedCall = { ring: string; connect: string; who: string; handle: string };

/**
 * The outcome of one inbound message, pinned before any of it is done: a retry, a webhook that Twilio sends again or a contact who
 * is added in between does not change it. All recipients get the same text.
 *  - `sender`: `customer`, `company`, a contact's name or a masked number
 *  - `from`: the number that answers go to
 *  - `acknowledges`: the messages that this one marks as answered: a dispatcher's answer, or its sender's "never mind"
 *  - `notice`: the text that the sender, a customer or a driver, gets at once, if any
 *  - `bounce`: the dispatcher who gets a text when a reply cannot be delivered
 *  - `copies`: further texts; of a customer's complaint the one to the operator. Those that are due later than the plan begins are left out when its sender takes the text back
 *  - `forInformation`: the team need not answer: no one else is texted when no answer comes
 *  - `consent`: the consent that the message gives or takes back
 *  - `call`: the call that the sender, a dispatcher, has asked for
 *  - `person`: the person outside the team whose conversation a dispatcher's text belongs to, where the recipients do not say it
 *  - `order`: the change of that conversation that a dispatcher orders
 *  - `link`: the customer's number and name with `order: link`
 *  - `isLoop`: the last answer to a phone that may be answering by itself; it is listed for the operator's attention
 *  - `isComplaint`: it may be a legal matter: its sender gets nothing automatic, and the operator a copy at once
 *  - `asks`: the question back to the dispatcher, with the text that it holds
 *  - `swap`: the swap of the rota that a dispatcher asks for or decides
 *  - `language`: that of the sender, for texts to them about their message
 *  - `attachments`: addresses of pictures that go to the recipients as MMS
 *  - `source`: the message as the team sees it; a text that is sent late is composed again from it
 *  - `answeredBy`: the dispatcher who has answered, or `customer` who has taken it back
 *  - `claim`: the dispatcher who has taken it, which holds the cascade for a while. It and `answeredBy` are the only parts that change later
 * Times are epoch ms.
 */
export type RelayPlan = {
  kind: PlanKind;
  timelineId: TimelineId;
  sender: string;
  from: string;
  receivedAt: number;
  begunAt: number;
  recipients: TeamMember[];
  body: string;
  acknowledges: MessageSid[];
  notice: string | null;
  bounce: Recipient | null;
  copies?: Copy[];
  heldUntil: number | null;
  forInformation?: boolean;
  consent?: Consent | null;
  call?: PlannedCall;
  person?: string;
  order?: TeamOrder;
  link?: { phone: string; name: string };
  isLoop?: boolean;
  isComplaint?: boolean;
  asks?: DeskQuestion;
  language?: Language;
  attachments?: string[];
  source?: TeamMessage;
  claim?: MessageClaim;
  swap?: DutySwap;
  answeredBy: string | null;
};

/** The part of a plan that follows from the decision about a message. */
export type Planned = Pick<RelayPlan, 'kind' | 'recipients' | 'body'> & Partial<RelayPlan>;

/** A change of a job that a driver's text orders: the job as it was read, and as it is to be written. */
export type JobChange = {
  before: Job;
  after: Job;
  /** The customer gets the notice that the new status needs. */
  isAnnounced: boolean;
};

/** The decision to text no one. */
export const NOTHING_PLANNED: Planned = { kind: 'none', recipients: [], body: '' };

/** Returns a plan that texts no one yet. */
export const emptyPlan = (
  message: Pick<RelayPlan, 'timelineId' | 'sender' | 'from' | 'receivedAt' | 'begunAt'>,
): RelayPlan => ({
  kind: 'none',
  recipients: [],
  body: '',
  acknowledges: [],
  notice: null,
  bounce: null,
  heldUntil: null,
  answeredBy: null,
  ...message,
});

/** Returns a recipient who may be texted from now on. @param now epoch ms */
export const recipientNow = (recipient: RecipientId, to: string, now: number): TeamMember => ({
  recipient,
  to,
  notBefore: now,
});
