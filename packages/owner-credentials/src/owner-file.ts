import { existsSync, readFileSync, statSync } from 'node:fs';
import { CARRIER_FACTS } from '@qdn/carriers/facts';
import { closest } from '@qdn/company/closest';
import type { Wire } from '@qdn/contracts';
import { ACCOUNT_SID_PATTERN } from '@qdn/contracts/patterns';
import { validate as isTwilioAdminSecret } from '@qdn/contracts/validators/twilioAdminSecret';
import { validate as isTwilioSenderSecret } from '@qdn/contracts/validators/twilioSenderSecret';
import { StartError } from '@qdn/local-server/start-error';
import { writeWhole } from '@qdn/local-server/whole-file';

/*
 * `.secrets/qdn.env`: the owner's real Twilio credentials on this machine. It has lines of NAME=value, which shells and other
 * programs can read; `#` starts a comment.
 */

/** Path of the file, from the root of the repository. */
export const OWNER_FILE = '.secrets/qdn.env';

/** Names in the file with their purpose; the first four are required. */
const NAMES = {
  TWILIO_ACCOUNT_SID: 'the account, AC and 32 hexadecimal digits',
  TWILIO_AUTH_TOKEN: 'its primary Auth Token',
  TWILIO_API_KEY_SID: 'a Standard API key to send with, SK and 32 hexadecimal digits',
  TWILIO_API_KEY_SECRET: 'the secret of that key, which Twilio shows once',
  TWILIO_AUTH_TOKEN_SECONDARY: 'the secondary Auth Token, if there is one already',
} as const;
type Name = keyof typeof NAMES;
const OPTIONAL: readonly Name[] = ['TWILIO_AUTH_TOKEN_SECONDARY'];
const WHERE: Record<Name, string> = {
  TWILIO_ACCOUNT_SID: 'It is on the first page of the Twilio Console.',
  TWILIO_AUTH_TOKEN: 'It is on the first page of the Twilio Console.',
  TWILIO_API_KEY_SID: 'Make one in the Twilio Console under Account management, API keys: type Standard.',
  TWILIO_API_KEY_SECRET: 'The Console shows it once, when the key is made. If it is lost, make another key.',
  TWILIO_AUTH_TOKEN_SECONDARY: 'Leave the whole line out if there is none.',
};
const isName = (text: string): text is Name => Object.hasOwn(NAMES, text);

/** Credentials of the other carriers, by name in the file: all of a carrier's, or none. */
const CARRIER_NAMES = new Map(
  [...CARRIER_FACTS.values()].flatMap(({ secrets, ownerNames }) =>
    Object.entries(ownerNames).map(([property, one]) => [
      one.name,
      { ...one, property, secretId: secrets.sending ?? '' },
    ]),
  ),
);
const ALL_NAMES: readonly string[] = [...Object.keys(NAMES), ...CARRIER_NAMES.keys()];

