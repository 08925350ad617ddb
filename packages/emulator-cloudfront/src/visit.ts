import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Behaviour } from './distribution.ts';
import type { EdgeRequest } from './viewer-request.ts';

/** A request of a viewer before its behaviour is known. */
export type Arrival = {
  viewer: { ip: string; requestId: string };
  message: IncomingMessage;
  response: ServerResponse;
};

/** A request that the viewer function has passed on. `gone` aborts when the viewer disconnects. */
export type Visit = Arrival & { behaviour: Behaviour; request: EdgeRequest; gone: AbortSignal };
