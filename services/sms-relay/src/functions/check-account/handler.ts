import { type TwilioAccount, TwilioRefusal } from '@qdn/carrier-twilio/account';
import { errorFields, type Logger, withCorrelation } from '@qdn/lambda';

export type CheckAccountDependencies = {
  /** The account with its Auth Token, as the secret has them now. */
  account: () => Promise<{ account: Pick<TwilioAccount, 'accountSid' | 'balance'>; authToken: string }>;
  log: Logger;
};

/**
 * Every quarter of an hour: asks Twilio for the account's balance, with the Auth Token that webhooks are checked with. What is
 * left tells when texts stop; a refusal tells that every webhook will be refused from the next new token on. When Twilio does not
 * answer nothing is told: that it is down is seen by the texts.
 * @see https://www.twilio.com/docs/usage/api/account-balance
 */
export const checkAccount =
  ({ account, log }: CheckAccountDependencies) =>
  (_event: unknown, context: { awsRequestId: string }): Promise<void> =>
    withCorrelation(context.awsRequestId, async () => {
      const { account: twilio, authToken } = await account();
      try {
        const { amount, currency } = await twilio.balance({ user: twilio.accountSid, password: authToken });
        log.measure({ Balance: amount, CredentialsRefused: 0 }, { currency });
      } catch (error) {
        const isRefused = error instanceof TwilioRefusal && error.status === 401;
        if (isRefused) log.measure({ CredentialsRefused: 1 });
        log.error(isRefused ? 'Twilio refuses the Auth Token' : 'Twilio told no balance', errorFields(error));
      }
    });
