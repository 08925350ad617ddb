import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { ACCOUNT, REGION } from '@qdn/cloudformation/template';
import { close, listen } from '@qdn/local-server/listen';
import { isForThisMachine, readJsonObject } from '@qdn/local-server/local-request';
import { StartError } from '@qdn/local-server/start-error';
import { writeWhole } from '@qdn/local-server/whole-file';
import { endpointAt } from './client-settings.ts';

const STAGES = ['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING'] as const;
type Stage = (typeof STAGES)[number];

/** The versions of a secret. The emulator keeps other fields, which belong to the program that writes the file. */
export type Versions = Partial<Record<Stage, unknown>>;

/** Name → version stage → value, as in the file. */
export type Secrets<V extends Versions = Versions> = Record<string, V>;

/** Writes the file, which only its owner can read. */
export const writeSecrets = (file: string, secrets: Secrets): void =>
  writeWhole(file, JSON.stringify(secrets, null, 2));

/** Reads the file. @throws StartError when others can read the file, or when it is not complete */
export const readSecrets = (file: string): Secrets => {
  const mode = statSync(file).mode & 0o777;
  if (process.platform !== 'win32' && mode !== 0o600) {
    throw new StartError(
      `${file} holds keys, and its mode is ${mode.toString(8)}. Make it readable by you only: chmod 600 ${file}`,
    );
  }
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new StartError(`${file} is not complete. Start again with: npm start -- --fresh`);
  }
};

class ApiError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

const arnOf = (name: string): string => `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-local0`;
const nameOf = (secretId: unknown): string =>
  String(secretId).replace(/^arn:aws:secretsmanager:[^:]*:[^:]*:secret:(.*)-.{6}$/, '$1');

/** Returns a version ID in the form of a UUID: the same for the same value. */
const versionIdOf = (name: string, value: unknown): string =>
  createHash('sha256')
    .update(`${name} ${JSON.stringify(value)}`)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

const stageOf = (value: unknown): Stage => {
  const stage = STAGES.find((candidate) => candidate === value);
  if (!stage) throw new ApiError('InvalidParameterException', `The stages here are ${STAGES.join(', ')}`);
  return stage;
};

type Operation = (
  secrets: Secrets,
  name: string,
  input: Record<string, unknown>,
) => { output: object; changed?: Secrets };

