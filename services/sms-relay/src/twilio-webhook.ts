import {
  type AuthTokens,
  type IsOurAccount,
  isForOurAccount,
  isFromTwilio,
} from '@qdn/carrier-twilio/webhook-authentication';
import type { Route } from '@qdn/contracts';
import { ProductError } from '@qdn/domain';
import { type Answer, type ApiFunction, apiHandler, type Logger, type Received } from '@qdn/lambda';

/** With empty TwiML Twilio sends no reply. It would send a text/plain body as an SMS. */
export const EMPTY_TWIML: Answer = {
  status: 200,
  text: { content: '<?xml version="1.0" encoding="UTF-8"?><Response/>', type: 'text/xml' },
};

export type WebhookDependencies = {
  authTokens: AuthTokens;
  /** Left out where one account is all that there is, as in tests. */
  isOurAccount?: IsOurAccount;
  publicUrl: string;
  /** Epoch ms. */
  now: () => number;
  log: Logger;
};

/**
 * Turns every failure into `unavailable`: Twilio retries after a 503; after any other answer the message would be lost.
 */
export const orUnavailable =
  <Input, Output>(run: (input: Input) => Promise<Output>) =>
  async (input: Input): Promise<Output> => {
    try {
      return await run(input);
    } catch (cause) {
      if (cause instanceof ProductError) throw cause;
      const detail = 'Something failed on our end before the message was safe. Try again shortly.';
      throw new ProductError('unavailable', detail, { retryAfterS: 5, cause });
    }
  };

/**
 * Authenticates by Twilio's signature and account.
 * @throws ProductError `bad-signature`, also for a signed request of a foreign account
 */
const twilioAuthentication =
  ({ isOurAccount, log, ...twilio }: Omit<WebhookDependencies, 'now'>) =>
  async (received: Received): Promise<null> => {
    if (await isFromTwilio(twilio, { ...received, signature: received.headers['x-twilio-signature'] })) {
      if (!isOurAccount || (await isForOurAccount(isOurAccount, received.rawBody))) return null;
      log.measure({ CredentialsRefused: 1 }, {});
      log.error('FOREIGN_ACCOUNT', {});
      throw new ProductError(
        'bad-signature',
        'The request is signed, but for another Twilio account. Add a subaccount to deployment.twilioSubaccounts in the company file.',
      );
    }
    throw new ProductError(
      'bad-signature',
      'Only Twilio may call this. Check the Auth Token and the URL that the number is configured with.',
    );
  };

/**
 * Builds a webhook for Twilio. It checks the signature first, and never refuses a signed form for its content. So neither schema nor
 * content type is checked before `fn`: a matching signature proves that the body is the form.
 */
export const twilioWebhook = (
  route: Route & { body: { as: 'raw' } },
  { authTokens, isOurAccount, publicUrl, log }: Omit<WebhookDependencies, 'now'>,
  fn: (request: Received) => Promise<Answer>,
): ApiFunction =>
  apiHandler(
    route,
    {
      log,
      authenticate: orUnavailable(
        twilioAuthentication({ authTokens, ...(isOurAccount ? { isOurAccount } : {}), publicUrl, log }),
      ),
    },
    orUnavailable(fn),
  );
