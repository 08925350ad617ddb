import type { TwilioAccount, TwilioLogin } from '@qdn/carrier-twilio/account';
import type { TwilioNumbers } from '@qdn/carrier-twilio/numbers';
import { checkNumber } from '../twilio/configure.ts';
import type { SenderSecret } from '../twilio/rotation.ts';
import { bad, type Check, good, open } from './findings.ts';

export type TwilioSetup = {
  /** Reads the secrets and returns the Auth Token that Twilio accepts. @throws CommandError when it accepts none */
  account: () => Promise<{ account: TwilioAccount; login: TwilioLogin }>;
  sender: () => Promise<SenderSecret | null>;
  numbers: (login: TwilioLogin) => TwilioNumbers;
  textNumber: string;
  /** Minimum in the account's currency; an alarm fires below it as well. */
  leastBalance: number;
  publicUrl: () => Promise<string>;
  configure: string;
};

const PUSH = 'Correct .secrets/qdn.env, then: ./qdn secrets push';

/** Returns the checks of the account, the sending key, and the settings of the number. */
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
  // Each check reports this itself.
  connected.catch(() => {});
  return [
    {
      name: 'Twilio',
      look: async () => {
        try {
          const { login } = await connected;
          return good(`Twilio accepts the Auth Token of account ${login.user}`);
        } catch (error) {
          return bad(error instanceof Error ? error.message : String(error), PUSH);
        }
      },
    },
    {
      name: 'Twilio’s API key',
      look: async () => {
        const key = await sender();
        if (!key) return open('Twilio’s API key: not checked without the secret qdn/twilio-sender');
        const found = await connected.catch(() => null);
        if (!found) return open('Twilio’s API key: not checked without the Auth Token');
        return (await found.account.acceptsKey(key))
          ? good('Twilio accepts the API key for sending')
          : bad('Twilio refuses the API key for sending', PUSH);
      },
    },
    {
      name: 'Twilio’s balance',
      look: async () => {
        const found = await connected.catch(() => null);
        if (!found) return open('Twilio’s balance: not checked without the Auth Token');
        const { amount, currency } = await found.account.balance(found.login);
        const left = `${amount.toFixed(2)} ${currency}`;
        return amount >= leastBalance
          ? good(`The balance at Twilio is ${left}`)
          : bad(
              `The balance at Twilio is low: ${left}. At zero, sending stops`,
              'Twilio Console, Billing: add funds, and switch auto-recharge on.',
            );
      },
    },
    {
      name: `The number ${textNumber}`,
      look: async () => {
        const found = await connected.catch(() => null);
        if (!found) return open(`The number ${textNumber}: not checked without the Auth Token`);
        const url = await publicUrl().catch(() => null);
        if (url === null) return open(`The number ${textNumber}: not checked without the site’s address`);
        const { changes, isOverruled, service } = await checkNumber(numbers(found.login), found.login, textNumber, url);
        if (isOverruled)
          return bad(
            `Texts to ${textNumber} go to the address of its Messaging Service "${service?.name}", not here`,
            configure,
          );
        return changes.length === 0
          ? good(`Texts to ${textNumber} arrive here, and at the fallback when that fails`)
          : bad(
              `Texts to ${textNumber} do not arrive here: ${changes.map(({ name }) => `"${name.trim()}"`).join(', ')} at Twilio`,
              configure,
            );
      },
    },
  ];
};
