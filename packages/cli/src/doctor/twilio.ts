import type { TwilioAccount, TwilioLogin } from '@qdn/carrier-twilio/account';
import type { TwilioNumbers } from '@qdn/carrier-twilio/numbers';
import { checkNumber } from '../twilio/configure.ts';
import type { SenderSecret } from '../twilio/rotation.ts';
import { bad, type Check, good, open } from './findings.ts';

export type TwilioSetup = {
  /** Reads the secrets, and finds out which Auth Token Twilio takes. @throws CommandError when none */
  account: () => Promise<{ account: TwilioAccount; login: TwilioLogin }>;
  sender: () => Promise<SenderSecret | null>;
  numbers: (login: TwilioLogin) => TwilioNumbers;
  textNumber: string;
  /** In the account's currency; an alarm rings below it as well. */
  leastBalance: number;
  publicUrl: () => Promise<string>;
  configure: string;
};

const PUSH = 'Correct .secrets/qdn.env, then: ./qdn secrets push';

/** The account, the key that texts are sent with, and whether texts to the number come here. */
export const checkTwilio = ({
  account,
  sender,
  numbers,
  textNumber,
  leastBalance,
  publicUrl,
  configure,
}: TwilioSetup): Check[] => {
  const connected = account();
  // Each check says so itself.
  connected.catch(() => {});
  return [
    {
      name: 'Twilio',
      look: async () => {
        try {
          const { login } = await connected;
          return good(`Twilio takes the Auth Token of account ${login.user}`);
        } catch (error) {
          return bad(error instanceof Error ? error.message : String(error), PUSH);
        }
      },
    },
    {
      name: 'Twilio’s API key',
      look: async () => {
        const key = await sender();
        if (!key) return open('Twilio’s API key: first the secret qdn/twilio-sender');
        const found = await connected.catch(() => null);
        if (!found) return open('Twilio’s API key: first the Auth Token');
        return (await found.account.acceptsKey(key))
          ? good('Twilio takes the API key that texts are sent with')
          : bad('Twilio refuses the API key that texts are sent with', PUSH);
      },
    },
    {
      name: 'Twilio’s balance',
      look: async () => {
        const found = await connected.catch(() => null);
        if (!found) return open('Twilio’s balance: first the Auth Token');
        const { amount, currency } = await found.account.balance(found.login);
        const left = `${amount.toFixed(2)} ${currency}`;
        return amount >= leastBalance
          ? good(`Twilio’s account holds ${left}`)
          : bad(
              `Twilio’s account holds ${left}: at nothing, texts end`,
              'Twilio Console, Billing: add funds, and switch auto-recharge on.',
            );
      },
    },
    {
      name: `The number ${textNumber}`,
      look: async () => {
        const found = await connected.catch(() => null);
        if (!found) return open(`The number ${textNumber}: first the Auth Token`);
        const url = await publicUrl().catch(() => null);
        if (url === null) return open(`The number ${textNumber}: first the site’s address`);
        const { changes, isOverruled, service } = await checkNumber(numbers(found.login), found.login, textNumber, url);
        if (isOverruled)
          return bad(
            `Texts to ${textNumber} go where its Messaging Service "${service?.name}" says, not here`,
            configure,
          );
        return changes.length === 0
          ? good(`Texts to ${textNumber} come here, and to the fallback when that fails`)
          : bad(
              `Texts to ${textNumber} do not come here: ${changes.map(({ name }) => `"${name.trim()}"`).join(', ')} at Twilio`,
              configure,
            );
      },
    },
  ];
};
