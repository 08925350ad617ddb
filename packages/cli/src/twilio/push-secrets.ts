import { randomBytes } from 'node:crypto';
import { createTwilioAccount } from '@qdn/carrier-twilio/account';
import type { Wire } from '@qdn/contracts';
import { OWNER_FILE } from '@qdn/owner-credentials/owner-file';
import { CommandError } from '../connection.ts';
import { ADMIN_SECRET, type Installation, SENDER_SECRET, secretOf, TOKENS_SECRET } from './installation.ts';

/** Compares by content, in any order of the properties. */
const isSame = (a: unknown, b: object): boolean =>
  typeof a === 'object' &&
  a !== null &&
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(b).every(([name, value]) => Object.entries(a).some(([n, v]) => n === name && v === value));

/**
 * Stores the owner's credentials in an installation's secret store after Twilio has accepted them: a refused key would
 * stop the relay. Creates the signing keys of tokens when there are none, and never replaces them: every link and tracker would be refused.
 * @throws CommandError; nothing is stored then
 */
export const pushSecrets = async (
  installation: Installation,
  isDryRun: boolean,
  say: (sentence: string) => void,
): Promise<void> => {
  const { owner, twilioUrl, versions, place } = installation;
  if (!owner) throw new CommandError(`${OWNER_FILE} does not exist. Create it with: ./qdn secrets init`);
  const { admin, sender, secondary } = owner;
  const account = createTwilioAccount({ accountSid: admin.accountSid, apiUrl: twilioUrl });
  const refused = [
    ...((await account.acceptsToken(admin.authToken)) ? [] : ['TWILIO_AUTH_TOKEN']),
    ...((await account.acceptsKey(sender)) ? [] : ['TWILIO_API_KEY_SID with its TWILIO_API_KEY_SECRET']),
    ...(!secondary || (await account.acceptsToken(secondary.authToken)) ? [] : ['TWILIO_AUTH_TOKEN_SECONDARY']),
  ];
  if (refused.length > 0)
    throw new CommandError(
      `Twilio refuses ${refused.join(' and ')} of ${OWNER_FILE}, so nothing was stored. Correct them with the values of the Twilio Console.`,
    );
  say(`Twilio accepts the credentials of ${OWNER_FILE}.`);

  const pairs = [
    { id: ADMIN_SECRET, value: admin, command: 'promote-token' },
    { id: SENDER_SECRET, value: sender, command: 'rotate-key' },
  ];
  for (const { id, command } of pairs) {
    if (!(await versions.read(id, 'AWSCURRENT')) || (await secretOf(installation, id).pending()) === null) continue;
    throw new CommandError(`${id} is being rotated. Finish the rotation first: ./qdn twilio ${command}`);
  }
  const others = Object.entries(owner.carriers ?? {}).map(([id, value]) => ({ id, value }));
  for (const { id, value } of [...pairs, ...others]) {
    const current = await versions.read(id, 'AWSCURRENT');
    if (isSame(current?.value, value)) say(`${id}: ${place} already has it.`);
    else if (isDryRun) say(`${id}: would be ${current ? 'replaced' : 'created'} in ${place}.`);
    else {
      await versions.put(id, value, 'AWSCURRENT');
      say(`${id}: ${current ? 'replaced; running functions use it within five minutes' : 'created'}.`);
    }
  }

  if (await versions.read(TOKENS_SECRET, 'AWSCURRENT'))
    say(`${TOKENS_SECRET}: ${place} already has keys. They are unchanged.`);
  else if (isDryRun) say(`${TOKENS_SECRET}: would be created in ${place}.`);
  else {
    await versions.put(TOKENS_SECRET, newTokenKeys(), 'AWSCURRENT');
    say(`${TOKENS_SECRET}: created. If the site is already deployed, give it the keys: ./qdn site keys --stage prod`);
  }
};

/** Returns new random keys, one for each audience of tokens, 256 bits each (RFC 7518, 3.2). */
const newTokenKeys = (): Wire<'tokenKeys'> => {
  const pair = () => ({ current: { kid: randomBytes(3).toString('hex'), key: randomBytes(32).toString('base64url') } });
  return { track: pair(), device: pair(), operator: pair() };
};
