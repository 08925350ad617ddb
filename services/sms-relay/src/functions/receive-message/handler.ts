import type { Wire } from '@qdn/contracts';
import { validate as isTwilioInbound } from '@qdn/contracts/validators/twilioInbound';
import { parseJobId } from '@qdn/domain';
import { type Answer, apiHandler, type Logger, maskPhone } from '@qdn/lambda';
import { type AuthTokens, formParameters, twilioAuthentication } from '../../twilio-authentication.ts';

export type ReceiveMessageDependencies = {
  queue: { send(message: Wire<'inboundMessage'>): Promise<void> };
  authTokens: AuthTokens;
  publicUrl: string;
  now: () => number;
  log: Logger;
};

/** Twilio sends nothing of its own when the TwiML is empty. A text/plain body would go out as an SMS. */
const EMPTY_TWIML: Answer = {
  status: 200,
  text: { content: '<?xml version="1.0" encoding="UTF-8"?><Response/>', type: 'text/xml' },
};

const firstOf = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0];

const mediaOf = (parameters: ReturnType<typeof formParameters>) =>
  Array.from({ length: Number(firstOf(parameters['NumMedia']) ?? 0) }, (_, i) => ({
    url: firstOf(parameters[`MediaUrl${i}`]) ?? '',
    contentType: firstOf(parameters[`MediaContentType${i}`]) ?? '',
  })).filter(({ url }) => url !== '');

/**
 * `POST /api/jobs/{job_id}/messages`: Twilio's webhook. Signature → schema → SQS → 200. Answered only once SQS holds the
 * message; otherwise 503, so that Twilio's retry takes over. One SQS call, no other. A job that does not exist is no reason
 * to refuse: the customer must be heard.
 */
export const receiveMessage = ({ queue, authTokens, publicUrl, now, log }: ReceiveMessageDependencies) =>
  apiHandler(
    {
      name: 'receive-message',
      log,
      authenticate: twilioAuthentication({ authTokens, publicUrl }),
      body: { as: 'form', validate: isTwilioInbound },
    },
    async ({ body, rawBody, pathParameters }) => {
      const parameters = formParameters(rawBody);
      const message: Wire<'inboundMessage'> = {
        schema: 1,
        kind: 'message',
        via: 'twilio',
        messageSid: body.MessageSid,
        pathJob: parseJobId((pathParameters['job_id'] ?? '').toUpperCase()),
        receivedAt: new Date(now()).toISOString(),
        from: body.From,
        to: body.To,
        body: body.Body,
        optOutType: body.OptOutType || null,
        media: mediaOf(parameters),
        parameters: Object.fromEntries(
          Object.entries(parameters).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
        ),
      };
      await queue.send(message);
      log.info('message received', { sid: body.MessageSid, from: maskPhone(body.From), media: message.media.length });
      return EMPTY_TWIML;
    },
  );