/** Credentials in the owner's file. */
export type OwnerCredentials = {
  admin: Wire<'twilioAdminSecret'>;
  sender: Wire<'twilioSenderSecret'>;
  /** The admin pair with the secondary Auth Token, while there is one. */
  secondary: Wire<'twilioAdminSecret'> | null;
  /** Secrets of other carriers, by their ID. */
  carriers?: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

/** An error in the file: a sentence with the fix, and without secrets. */
export class OwnerFileError extends StartError {}

const LINE = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/;

/** A value may be in quotes; after an unquoted one, a comment needs a space before it. */
const unquoted = (written: string): string | null => {
  const quoted = /^(["'])(.*)\1\s*(?:#.*)?$/.exec(written);
  if (quoted) return quoted[2] ?? '';
  const plain = written.replace(/(^|\s)#.*$/, '').trim();
  return /["'\s]/.test(plain) ? null : plain;
};

/** Maximum number of letters that a mistyped name may differ in from the name that it suggests. */
const MAX_EDITS = 4;

/** Gathers the secrets of other carriers. @throws OwnerFileError when one of a carrier's lines is missing */
const carrierSecrets = (
  values: ReadonlyMap<string, { value: string }>,
  file: string,
): Pick<OwnerCredentials, 'carriers'> => {
  const secrets: Record<string, Record<string, string>> = {};
  const begun = new Set([...CARRIER_NAMES].flatMap(([name, { secretId }]) => (values.has(name) ? [secretId] : [])));
  for (const [name, { secretId, property, what, where }] of CARRIER_NAMES) {
    if (!begun.has(secretId)) continue;
    const given = values.get(name);
    if (!given) throw new OwnerFileError(`${file} lacks one line. Add:\n  ${name}=…   ${what}. ${where}`);
    secrets[secretId] = { ...secrets[secretId], [property]: given.value };
  }
  return begun.size > 0 ? { carriers: secrets } : {};
};

/**
 * @param file name of the file, for error messages
 * @throws OwnerFileError that names the line
 */
export const parseOwnerFile = (content: string, file: string = OWNER_FILE): OwnerCredentials => {
  const values = new Map<string, { value: string; line: number }>();
  for (const [i, line] of content
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const fail = (sentence: string): never => {
      throw new OwnerFileError(`${file}, line ${i + 1}: ${sentence}`);
    };
    const [, name = '', written = ''] = LINE.exec(line) ?? fail('This is not of the form NAME=value.');
    const other = CARRIER_NAMES.get(name);
    if (!isName(name) && !other) {
      const guess = closest(name, ALL_NAMES, MAX_EDITS);
      // A line that does not look like a name could be a pasted secret.
      const shown = /^[A-Z]+(_[A-Z0-9]+)+$/i.test(name) ? name : 'This name';
      fail(
        guess
          ? `${shown} is not known. Is ${guess} meant?`
          : `${shown} is not known; remove the line. The names are ${ALL_NAMES.join(', ')}.`,
      );
      continue;
    }
    const value = unquoted(written) ?? fail(`The value of ${name} has a quote or a space in it. Write it without.`);
    const { what, where } = isName(name)
      ? { what: NAMES[name], where: WHERE[name] }
      : (other ?? { what: '', where: '' });
    if (value === '') fail(`${name} has no value (${what}). ${where}`);
    const earlier = values.get(name);
    if (earlier) fail(`${name} is on line ${earlier.line} already. Keep one of them.`);
    values.set(name, { value, line: i + 1 });
  }
  const missing = Object.keys(NAMES)
    .filter(isName)
    .filter((name) => !values.has(name) && !OPTIONAL.includes(name));
  if (missing.length > 0) {
    const lines = missing.map((name) => `\n  ${name}=…   ${NAMES[name]}. ${WHERE[name]}`);
    throw new OwnerFileError(
      `${file} lacks ${missing.length === 1 ? 'one line' : `${missing.length} lines`}. Add:${lines.join('')}`,
    );
  }
  const carriers = carrierSecrets(values, file);
  const given = (name: Name): string => values.get(name)?.value ?? '';
  const accountSid = given('TWILIO_ACCOUNT_SID');
  const wrong = (name: Name, what: string): never => {
    throw new OwnerFileError(`${file}, line ${values.get(name)?.line}: ${name} ${what}. ${WHERE[name]}`);
  };
  if (!new RegExp(ACCOUNT_SID_PATTERN).test(accountSid))
    wrong('TWILIO_ACCOUNT_SID', 'is not AC and 32 hexadecimal digits');
  const apiKeySid = given('TWILIO_API_KEY_SID');
  if (!/^SK[0-9a-fA-F]{32}$/.test(apiKeySid)) wrong('TWILIO_API_KEY_SID', 'is not SK and 32 hexadecimal digits');

  const admin = { accountSid, authToken: given('TWILIO_AUTH_TOKEN') };
  if (!isTwilioAdminSecret(admin)) return wrong('TWILIO_AUTH_TOKEN', 'is too short for an Auth Token');
  const sender = { accountSid, apiKeySid, apiKeySecret: given('TWILIO_API_KEY_SECRET') };
  if (!isTwilioSenderSecret(sender)) return wrong('TWILIO_API_KEY_SECRET', 'is too short for a secret');
  if (!values.has('TWILIO_AUTH_TOKEN_SECONDARY')) return { admin, sender, secondary: null, ...carriers };
  const secondary = { accountSid, authToken: given('TWILIO_AUTH_TOKEN_SECONDARY') };
  if (!isTwilioAdminSecret(secondary)) return wrong('TWILIO_AUTH_TOKEN_SECONDARY', 'is too short for an Auth Token');
  return { admin, sender, secondary, ...carriers };
};

/**
 * Returns the owner's credentials, or null when the file does not exist.
 * @throws OwnerFileError when others can read the file, or when it is not valid
 */
export const readOwnerFile = (file: string): OwnerCredentials | null => {
  if (!existsSync(file)) return null;
  const mode = statSync(file).mode & 0o777;
  if (process.platform !== 'win32' && mode !== 0o600) {
    throw new OwnerFileError(
      `${file} holds keys, and its mode is ${mode.toString(8).padStart(3, '0')}. Make it readable by you only: chmod 600 ${file}`,
    );
  }
  return parseOwnerFile(readFileSync(file, 'utf8'), file);
};

/**
 * Writes changed values into their lines of the file; comments and order stay. A value of null removes its line.
 */
export const changeOwnerFile = (file: string, changes: Partial<Record<Name, string | null>>): void => {
  const lines = readFileSync(file, 'utf8').split('\n');
  const changed = lines.flatMap((line) => {
    const name = LINE.exec(line)?.[1] ?? '';
    const value = isName(name) && !/^\s*#/.test(line) ? changes[name] : undefined;
    if (value === undefined) return [line];
    return value === null ? [] : [line.replace(/=.*$/, `=${value}`)];
  });
  writeWhole(file, changed.join('\n'));
};

/** Template that `./qdn secrets init` writes. */
export const OWNER_FILE_TEMPLATE = `# Your Twilio account, for this machine alone: never committed, readable only by you (mode 600).
# Put the values behind the equals signs. ${WHERE.TWILIO_ACCOUNT_SID.replace('It is', 'SID and token are')}
TWILIO_ACCOUNT_SID=
TWILIO_AUTH_TOKEN=

# ${WHERE.TWILIO_API_KEY_SID}
TWILIO_API_KEY_SID=
TWILIO_API_KEY_SECRET=
`;
