import type { BackupContact } from '../../job.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { PersonLabel } from '../dispatcher-wording.ts';
import type { InboundMessage } from '../inbound-message.ts';
import type { Addressee } from './addressee.ts';
import { customerOf } from './addressee.ts';
import { decide } from './decision-table.ts';
import {
  type DeskView,
  hasCrossed,
  labelOfTalk,
  likelyTalks,
  OWN_CONVERSATION_MS,
  offeredTalks,
  ownTalks,
  type Person,
  personOfTalk,
  waitingTalks,
} from './desk-view.ts';
import { RECIPIENT_DECISION } from './dispatcher-decision.ts';
import type { FoundJob } from './find-job.ts';

/**
 * The recipient of a dispatcher's message: a person (`with-undo`: after the time for UNDO; `to-confirm`: after a yes, because `waiting` is
 * the one who waits), colleagues, or the choices to ask about.
 */
export type ReplyRecipient =
  | { kind: 'known' | 'with-undo'; person: Person }
  | { kind: 'to-confirm'; person: Person; waiting: PersonLabel }
  | { kind: 'colleagues'; contacts: readonly BackupContact[]; name: string | null }
  | { kind: 'not-found'; handle: string; choices: Person[] }
  | { kind: 'unclear'; choices: Person[] };

/** The facts from which a recipient is found. `now` is epoch ms. */
type Asked = {
  deps: RelayDependencies;
  message: Pick<InboundMessage, 'pathJob' | 'receivedAt'>;
  found: FoundJob;
  view: DeskView;
  now: number;
};

/** Finds the recipient of a dispatcher's message (RECIPIENT_DECISION). @param chosen the person answers a question of ours */
export const replyRecipient = async (of: Asked, addressee: Addressee, isChosen = false): Promise<ReplyRecipient> => {
  const { deps, message, found, view, now } = of;
  const { jobPrefix } = deps.company;
  // A text that was processed late is read against the phone as it was.
  const writtenAt = Math.min(now, message.receivedAt);
  const likely = likelyTalks(view, writtenAt);
  const [newest] = likely;
  const others = ownTalks(view, now).filter(({ phone }) => likely.every((talk) => talk.phone !== phone));
  const isCrossing = newest !== undefined && likely.length === 1 && others.length > 0 && hasCrossed(newest, writtenAt);
  const named = await namedPerson(of, addressee);
  const waiting = waitingTalks(view, now).filter(({ phone }) => phone !== named?.phone);
  const otherJobs = [...found.mentioned, ...found.maybeMentioned].filter(({ id }) => id !== newest?.timelineId);
  const outcome = decide(RECIPIENT_DECISION, {
    addressee: named ? 'person' : addressee.kind,
    isOnlyOpen: isChosen || addressee.kind === 'none' || (likely.length === 1 && newest?.phone === named?.phone),
    isOnDesk: view.talks.some(({ phone, at }) => phone === named?.phone && now - at <= OWN_CONVERSATION_MS),
    isAnotherWaiting: waiting.length > 0,
    likelyConversations: likely.length,
    isCrossing,
    mentionedJobs: found.mentioned.length,
    otherMentionedJobs: otherJobs.length,
  });
  const [mentioned] = found.mentioned;
  const [first] = waiting;
  const choices = offeredTalks(isCrossing ? [...likely, ...others] : likely).map((talk) =>
    personOfTalk(talk, jobPrefix),
  );
  if (outcome === 'addressed' && named) return { kind: 'known', person: named };
  if (outcome === 'addressed-with-undo' && named) return { kind: 'with-undo', person: named };
  if (outcome === 'addressed-to-confirm' && named && first)
    return { kind: 'to-confirm', person: named, waiting: labelOfTalk(first, jobPrefix) };
  if (outcome === 'conversation' && newest) return { kind: 'known', person: personOfTalk(newest, jobPrefix) };
  if (outcome === 'mentioned-job' && mentioned) return { kind: 'with-undo', person: await customerOf(deps, mentioned) };
  if (outcome === 'colleagues' && addressee.kind === 'colleagues') return addressee;
  if (outcome === 'not-found' && addressee.kind === 'unknown')
    return { kind: 'not-found', handle: addressee.handle, choices };
  if (addressee.kind === 'several') return { kind: 'unclear', choices: addressee.people };
  const alsoMentioned = otherJobs.filter(({ id }) => likely.every(({ timelineId }) => timelineId !== id));
  return {
    kind: 'unclear',
    choices: [...choices, ...(await Promise.all(alsoMentioned.map((job) => customerOf(deps, job))))],
  };
};

/** Returns the person that a text names, or that its webhook's path does. */
const namedPerson = async ({ deps, message, found }: Asked, addressee: Addressee): Promise<Person | null> => {
  if (addressee.kind === 'person') return addressee.person;
  const isByPath = addressee.kind === 'none' && message.pathJob !== null && found.job?.id === message.pathJob;
  return isByPath && found.job ? customerOf(deps, found.job) : null;
};
