export { requestedJob, requestedTrailer, tokenAuthentication } from './access.ts';
export {
  type Answer,
  type ApiFunction,
  type ApiRequest,
  apiHandler,
  CACHE_CONTROL,
} from './api-handler.ts';
export type { QueueMessage } from './batch.ts';
export { readEnvironment } from './config.ts';
export { edgeProofOf, isFromEdge } from './edge-proof.ts';
export { createLogger, errorFields, type Logger, maskPhone, textsIn, textsInBody } from './logger.ts';
export type { Measures } from './metrics.ts';
export { UnreadableRecord } from './middleware/parse-records.ts';
export { MAX_BODY_BYTES } from './middleware/receive-request.ts';
export { ownTracksKeysOf } from './owntracks-keys.ts';
export { PROBLEMS } from './problem.ts';
export { batchHandler, type QueueFunction, queueHandler } from './queue-handler.ts';
export type { Received } from './request.ts';
export type { FailedMessage } from './retry-record.ts';
export { type ScheduledFunction, scheduledHandler } from './scheduled-handler.ts';
export { type ShortLink, shortLink } from './short-link.ts';
export { signToken } from './sign-token.ts';
export {
  type Audience,
  createKeyring,
  type Keyring,
  type KeyringSource,
  keyringFrom,
  verifyToken,
} from './tokens.ts';
