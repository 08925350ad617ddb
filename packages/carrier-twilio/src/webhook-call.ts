import { firstValues, formParameters } from './webhook-form.ts';

/**
 * A request of Twilio for a step of a call.
 *  - `isOnLine`: the caller, or the person whose phone runs the step, has not hung up
 *  - `isEnded`: the call is over without a conversation: no answer, busy, failed or cancelled
 *  - `isConnected`: the ringing of the other phone ended in a conversation. Voicemail that was refused did not
 *  - `digits`: the keys that were pressed
 */
export type CallRequest = {
  callSid: string;
  from: string;
  to: string;
  isOnLine: boolean;
  isEnded: boolean;
  isConnected: boolean;
  digits: string;
};

const ON_LINE: ReadonlySet<string> = new Set(['queued', 'ringing', 'in-progress']);
const ENDED: ReadonlySet<string> = new Set(['no-answer', 'busy', 'failed', 'canceled']);
const CONNECTED: ReadonlySet<string> = new Set(['completed', 'answered']);

/**
 * Reads a signed request.
 * @see https://www.twilio.com/docs/voice/twiml#twilios-request-to-your-application
 * @see https://www.twilio.com/docs/voice/twiml/dial#action
 */
export const callFromTwilio = (rawBody: string): CallRequest => {
  const form = firstValues(formParameters(rawBody));
  const status = form['CallStatus'] ?? '';
  return {
    callSid: form['CallSid'] ?? '',
    from: (form['From'] ?? '').slice(0, 256),
    to: (form['To'] ?? '').slice(0, 256),
    isOnLine: ON_LINE.has(status),
    isEnded: ENDED.has(status),
    isConnected: CONNECTED.has(form['DialCallStatus'] ?? '') && form['DialBridged'] !== 'false',
    digits: form['Digits'] ?? '',
  };
};
