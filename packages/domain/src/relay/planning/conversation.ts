import { personKey } from '../conversation/person-key.ts';
import { type TimelineId, UNMATCHED } from '../outbound-message.ts';
import { guestHandle, jobHandle } from './mentions.ts';

/** Returns the handle by which dispatchers answer a sender; null when the sender has no number to answer to. */
export const replyHandle = (
  timelineId: TimelineId,
  from: string,
  customerPhone: string | null,
  jobPrefix: string,
): string | null =>
  timelineId !== UNMATCHED && personKey(from) === customerPhone ? jobHandle(timelineId, jobPrefix) : guestHandle(from);
