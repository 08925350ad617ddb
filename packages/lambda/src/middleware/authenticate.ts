import type { MiddlewareObj } from '@middy/core';
import { type ApiEvent, type Received, receivedOf } from '../request.ts';

/** Puts the caller onto the event. @param identify returns the caller; throws a ProductError to refuse the request */
export const authenticate = (identify: (received: Received) => unknown): MiddlewareObj<ApiEvent> => ({
  before: async ({ event }) => {
    event.caller = await identify(receivedOf(event));
  },
});
