import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Wire } from '@qdn/contracts';
import { validate as isTokenKeys } from '@qdn/contracts/validators/tokenKeys';
import { parseTrailerId, type TrailerId } from '@qdn/domain';
import { ownTracksKeysOf } from '@qdn/lambda/owntracks-keys';
import { signToken } from '@qdn/lambda/sign-token';
import { createKeyring } from '@qdn/lambda/tokens';
import { CommandError } from './command-error.ts';
import { awsInWords, readPublicUrl, readTokenKeys, regionOf, type Where } from './deployed.ts';
import { oneLine } from './printable.ts';

export { CommandError } from './command-error.ts';

/** Options of every command. Without them, commands act on the local system. */
export type ConnectionOptions = Where & { url?: string; keys?: string };

type Local = { edgeUrl?: string; secretsFile?: string };

const readLocal = (repository: string): Local => {
  const file = join(repository, '.local', 'local.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
};

/** Returns the public address without a trailing slash: `--url`, that of `--stage`, QDN_URL, or the local system's. */
export const addressOf = async (
  options: ConnectionOptions,
  environment: NodeJS.ProcessEnv,
  repository: string,
): Promise<string> => {
  const deployed = options.url === undefined && options.stage !== undefined;
  if (deployed) return inWords(() => readPublicUrl(regionOf(options, environment), options.stage ?? ''));
  const url = options.url ?? environment['QDN_URL'] ?? readLocal(repository).edgeUrl;
  if (!url)
    throw new CommandError(
      'The local system is not running. Start it with: npm start. Or name a deployed system: --stage prod, or --url https://….',
    );
  if (!URL.canParse(url))
    throw new CommandError(`"${url}" is not a valid address. An address looks like https://dxxxx.cloudfront.net.`);
  return url.replace(/\/+$/, '');
};

/** Returns the signing keys. @throws CommandError when there are none, or when other users may read their file */
const readKeys = async (
  options: ConnectionOptions,
  environment: NodeJS.ProcessEnv,
  repository: string,
): Promise<Wire<'tokenKeys'>> => {
  if (options.keys === undefined && options.stage !== undefined)
    return inWords(() => readTokenKeys(regionOf(options, environment)));
  const file = options.keys ?? readLocal(repository).secretsFile ?? join(repository, '.local', 'secrets.json');
  if (!existsSync(file))
    throw new CommandError(
      `The file ${file} with the signing keys does not exist. Run npm start once, or add --keys FILE.`,
    );
  const mode = statSync(file).mode & 0o777;
  if (process.platform !== 'win32' && mode !== 0o600)
    throw new CommandError(
      `${file} has keys in it, but its mode is ${mode.toString(8)}, so others may read it. Protect it with: chmod 600 ${file}`,
    );
  const content = JSON.parse(readFileSync(file, 'utf8'));
  const keys: unknown = content['qdn/tokens']?.['AWSCURRENT'] ?? content;
  if (!isTokenKeys(keys))
    throw new CommandError(`${file} has no signing keys (the secret qdn/tokens). Add --keys with another file.`);
  return keys;
};

const HOUR_MS = 3_600_000;

/** Runs `work`, and replaces errors of AWS that the user can act on. */
const inWords = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const words = error instanceof Error ? awsInWords(error) : null;
    throw words === null ? error : new CommandError(words, { cause: error });
  }
};

/** Returns a trailer's ID. @throws CommandError when it is not valid */
const trailerIdOf = (trailer: string): TrailerId => {
  const trailerId = parseTrailerId(trailer);
  if (trailerId) return trailerId;
  throw new CommandError(`"${trailer}" is not a valid trailer ID. It has 1 to 32 letters, digits, _ or -.`);
};

