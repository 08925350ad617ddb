import type { createSecretVersions } from '@qdn/aws/secret-versions';
import type { CarrierSetting } from '@qdn/carrier-adapter/facts';
import type { KeyCheck, KeyVerdict } from '@qdn/carrier-adapter/key-check';
import { CARRIER_FACTS } from '@qdn/carriers/facts';
import { KEY_CHECKS } from '@qdn/carriers/key-checks';
import { OWNER_FILE } from '@qdn/owner-credentials/owner-file';
import { bad, type Check, type Finding, good, open } from './findings.ts';

export type CarrierKeysSetup = {
  /** The company's carriers, in order. Those without a check of their key are left out. */
  carriers: readonly CarrierSetting[];
  secrets: Pick<ReturnType<typeof createSecretVersions>, 'read'>;
};

const PUSH = './qdn secrets push';

const findingOf = (verdict: KeyVerdict, title: string, secretId: string, names: string): Finding => {
  const correct = `Correct ${names} in ${OWNER_FILE}, then: ${PUSH}`;
  switch (verdict.kind) {
    case 'accepted':
      return good(`${title} accepts the API key for sending`);
    case 'malformed':
      return bad(`The secret ${secretId} does not have the form that the functions need`, correct);
    case 'refused':
      return bad(`${title} refuses the API key for sending (${verdict.detail})`, correct);
    case 'forbidden':
      return bad(
        `${title} knows the API key, but it may not read the balance (${verdict.detail})`,
        `Put a key with all rights into ${OWNER_FILE} as ${names}, then: ${PUSH}`,
      );
    case 'unchecked':
      return open(`${title}’s API key: not checked, because ${title} did not answer clearly (${verdict.detail})`);
  }
};

const checkOf = (
  { title, check }: KeyCheck,
  { apiUrl }: CarrierSetting,
  secretId: string,
  ownerNames: readonly string[],
  { read }: CarrierKeysSetup['secrets'],
): Check => ({
  name: `${title}’s API key`,
  look: async () => {
    const names = ownerNames.join(' and ');
    const version = await read(secretId, 'AWSCURRENT');
    return version
      ? findingOf(await check(version.value, apiUrl), title, secretId, names)
      : bad(`The secret ${secretId} does not exist`, `Put ${names} into ${OWNER_FILE}, then: ${PUSH}`);
  },
});

/** Returns a check of the sending key of each of the company's carriers, except for Twilio. */
export const checkCarrierKeys = ({ carriers, secrets }: CarrierKeysSetup): Check[] =>
  carriers.flatMap((setting) => {
    const check = KEY_CHECKS.get(setting.name);
    const facts = CARRIER_FACTS.get(setting.name);
    if (!check || !facts?.secrets.sending) return [];
    const names = Object.values(facts.ownerNames).map(({ name }) => name);
    return [checkOf(check, setting, facts.secrets.sending, names, secrets)];
  });