const getSecretValue: Operation = (secrets, name, { VersionStage = 'AWSCURRENT' }) => {
  const stage = stageOf(VersionStage);
  const value = secrets[name]?.[stage];
  if (value === undefined) {
    throw new ApiError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${stage}`,
    );
  }
  return {
    output: {
      ARN: arnOf(name),
      Name: name,
      VersionId: versionIdOf(name, value),
      VersionStages: [stage],
      SecretString: JSON.stringify(value),
    },
  };
};

const createSecret: Operation = (secrets, name, { SecretString }) => {
  if (secrets[name]) throw new ApiError('ResourceExistsException', `The secret ${name} exists already`);
  return putSecretValue(secrets, name, { SecretString });
};

/** Without stages, the value becomes the current version, and the old current version becomes the previous one. */
const putSecretValue: Operation = (secrets, name, { SecretString, VersionStages = ['AWSCURRENT'] }) => {
  const versions = secrets[name] ?? {};
  const stages = Array.isArray(VersionStages) ? VersionStages.map(stageOf) : [];
  let value: unknown;
  try {
    value = JSON.parse(String(SecretString));
  } catch {
    throw new ApiError('InvalidParameterException', 'SecretString must be JSON here');
  }
  const replaced = stages.includes('AWSCURRENT') ? versions.AWSCURRENT : undefined;
  const changed: Secrets = {
    ...secrets,
    [name]: {
      ...versions,
      ...(replaced === undefined ? {} : { AWSPREVIOUS: replaced }),
      ...Object.fromEntries(stages.map((stage) => [stage, value])),
    },
  };
  return {
    output: { ARN: arnOf(name), Name: name, VersionId: versionIdOf(name, value), VersionStages: stages },
    changed,
  };
};

/** Returns the version with an ID. A version without a stage is gone, as Secrets Manager deletes it in time. */
const versionOf = (secrets: Secrets, name: string, id: unknown): unknown => {
  const stage = STAGES.find(
    (one) => secrets[name]?.[one] !== undefined && versionIdOf(name, secrets[name][one]) === id,
  );
  if (!stage)
    throw new ApiError('ResourceNotFoundException', "Secrets Manager can't find the specified secret version");
  return secrets[name]?.[stage];
};

/** Moves a stage from one version to another, or removes it. The old current version becomes the previous one. */
const updateSecretVersionStage: Operation = (secrets, name, { VersionStage, MoveToVersionId, RemoveFromVersionId }) => {
  const stage = stageOf(VersionStage);
  const { [stage]: holder, ...others } = secrets[name] ?? {};
  const holderId = holder === undefined ? undefined : versionIdOf(name, holder);
  const isElsewhere = holderId !== undefined && holderId !== MoveToVersionId;
  if (RemoveFromVersionId === undefined ? isElsewhere : holderId !== RemoveFromVersionId) {
    throw new ApiError('InvalidParameterException', `${stage} is attached to version ${holderId ?? 'none'}`);
  }
  const moved = MoveToVersionId === undefined ? {} : { [stage]: versionOf(secrets, name, MoveToVersionId) };
  const replaced = stage === 'AWSCURRENT' && isElsewhere ? { AWSPREVIOUS: holder } : {};
  return {
    output: { ARN: arnOf(name), Name: name },
    changed: { ...secrets, [name]: { ...others, ...moved, ...replaced } },
  };
};

const listSecretVersionIds: Operation = (secrets, name) => {
  const stagesById = new Map<string, Stage[]>();
  for (const stage of STAGES) {
    const value = secrets[name]?.[stage];
    if (value === undefined) continue;
    const id = versionIdOf(name, value);
    stagesById.set(id, [...(stagesById.get(id) ?? []), stage]);
  }
  const Versions = [...stagesById].map(([VersionId, VersionStages]) => ({ VersionId, VersionStages }));
  return { output: { ARN: arnOf(name), Name: name, Versions } };
};

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'secretsmanager.CreateSecret': createSecret,
  'secretsmanager.GetSecretValue': getSecretValue,
  'secretsmanager.PutSecretValue': putSecretValue,
  'secretsmanager.ListSecretVersionIds': listSecretVersionIds,
  'secretsmanager.UpdateSecretVersionStage': updateSecretVersionStage,
};

const answerTo = async (request: IncomingMessage, file: string): Promise<object> => {
  if (!isForThisMachine(request)) throw new ApiError('AccessDeniedException', 'Only local host names are served');
  const target = String(request.headers['x-amz-target']);
  const operation = OPERATIONS[target];
  if (!operation) throw new ApiError('UnknownOperationException', `${target} is not served here`);
  const input = await readJsonObject(request);
  const name = nameOf(input['SecretId'] ?? input['Name']);
  const secrets = readSecrets(file);
  if (!secrets[name] && operation !== createSecret)
    throw new ApiError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  const { output, changed } = operation(secrets, name, input);
  if (changed) writeSecrets(file, changed);
  return output;
};

/**
 * Starts Secrets Manager over a JSON file, in AWS JSON 1.1 as the SDK speaks it: create a secret, get and put a value, list the
 * versions, move a stage from one version to another. The file is read at each call, so a key changed in it takes effect at once.
 * @param port 0 for any that is free
 * @param file created without secrets when it is missing
 * @throws StartError when the port is taken, or the file cannot be used
 */
export const startSecretsManager = async (port: number, file: string) => {
  if (existsSync(file)) readSecrets(file);
  else writeSecrets(file, {});
  const server = createServer((request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    answerTo(request, file).then(
      (output) => answer(200, output),
      (error: unknown) => {
        if (error instanceof ApiError) answer(400, { __type: error.name, message: error.message });
        // Sends no contents of the file, which the message of JSON.parse would quote.
        else if (error instanceof StartError) answer(500, { __type: 'InternalServiceError', message: error.message });
        else answer(400, { __type: 'InvalidRequestException', message: 'The request cannot be read' });
      },
    );
  });
  const bound = await listen(server, port, 'the secret store');
  return { endpoint: endpointAt(bound), close: () => close(server) };
};