/** Creates tokens with the keys of `--keys`, of the stage, or of the local system. */
export const tokensOf = (options: ConnectionOptions, environment: NodeJS.ProcessEnv, repository: string) => {
  const keyring = async () => createKeyring(await readKeys(options, environment, repository));
  return {
    /** Returns QDN_OPERATOR_TOKEN, else a new token for an hour. */
    operator: async (label = 'qdn', hours = 1): Promise<string> =>
      environment['QDN_OPERATOR_TOKEN'] ??
      signToken({ kind: 'operator', label }, await keyring(), Date.now() + hours * HOUR_MS),
    device: async (trailer: string, hours = 1): Promise<string> =>
      signToken({ kind: 'device', trailerId: trailerIdOf(trailer) }, await keyring(), Date.now() + hours * HOUR_MS),
    /** Returns the key with which OwnTracks on a trailer may encrypt. */
    ownTracksKey: async (trailer: string): Promise<string> =>
      ownTracksKeysOf(await keyring(), trailerIdOf(trailer))[0] ?? '',
    /** Returns a token for a server that sends for all trailers. */
    hub: async (label: string, hours: number): Promise<string> =>
      signToken({ kind: 'hub', label }, await keyring(), Date.now() + hours * HOUR_MS),
  };
};

/**
 * Returns the errors of a refused body as sentences in the style of the company file's: `customer.phone is "555"; it must …`. Null when the
 * API names none.
 */
const refusalSentences = (
  { errors = [], detail: whole = '', status }: Partial<Wire<'problem'>>,
  body: unknown,
): string | null => {
  // A refusal because of the job's state says what is so; "another change" is true of some of them only.
  if (status === 409 && whole !== '') return whole;
  // A rule of the product has a sentence of its own; the schema's errors are only listed.
  if (errors.length === 1 && whole !== '' && !whole.includes('`errors`')) return whole;
  const sentences = errors.map(({ pointer, detail }) => {
    const parts = pointer.split('/').slice(1);
    const value = parts.reduce<unknown>((part, key) => Object(part)[key], body);
    const place = parts.reduce(
      (text, part) => (/^\d+$/.test(part) ? `${text}[${part}]` : text ? `${text}.${part}` : part),
      '',
    );
    const given = ['string', 'number', 'boolean'].includes(typeof value) ? ` is ${JSON.stringify(value)}; it` : '';
    return `${place || 'The request'}${given} ${detail}.`;
  });
  return sentences.length === 0 ? null : sentences.join('\n');
};

/** Returns a problem of the API with each sentence in one line: it may quote a customer. */
const inLines = (problem: Partial<Wire<'problem'>>): Partial<Wire<'problem'>> => ({
  ...problem,
  ...(problem.detail === undefined ? {} : { detail: oneLine(problem.detail) }),
  ...(problem.errors === undefined
    ? {}
    : { errors: problem.errors.map((error) => ({ ...error, detail: oneLine(error.detail) })) }),
});

/** Calls the API. @throws CommandError with the API's message */
export const callApi = async <T>(
  url: string,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> => {
  let response: Response;
  try {
    response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
  } catch {
    throw new ApiError(0, `${url} does not answer. Check that it is running.`, null);
  }
  const text = await response.text();
  const json: unknown = response.headers.get('content-type')?.includes('json') && text ? JSON.parse(text) : null;
  if (response.ok) return json as T;
  const problem = typeof json === 'object' && json !== null ? (json as Partial<Wire<'problem'>>) : {};
  throw new ApiError(
    response.status,
    refusalSentences(inLines(problem), body) ??
      oneLine(`${problem.title ?? 'The request failed'} (${response.status}). ${problem.detail ?? ''}`.trim()),
    Number(response.headers.get('retry-after')) || null,
  );
};

/** The API refused the request, or did not answer (`status` 0). */
export class ApiError extends CommandError {
  readonly status: number;
  readonly retryAfterS: number | null;
  constructor(status: number, message: string, retryAfterS: number | null) {
    super(message);
    this.status = status;
    this.retryAfterS = retryAfterS;
  }
  /** True when a retry of the same request may succeed. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}
