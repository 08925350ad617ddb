import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { Wire } from '@qdn/contracts';
import { validate as isTokenKeys } from '@qdn/contracts/validators/tokenKeys';
import { validate as isTwilioAdminSecret } from '@qdn/contracts/validators/twilioAdminSecret';
import { validate as isTwilioSenderSecret } from '@qdn/contracts/validators/twilioSenderSecret';
import { close, listen } from './listen.ts';
import { StartError } from './start-error.ts';

/** Name → version stage → value. */
type Secrets = Record<string, Record<string, unknown>>;

export type LocalSecrets = { tokens: Wire<'tokenKeys'>; admin: Wire<'twilioAdminSecret'>; sender: Wire<'twilioSenderSecret'> };

const hex = (bytes: number) => randomBytes(bytes).toString('hex');
const keyPair = () => ({ current: { kid: hex(3), key: randomBytes(32).toString('base64url') } });

const generated = (): Secrets => {
  const accountSid = `AC${hex(16)}`;
  return {
    'qdn/tokens': { AWSCURRENT: { track: keyPair(), device: keyPair(), operator: keyPair() } },
    'qdn/twilio-admin': { AWSCURRENT: { accountSid, authToken: hex(16) } },
    'qdn/twilio-sender': { AWSCURRENT: { accountSid, apiKeySid: `SK${hex(16)}`, apiKeySecret: hex(16) } },
  };
};

/** Reads the file, or makes it. @throws StartError when others can read it, or when it is no JSON */
const readOrMake = (file: string): Secrets => {
  if (!existsSync(file)) {
    const secrets = generated();
    writeFileSync(`${file}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return secrets;
  }
  const mode = statSync(file).mode & 0o777;
  if (process.platform !== 'win32' && mode !== 0o600) {
    throw new StartError(`${file} holds keys and its mode is ${mode.toString(8)}. Let nobody else read it: chmod 600 ${file}`);
  }
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new StartError(`${file} is not complete. Begin anew: npm start -- --fresh`);
  }
};

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
};

/**
 * Secrets Manager's GetSecretValue over a mode-600 file, in AWS JSON 1.1 as the SDK speaks it. The file is read at each call,
 * so that a rotated key counts at once.
 */
export const startSecretsManager = async (port: number, file: string) => {
  const secrets = readOrMake(file);
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    try {
      if (request.headers['x-amz-target'] !== 'secretsmanager.GetSecretValue') {
        return answer(400, { __type: 'UnknownOperationException', message: 'Only GetSecretValue is served here' });
      }
      const body = await readBody(request);
      const { SecretId = '', VersionStage = 'AWSCURRENT' } = typeof body === 'object' && body !== null ? { ...body } as Record<string, string> : {};
      const value = readOrMake(file)[SecretId]?.[VersionStage];
      if (value === undefined) return answer(400, { __type: 'ResourceNotFoundException', message: 'no such secret or version' });
      return answer(200, { Name: SecretId, VersionStages: [VersionStage], SecretString: JSON.stringify(value) });
    } catch {
      return answer(500, { __type: 'InternalServiceError', message: 'the secrets file cannot be read' });
    }
  });
  const bound = await listen(server, port, 'the secret store');
  const tokens = secrets['qdn/tokens']?.['AWSCURRENT'];
  const admin = secrets['qdn/twilio-admin']?.['AWSCURRENT'];
  const sender = secrets['qdn/twilio-sender']?.['AWSCURRENT'];
  if (!isTokenKeys(tokens) || !isTwilioAdminSecret(admin) || !isTwilioSenderSecret(sender)) {
    await close(server);
    throw new StartError(`${file} does not hold the keys that are needed. Begin anew: npm start -- --fresh`);
  }
  const local: LocalSecrets = { tokens, admin, sender };
  return { endpoint: `http://localhost:${bound}`, secrets: local, close: () => close(server) };
};
