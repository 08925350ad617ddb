import type { StoredMessage } from './memory.ts';
import { segments } from './segments.ts';

type NewMessage = Pick<StoredMessage, 'sid' | 'direction' | 'from' | 'to' | 'body'> &
  Partial<Omit<StoredMessage, 'revision'>>;

/**
 * Returns a text before anything has happened to it: one from a phone has been sent and is on its way to the webhook, one to a phone is
 * in its carrier's queue.
 * @param now epoch ms
 */
export const newMessage = (text: NewMessage, now: number): Omit<StoredMessage, 'revision'> => ({
  media: [],
  segments: segments(text.body),
  status: text.direction === 'inbound' ? 'receiving' : 'queued',
  errorCode: null,
  createdAt: now,
  updatedAt: now,
  sentAt: text.direction === 'inbound' ? now : null,
  webhook: null,
  statusCallback: null,
  fault: null,
  unreported: [],
  done: false,
  ...text,
});
