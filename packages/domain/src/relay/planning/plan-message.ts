import type { BackupContact } from '../../job.ts';
import { personKey } from '../conversation/person-key.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { attachmentsOf, mediaParts } from '../media-parts.ts';
import { type OutboundMessage, UNMATCHED } from '../outbound-message.ts';
import { emptyPlan, type JobChange, type Planned, type RelayPlan } from '../plan.ts';
import type { Driver } from '../policy.ts';
import { isAcknowledgement } from '../recognition/acknowledgement.ts';
import { readable } from '../recognition/comparable-text.ts';
import { driverTextOf } from '../recognition/driver-words.ts';
import { keywordOf } from '../recognition/opt-out.ts';
import { isTeamCommand } from '../recognition/team-words.ts';
import { decide } from './decision-table.ts';
import { identifySender } from './identify-sender.ts';
import { leadingGuest, leadingMention } from './mentions.ts';
import { MESSAGE_DECISION } from './message-decision.ts';
import { planCustomerMessage } from './plan-customer-message.ts';
import { planDispatcherMessage } from './plan-dispatcher-message.ts';
import { planDriverMessage } from './plan-driver-message.ts';
import { dutyRequestOf, planDutyMessage } from './plan-duty-message.ts';
import { consentCommandOf, planConsentCommand, planTeamKeyword } from './plan-keyword.ts';
import { driverOf, type Sender, senderLabel } from './sender.ts';
import { hasTextToTakeBack } from './take-back.ts';

/** The plan of a message, and what it needs before it is pinned: the change of a job, or the text that is taken back. */
export type PlannedMessage = { plan: RelayPlan; change: JobChange | null; withdrawal: OutboundMessage | null };

/**
 * True for a driver's command that addresses no customer: dispatchers address theirs by a job or guest at the begin. "Listo" is an
 * acknowledgement of a dispatcher first.
 */
const isDriverCommand = ({ company }: RelayDependencies, { body, pathJob }: InboundMessage): boolean =>
  pathJob === null &&
  !isAcknowledgement(body) &&
  leadingMention(body, company.jobPrefix) === null &&
  leadingGuest(body) === null &&
  driverTextOf(body, company.jobPrefix).command !== null;

/** True for the UNDO of a dispatcher, who is a driver too, while their last text still waits. */
const isUndoOfText = async (
  deps: RelayDependencies,
  sender: Sender,
  { body, from }: InboundMessage,
): Promise<boolean> =>
  sender.kind === 'contact' &&
  isTeamCommand('undo', body) &&
  hasTextToTakeBack(deps, await deps.relay.desk(personKey(from)));

/** Returns the driver who sends a message, as such or as a dispatcher; null for anyone else. */
const driverAmong = (sender: Sender, from: string, { company }: RelayDependencies): Driver | null =>
  sender.kind === 'driver' ? sender.driver : sender.kind === 'contact' ? driverOf(from, company) : null;

/** Returns the addresses of a message's pictures that go to its recipients as MMS. */
const attachmentsFor = async (deps: RelayDependencies, message: InboundMessage): Promise<string[]> =>
  deps.company.policy.mms && message.media.length > 0 ? attachmentsOf(await mediaParts(message, deps.mediaLink)) : [];

/** Plans a dispatcher's text about the rota; null for any other. */
const planDuty = async (
  deps: RelayDependencies,
  message: InboundMessage,
  contact: BackupContact,
  now: number,
): Promise<Planned | null> => {
  const words = dutyRequestOf(deps, message);
  return words && planDutyMessage(deps, message, contact, words, now);
};

/** Decides on the outcome of a message (MESSAGE_DECISION). Only reads; the decision counts once it is pinned. */
export const planMessage = async (deps: RelayDependencies, received: InboundMessage): Promise<PlannedMessage> => {
  // The timeline keeps the whole text.
  const message = { ...received, body: readable(received.body) };
  const { from, receivedAt } = message;
  const begunAt = deps.now();
  const { sender, found } = await identifySender(deps, message);
  const timelineId = found.job?.id ?? UNMATCHED;
  const nothing = emptyPlan({ timelineId, sender: senderLabel(sender, from), from, receivedAt, begunAt });
  const driver = driverAmong(sender, from, deps);
  const keyword = keywordOf(message);
  const command = sender.kind === 'contact' ? consentCommandOf(message, deps.company.jobPrefix) : null;
  const duty = sender.kind === 'contact' ? await planDuty(deps, message, sender.contact, begunAt) : null;
  const outcome = decide(MESSAGE_DECISION, {
    sender: sender.kind,
    isKeyword: keyword !== null,
    isDriverCommand: driver !== null && isDriverCommand(deps, message) && !(await isUndoOfText(deps, sender, message)),
    isConsentCommand: command !== null,
    isAboutDuty: duty !== null,
  });
  const attachments = await attachmentsFor(deps, message);
  const withAll = (planned: Partial<RelayPlan>): RelayPlan => ({
    ...nothing,
    ...planned,
    ...(attachments.length > 0 && (planned.kind === 'team' || planned.kind === 'reply') ? { attachments } : {}),
  });
  const of = (planned: Partial<RelayPlan>): PlannedMessage => ({
    plan: withAll(planned),
    change: null,
    withdrawal: null,
  });
  if (outcome === 'report-keyword' && keyword) {
    const name = driver ? `${driver.name} (${driver.trailers.join(', ')})` : senderLabel(sender, from);
    return of(planTeamKeyword(deps, message, name, keyword, begunAt));
  }
  if (outcome === 'duty' && duty) return of(duty);
  if (outcome === 'consent' && command && sender.kind === 'contact') {
    const planned = await planConsentCommand(deps, message, sender.contact, command, begunAt);
    if (planned) return of(planned);
  }
  if (outcome === 'driver' && driver) {
    const planned = await planDriverMessage(deps, message, driver, sender.kind === 'contact', begunAt);
    if (planned) return { plan: withAll(planned.planned), change: planned.change, withdrawal: null };
  }
  if (['dispatcher', 'driver', 'consent'].includes(outcome) && sender.kind === 'contact') {
    const { planned, change, withdrawal } = await planDispatcherMessage(deps, message, sender.contact, found, begunAt);
    return { plan: withAll(planned), change, withdrawal };
  }
  if (outcome === 'customer') return of(await planCustomerMessage(deps, message, sender, found, begunAt));
  return of({});
};
