import type { Wire } from '@qdn/contracts';
import { table } from '../format.ts';
import { oneLine } from '../printable.ts';
import type { LocalTime } from '../times/local-time.ts';

type Listed = Wire<'listedConversation'>;

/** The person of a conversation: the handle that answers them, and the name or the masked number. */
const personOf = ({ handle, name, from, otherPhoneOf }: Listed): string =>
  `${handle ?? '-'} ${name ?? (otherPhoneOf ? `${otherPhoneOf.name}, other phone` : from)}`;

const stateOf = ({ waiting, isQuestion, claim, closedAt }: Listed): string => {
  const waits = waiting === 0 ? '' : `${waiting} ${isQuestion ? 'with a question' : 'unanswered'}`;
  return [waits, claim ? `${claim.name} has it` : '', closedAt ? 'closed' : '']
    .filter((part) => part !== '')
    .join(', ');
};

/** Returns a page of open conversations as a table. */
export const conversationTable = ({ conversations, next }: Wire<'conversationList'>, time: LocalTime): string => {
  if (conversations.length === 0) return 'No open conversations.';
  const rows = conversations.map((one) => [
    personOf(one),
    one.waitingSince === null ? '-' : time.stamp(one.waitingSince),
    stateOf(one) || '-',
    one.last === null ? '' : `${one.last.sender}: ${one.last.body.slice(0, 60)}`,
  ]);
  const more = next === null ? [] : [`More: ./qdn conversations --after ${next}`];
  return [table([['PERSON', `WAITING SINCE (${time.label})`, 'STATE', 'LAST TEXT'], ...rows]), ...more].join('\n');
};

/** Returns a conversation with a page of its texts, the newest last, as a person reads it. */
export const conversationReport = (
  { conversation, phone, texts, next }: Wire<'conversationState'>,
  time: LocalTime,
): string => {
  const { jobs, channel, otherPhoneOf } = conversation;
  const head = `${personOf(conversation)}, ${phone}${channel === 'sms' ? '' : ` (${channel})`}`;
  const lines = texts
    .toReversed()
    .map(({ at, side, sender, body }) => `${time.stamp(at)}  ${sender}${side === 'note' ? ' (note)' : ''}: ${body}`);
  return [
    head,
    ...(jobs.length > 0 ? [`Jobs: ${jobs.join(', ')}`] : []),
    ...(otherPhoneOf ? [`Another phone of ${otherPhoneOf.name}, linked by ${otherPhoneOf.by}`] : []),
    ...(stateOf(conversation) === '' ? [] : [stateOf(conversation)]),
    ...(next === null ? [] : [`Older texts: --older ${next}`]),
    ...lines,
  ]
    .map(oneLine)
    .join('\n');
};
