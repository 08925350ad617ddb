import { randomBytes } from 'node:crypto';
import type { KeyVerdict } from '@qdn/carrier-adapter/key-check';
import { createTwilioAccount } from '@qdn/carrier-twilio/account';
import { CARRIER_FACTS } from '@qdn/carriers/facts';
import { KEY_CHECKS } from '@qdn/carriers/key-checks';
import type { Wire } from '@qdn/contracts';
import { OWNER_FILE, type OwnerCredentials } from '@qdn/owner-credentials/owner-file';
import { CommandError } from '../connection.ts';
import { ADMIN_SECRET, type Installation, SENDER_SECRET, secretOf, TOKENS_SECRET } from './installation.ts';

/** Compares by content, in any order of the properties. */
const isSame = (a: unknown, b: object): boolean =>
  typeof a === 'object' &&
  a !== null &&
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(b).every(([name, value]) => Object.entries(a).some(([n, v]) => n === name && v === value));

/** Returns the names in the owner's file of the Twilio credentials that Twilio refuses. */
const refusedByTwilio = async (
  { admin, sender, secondary }: OwnerCredentials,
  twilioUrl: string | undefined,
): Promise<string[]> => {
  const account = createTwilioAccount({ accountSid: admin.accountSid, apiUrl: twilioUrl });
  return [
    ...((await account.acceptsToken(admin.authToken)) ? [] : ['TWILIO_AUTH_TOKEN']),
    ...((await account.acceptsKey(sender)) ? [] : ['TWILIO_API_KEY_SID with its TWILIO_API_KEY_SECRET']),
    ...(!secondary || (await account.acceptsToken(secondary.authToken)) ? [] : ['TWILIO_AUTH_TOKEN_SECONDARY']),
  ];
};

/** A secret to store. */
type NewSecret = { id: string; value: Readonly<Record<string, string>> };

/** Returns the sentence about a key that its carrier does not accept; null for any other result. */
const refusalOf = ({ kind }: KeyVerdict, title: string, names: string): string | null => {
  switch (kind) {
    case 'malformed':
      return `${names} of ${OWNER_FILE} is not a key of ${title}, so nothing was stored. Correct it with the value of the ${title} portal.`;
    case 'refused':
      return `${title} refuses ${names} of ${OWNER_FILE}, so nothing was stored. Correct it with the value of the ${title} portal.`;
    case 'forbidden':
      return `${title} knows ${names} of ${OWNER_FILE}, but it may not read the balance, so nothing was stored. Replace it with a key that has all rights.`;
    default:
      return null;
  }
};

/**
 * Checks the keys of further carriers.
 * @returns the secrets to store, and a sentence for each secret whose check had no result: it is not stored, so that no key that works is
 *   replaced by one that may not
 * @throws CommandError for a key that its carrier refuses
 */
const checkedCarriers = async (
  secrets: NonNullable<OwnerCredentials['carriers']>,
  carrierUrl: Installation['carrierUrl'],
  say: (sentence: string) => void,
): Promise<{ checked: NewSecret[]; unchecked: string[] }> => {
  const checked: NewSecret[] = [];
  const unchecked: string[] = [];
  for (const [id, value] of Object.entries(secrets)) {
    const facts = [...CARRIER_FACTS.values()].find((one) => one.secrets.sending === id);
    const keyCheck = KEY_CHECKS.get(facts?.name ?? '');
    if (facts && keyCheck) {
      const { title, check } = keyCheck;
      const verdict = await check(value, carrierUrl(facts.name));
      const names = Object.values(facts.ownerNames).map(({ name }) => name);
      const refusal = refusalOf(verdict, title, names.join(' and '));
      if (refusal !== null) throw new CommandError(refusal);
      if (verdict.kind === 'unchecked') {
        const why = `${title} did not answer clearly (${verdict.detail})`;
        unchecked.push(`${id}: not checked and not stored, because ${why}.`);
        continue;
      }
      say(`${title} accepts the credentials of ${OWNER_FILE}.`);
    }
    checked.push({ id, value });
  }
  return { checked, unchecked };
};

/** Stores a secret unless the installation has the same value. */
const store = async (
  { versions, place }: Installation,
  { id, value }: NewSecret,
  isDryRun: boolean,
  say: (sentence: string) => void,
): Promise<void> => {
  const current = await versions.read(id, 'AWSCURRENT');
  if (isSame(current?.value, value)) return say(`${id}: ${place} already has it.`);
  if (isDryRun) return say(`${id}: would be ${current ? 'replaced' : 'created'} in ${place}.`);
  await versions.put(id, value, 'AWSCURRENT');
  say(`${id}: ${current ? 'replaced; running functions use it within five minutes' : 'created'}.`);
};

/**
 * Stores the owner's credentials in an installation's secret store after their carriers have accepted them: a refused key would
 * stop the relay. Creates the signing keys of tokens when there are none, and never replaces them: every link and tracker would be refused.
 * @throws CommandError for a refused credential, and nothing is stored then; also for a further carrier that did not answer, after all
 *   other secrets are stored
 */
export const pushSecrets = async (
  installation: Installation,
  isDryRun: boolean,
  say: (sentence: string) => void,
): Promise<void> => {
  const { owner, twilioUrl, carrierUrl, versions, place } = installation;
  if (!owner) throw new CommandError(`${OWNER_FILE} does not exist. Create it with: ./qdn secrets init`);
  const refused = await refusedByTwilio(owner, twilioUrl);
  if (refused.length > 0)
    throw new CommandError(
      `Twilio refuses ${refused.join(' and ')} of ${OWNER_FILE}, so nothing was stored. Correct them with the values of the Twilio Console.`,
    );
  say(`Twilio accepts the credentials of ${OWNER_FILE}.`);
  const { checked, unchecked } = await checkedCarriers(owner.carriers ?? {}, carrierUrl, say);

  const pairs = [
    { id: ADMIN_SECRET, value: owner.admin, command: 'promote-token' },
    { id: SENDER_SECRET, value: owner.sender, command: 'rotate-key' },
  ];
  for (const { id, command } of pairs) {
    if (!(await versions.read(id, 'AWSCURRENT')) || (await secretOf(installation, id).pending()) === null) continue;
    throw new CommandError(`${id} is being rotated. Finish the rotation first: ./qdn twilio ${command}`);
  }
  for (const secret of [...pairs, ...checked]) await store(installation, secret, isDryRun, say);

  if (await versions.read(TOKENS_SECRET, 'AWSCURRENT'))
    say(`${TOKENS_SECRET}: ${place} already has keys. They are unchanged.`);
  else if (isDryRun) say(`${TOKENS_SECRET}: would be created in ${place}.`);
  else {
    await versions.put(TOKENS_SECRET, newTokenKeys(), 'AWSCURRENT');
    say(`${TOKENS_SECRET}: created. If the site is already deployed, give it the keys: ./qdn site keys --stage prod`);
  }
  if (unchecked.length > 0)
    throw new CommandError(`${unchecked.join('\n')} Run the same command again later: ./qdn secrets push`);
};

/** Returns new random keys, one for each audience of tokens, 256 bits each (RFC 7518, 3.2). */
const newTokenKeys = (): Wire<'tokenKeys'> => {
  const pair = () => ({ current: { kid: randomBytes(3).toString('hex'), key: randomBytes(32).toString('base64url') } });
  return { track: pair(), device: pair(), operator: pair() };
};
