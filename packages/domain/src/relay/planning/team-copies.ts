import type { JobId } from '../../ids.ts';
import type { BackupContact, Job } from '../../job.ts';
import type { TeamMember } from '../cascade.ts';
import { personKey } from '../conversation/person-key.ts';
import { UNMATCHED } from '../outbound-message.ts';
import { type Copy, OPERATOR, WRITER } from '../plan.ts';
import { OWN_CONVERSATION_MS, type Person } from './desk-view.ts';
import type { DispatcherMessage } from './dispatcher-answer.ts';
import { teamFor, teamOnDuty } from './team.ts';

/** Returns some contacts as recipients of a dispatcher's words, outside their quiet hours. */
export const membersAmong = (
  { deps, message, now }: DispatcherMessage,
  contacts: readonly BackupContact[],
): TeamMember[] => teamFor({ contacts: [...contacts] }, message, deps.company, now);

/**
 * Returns the colleagues who see what a dispatcher does in a conversation: the team, when it gets all texts at once; else those whose
 * phone has the conversation. The operator sees it after an alarm.
 */
export const colleaguesInConversation = async (
  of: DispatcherMessage,
  { phone, timelineId }: Person,
): Promise<TeamMember[]> => {
  const { deps, message, now } = of;
  const { company } = deps;
  const job: Job | null = timelineId === UNMATCHED ? null : await deps.jobs.find(timelineId as JobId);
  const team = await teamOnDuty(deps, job, { from: message.from, body: '' }, now);
  /** Those who get each text: without the backups; a backup sees it after a text of their own. */
  const everyone = company.policy.cascade.order === 'all' ? team.filter(({ isBackup }) => !isBackup) : [];
  const operator: TeamMember[] =
    company.operator === null || company.operator === message.from
      ? []
      : [{ recipient: OPERATOR, to: company.operator, notBefore: now }];
  const maybe = [...team.filter((member) => !everyone.includes(member)), ...operator].filter(
    ({ to }, i, all) => all.findIndex((other) => other.to === to) === i,
  );
  const desks = await Promise.all(maybe.map(({ to }) => deps.relay.desk(personKey(to))));
  const haveIt = maybe.filter((_, i) =>
    desks[i]?.conversations.some((one) => one.phone === phone && now - one.at <= OWN_CONVERSATION_MS),
  );
  return [...everyone, ...haveIt.filter(({ to }) => everyone.every((member) => member.to !== to))];
};

/** Returns a text as copies to colleagues, not before a moment (epoch ms). */
export const copiesOf = (members: readonly TeamMember[], body: string, notBefore: number): Copy[] =>
  members.map((member) => ({ ...member, notBefore: Math.max(member.notBefore, notBefore), body }));

/** Returns the text that tells the dispatcher what became of theirs. */
export const toWriter = ({ message, now }: DispatcherMessage, body: string): Copy => ({
  recipient: WRITER,
  to: message.from,
  notBefore: now,
  body,
});
