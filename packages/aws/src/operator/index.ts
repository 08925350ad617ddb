export { type CloudAddress, connectCloud } from './connect.ts';
export { type LogLine, linesWith } from './function-logs.ts';
export {
  type CloudInspection,
  inspectCloud,
  type MailRecipients,
  type StackState,
  type TableSafety,
} from './inspection.ts';
export { begunMessages, type StoredTimeline, storedTimeline } from './message-timeline.ts';
export { type FoundQueue, findQueue, type Moved, moveBack } from './queues.ts';
