import type { Authentication } from '@qdn/contracts';
import { EDGE_PROOF_HEADER, looksLikeToken, TRACKING_TOKEN_HEADER } from '@qdn/contracts/patterns';
import { type Caller, type JobId, ProductError, parseJobId, parseTrailerId, type TrailerId } from '@qdn/domain';

import { isFromEdge } from './edge-proof.ts';
import type { Received } from './request.ts';
import { type KeyringSource, knowsKeyOf, verifyToken } from './tokens.ts';

const bearer = (header: string | undefined): string | undefined => header?.match(/^Bearer +(\S+)$/i)?.[1];

/** Returns the password of Basic authentication: GPS clients that take only a user name and password send the token there. RFC 7617. */
const basicPassword = (header: string | undefined): string | undefined => {
  const encoded = header?.match(/^Basic +(\S+)$/i)?.[1];
  if (!encoded) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  return decoded.slice(decoded.indexOf(':') + 1);
};

/**
 * Authenticates by token: in place of the job or trailer ID, in the edge's header, as a bearer token, or, where the route takes it in
 * the URL, as the password of Basic authentication or the query parameter `token`, for devices that only take a URL.
 * With `edge` a tracking token is accepted from the edge only, whose cache limits the cost of a link that many people follow.
 */
export const tokenAuthentication =
  (
    { authentication }: { authentication: Extract<Authentication, { by: 'token' }> },
    options: { keyring: KeyringSource; now: () => number; edge?: boolean },
  ) =>
  async (received: Received): Promise<Caller> => {
    const inPath = received.pathParameters['job_id'] ?? received.pathParameters['trailer_id'];
    const authorization = received.headers['authorization'];
    const token =
      (inPath !== undefined && looksLikeToken(inPath) ? inPath : undefined) ??
      bearer(authorization) ??
      received.headers[TRACKING_TOKEN_HEADER] ??
      (authentication.alsoInUrl
        ? (basicPassword(authorization) ?? received.query.get('token') ?? undefined)
        : undefined);
    if (!token) throw new ProductError('unauthenticated', 'A token is needed: send it as "Authorization: Bearer …".');
    const keyring = await options.keyring();
    // The keys may have been rotated a moment ago, and this container has not read the new ones yet.
    const usable = knowsKeyOf(token, keyring, authentication.audiences) ? keyring : await options.keyring(true);
    const caller = verifyToken(token, usable, authentication.audiences, options.now());
    if (options.edge && caller.kind === 'track' && !isFromEdge(token, received.headers[EDGE_PROOF_HEADER], usable)) {
      throw new ProductError('forbidden', 'Tracking links only work at the address that they begin with.');
    }
    return caller;
  };

/**
 * Returns the job that a request is about: the path's, or the token's where the path holds the token.
 * @throws ProductError `forbidden` for another customer's job, and for an invalid job ID; an operator gets `job-not-found`
 */
export const requestedJob = (received: Received, caller: Caller): JobId => {
  const segment = received.pathParameters['job_id'] ?? '';
  if (caller.kind === 'track' && looksLikeToken(segment)) return caller.jobId;
  const jobId = parseJobId(segment);
  if (caller.kind === 'track' && jobId !== caller.jobId)
    throw new ProductError('forbidden', 'This token is for another job.');
  if (jobId) return jobId;
  throw caller.kind === 'operator'
    ? new ProductError('job-not-found', 'A job ID looks like QDN-1042.')
    : new ProductError('forbidden', 'This token is for another job.');
};

/**
 * Returns the trailer that a request is about: the path's, or the token's where the path holds the token.
 * @throws ProductError `forbidden` to a device for another trailer, `schema-violation` to an operator for an invalid trailer ID
 */
export const requestedTrailer = (received: Received, caller: Caller): TrailerId => {
  const segment = received.pathParameters['trailer_id'] ?? '';
  const trailerId = caller.kind === 'device' && looksLikeToken(segment) ? caller.trailerId : parseTrailerId(segment);
  if (caller.kind === 'device' && trailerId === caller.trailerId) return trailerId;
  if (caller.kind === 'operator') {
    if (trailerId) return trailerId;
    throw new ProductError('schema-violation', 'A trailer ID is 1 to 32 letters, digits, _ or -.', {
      violations: [{ pointer: '/trailer_id', detail: 'is not a trailer ID' }],
    });
  }
  throw new ProductError('forbidden', 'This token is for another trailer.');
};
