export { requestedJob, requestedTrailer, tokenAuthentication } from './access.ts';
export {
  type Answer,
  type ApiFunction,
  type ApiRequest,
  apiHandler,
  MAX_BODY_BYTES,
  PRIVATE,
  type Received,
  SHARED_FIVE_MINUTES,
} from './api-handler.ts';
export { type Company, readCompany, relayCompany, toContact } from './company.ts';
export { readEnvironment } from './config.ts';
export { withCorrelation } from './correlation.ts';
export { edgeProofOf, isFromEdge } from './edge-proof.ts';
export { createLogger, errorFields, type Logger, maskPhone, textsIn, textsInBody } from './logger.ts';
export type { Measures } from './metrics.ts';
export { PROBLEMS } from './problem.ts';
export {
  batchHandler,
  type FailedMessage,
  type QueueFunction,
  type QueueMessage,
  queueHandler,
} from './queue-handler.ts';
export { type ShortLink, shortLink } from './short-link.ts';
export {
  type Audience,
  createKeyring,
  type Keyring,
  type KeyringSource,
  keyringFrom,
  signToken,
  verifyToken,
} from './tokens.ts';
