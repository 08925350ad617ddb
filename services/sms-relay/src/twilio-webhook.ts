import type { Route } from '@qdn/contracts';
import { ProductError } from '@qdn/domain';
import { type Answer, type ApiFunction, apiHandler, type Logger, type Received } from '@qdn/lambda';
import { type AuthTokens, twilioAuthentication } from './twilio-authentication.ts';

/** Twilio sends nothing of its own when the TwiML is empty. A text/plain body would go out as an SMS. */
export const EMPTY_TWIML: Answer = {
  status: 200,
  text: { content: '<?xml version="1.0" encoding="UTF-8"?><Response/>', type: 'text/xml' },
};

export type WebhookDependencies = {
  authTokens: AuthTokens;
  publicUrl: string;
  /** Epoch ms. */
  now: () => number;
  log: Logger;
};

/**
 * What breaks, breaks as `unavailable`: Twilio tries a 503 again, and what it said would be lost with another answer, whosever
 * fault it is.
 */
export const orUnavailable =
  <Input, Output>(run: (input: Input) => Promise<Output>) =>
  async (input: Input): Promise<Output> => {
    try {
      return await run(input);
    } catch (cause) {
      if (cause instanceof ProductError) throw cause;
      const detail = 'Something broke on our side before this was safe. Try again shortly.';
      throw new ProductError('unavailable', detail, { retryAfterS: 5, cause });
    }
  };

/**
 * A webhook of Twilio's: the signature is checked first, and of what Twilio signed nothing is refused for its content. So there
 * is no schema in front of `fn`, and no content type: a signature that fits the form proves that it is one.
 */
export const twilioWebhook = (
  route: Route & { body: { as: 'raw' } },
  { authTokens, publicUrl, log }: Omit<WebhookDependencies, 'now'>,
  fn: (request: Received) => Promise<Answer>,
): ApiFunction =>
  apiHandler(
    route,
    {
      log,
      authenticate: orUnavailable(twilioAuthentication({ authTokens, publicUrl })),
    },
    orUnavailable(fn),
  );
