import { element, twiml } from '@qdn/carrier-twilio/twiml';
import * as routes from '@qdn/contracts/routes';
import { apiHandler, type Logger } from '@qdn/lambda';

/**
 * `POST /api/fallback/calls`: Twilio's fallback for calls. A busy line rather than an error in English: Twilio reports the end of the call
 * to the status callback, which makes it a missed call. It needs nothing, and its answer says nothing, so that no signature is checked.
 */
export const refuseCall = ({ log }: { log: Logger }) =>
  apiHandler(routes.refuseCall, { log, authenticate: () => null }, async ({ correlationId }) => {
    log.error('CALL_WEBHOOK_FAILED', { correlationId });
    return { status: 200, text: { content: twiml(element('Reject', { reason: 'busy' })), type: 'text/xml' } };
  });
