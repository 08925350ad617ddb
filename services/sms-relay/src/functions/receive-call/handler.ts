import { callFromTwilio } from '@qdn/carrier-twilio/webhook-call';
import { CALL_STEPS } from '@qdn/contracts/call-steps';
import * as routes from '@qdn/contracts/routes';
import { ProductError } from '@qdn/domain';
import { maskPhone } from '@qdn/lambda';
import { twilioWebhook, type WebhookDependencies } from '../../twilio-webhook.ts';
import { CALL_STEPS_BY_NAME, type CallDependencies } from './call-steps.ts';

export type ReceiveCallDependencies = WebhookDependencies & Omit<CallDependencies, 'publicUrl' | 'now'>;

/**
 * `POST /api/calls/{call_step}`: Twilio's voice webhook. Nothing is stored: the state of a call is in the addresses that our own TwiML
 * names, and Twilio signs them. A missed call is in SQS before the answer; the worker makes one message of the reports of one call.
 */
export const receiveCall = (deps: ReceiveCallDependencies) => {
  const { log, now, publicUrl } = deps;
  return twilioWebhook(routes.receiveCall, deps, async ({ rawBody, pathParameters, query }) => {
    const step = CALL_STEPS.find((one) => one === pathParameters['call_step']);
    if (!step) throw new ProductError('schema-violation', 'A call has no such step.');
    const call = callFromTwilio(rawBody);
    const state = {
      call,
      after: query.get('after') ?? '',
      about: query.get('about') ?? '',
      message: query.get('message') ?? '',
    };
    const content = await CALL_STEPS_BY_NAME[step]({ ...deps, publicUrl, now }, state);
    log.info('CALL_STEP', { callSid: call.callSid, step, from: maskPhone(call.from) });
    return { status: 200, text: { content, type: 'text/xml' } };
  });
};
