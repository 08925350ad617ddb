import { type TwilioAccount, TwilioRefusal } from '@qdn/carrier-twilio/account';
import { errorFields, type Logger, scheduledHandler } from '@qdn/lambda';

export type CheckAccountDependencies = {
  /** Reads the account and its Auth Token from the secret. */
  account: () => Promise<{ account: Pick<TwilioAccount, 'accountSid' | 'balance'>; authToken: string }>;
  log: Logger;
};

/**
 * Requests the account's balance from Twilio every quarter of an hour, with the Auth Token that webhooks are checked with. The balance
 * shows when texts will stop. A refusal shows that every webhook with a new token will be refused. No answer raises no alarm here: the
 * texts show that Twilio is down.
 * @see https://www.twilio.com/docs/usage/api/account-balance
 */
export const checkAccount = ({ account, log }: CheckAccountDependencies) =>
  scheduledHandler({ name: 'check-account', log }, async () => {
    const { account: twilio, authToken } = await account();
    try {
      const { amount, currency } = await twilio.balance({ user: twilio.accountSid, password: authToken });
      log.measure({ Balance: amount, CredentialsRefused: 0 }, { currency });
    } catch (error) {
      const isRefused = error instanceof TwilioRefusal && error.status === 401;
      if (isRefused) log.measure({ CredentialsRefused: 1 });
      log.error(isRefused ? 'TWILIO_CREDENTIALS_REFUSED' : 'TWILIO_BALANCE_UNKNOWN', errorFields(error));
    }
  });
