import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { isForThisMachine, readJsonObject } from '@qdn/local-server/local-request';
import { type Context, Hono } from 'hono';
import type { Clock } from '../phones/clock.ts';
import type { Memory, StoredMessage } from '../phones/memory.ts';
import { AWS_FAULTS, type AwsFault, isAwsFault } from './faults.ts';
import { AWS, type AwsSmsNetwork } from './network.ts';

/** The account's number, by its ARN, and its configuration set. */
export type AwsSmsAccount = { identity: string; number: string; configurationSet: string };

const MAX_BODY_LENGTH = 1600;
const E164 = /^\+[1-9]\d{6,14}$/;
const NO_SPACES = /^\S+$/;

/** One of the service's exceptions, in its wire format. */
class ServiceException extends Error {
  readonly status: number;
  readonly body: object;
  constructor(status: number, name: string, message: string, more: object = {}) {
    super(message);
    this.name = name;
    this.status = status;
    this.body = { __type: `com.amazonaws.pinpointsmsvoicev2#${name}`, Message: message, ...more };
  }
}
const invalid = (field: string, message: string) =>
  new ServiceException(400, 'ValidationException', `1 validation error detected: ${message}`, {
    Reason: 'FIELD_VALIDATION_FAILED',
    Fields: [{ Name: field, Message: message }],
  });
const notFound = (type: string, id: string) =>
  new ServiceException(404, 'ResourceNotFoundException', `Requested resource does not exist: ${type} ${id}`, {
    ResourceType: type,
    ResourceId: id,
  });

const faultException = (fault: AwsFault | null): ServiceException | null => {
  switch (fault) {
    case 'throttle':
      return new ServiceException(400, 'ThrottlingException', 'Rate exceeded');
    case 'refuse':
      return new ServiceException(402, 'ServiceQuotaExceededException', 'The spend limit has been reached', {
        Reason: 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT',
      });
    case 'internal-error':
      return new ServiceException(500, 'InternalServerException', 'Internal failure', { RequestId: randomUUID() });
    default:
      return null;
  }
};

const isTexts = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');

type Text = { to: string; body: string; context: Record<string, string>; isDry: boolean };

/** Checks a text before it is accepted. @throws ServiceException for the first field that AWS refuses */
const check = (input: Readonly<Record<string, unknown>>, account: AwsSmsAccount): Text => {
  const { DestinationPhoneNumber: to, MessageBody: body, OriginationIdentity: identity, MessageType } = input;
  const { ConfigurationSetName: set, TimeToLive: ttl, Context: context = {}, DryRun } = input;
  if (typeof to !== 'string' || !E164.test(to)) throw invalid('DestinationPhoneNumber', 'must be in E.164 format');
  if (typeof body !== 'string' || body === '' || body.length > MAX_BODY_LENGTH)
    throw invalid('MessageBody', `must have 1 to ${MAX_BODY_LENGTH} characters`);
  if (identity !== account.identity && identity !== account.number)
    throw notFound('phone-number', String(identity ?? 'none'));
  if (set !== undefined && set !== account.configurationSet) throw notFound('configuration-set', String(set));
  if (MessageType !== undefined && MessageType !== 'TRANSACTIONAL')
    throw new ServiceException(409, 'ConflictException', 'The number is for transactional messages', {
      Reason: 'MESSAGE_TYPE_MISMATCH',
    });
  if (ttl !== undefined && !(Number.isInteger(ttl) && Number(ttl) >= 5 && Number(ttl) <= 259_200))
    throw invalid('TimeToLive', 'must be from 5 to 259200');
  const isContext =
    isTexts(context) &&
    Object.keys(context).length <= 5 &&
    Object.entries(context).every(
      ([key, value]) => NO_SPACES.test(key) && key.length <= 100 && NO_SPACES.test(value) && value.length <= 800,
    );
  if (!isContext) throw invalid('Context', 'must be at most 5 pairs without spaces');
  return { to, body, context, isDry: DryRun === true };
};

/** An answer, or no answer for a text that was accepted. */
type Outcome = { status: number; body: object; sid: string | null } | { silence: true; message: StoredMessage };

type Input = Readonly<Record<string, unknown>>;
type Env = { Bindings: HttpBindings };

export type AwsSmsApiParts = { account: AwsSmsAccount; memory: Memory; network: AwsSmsNetwork; clock: Clock };

const takeFault = (memory: Memory): AwsFault | null => {
  const fault = memory.takeCarrierFault(AWS);
  return isAwsFault(fault) ? fault : null;
};

const sendText = async (input: Input, { account, memory, network }: AwsSmsApiParts): Promise<Outcome> => {
  const fault = takeFault(memory);
  const exception = faultException(fault);
  if (exception) throw exception;
  const { isDry, ...text } = check(input, account);
  if (network.isOptedOut(text.to)) {
    throw new ServiceException(409, 'ConflictException', 'Destination phone number has opted out', {
      Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT',
      ResourceType: 'opt-out-list',
      ResourceId: 'Default',
    });
  }
  if (isDry) return { status: 200, body: { MessageId: randomUUID() }, sid: null };
  // Without a configuration set, AWS publishes no events.
  const isReported = input['ConfigurationSetName'] !== undefined && fault !== 'silence' && fault !== 'all-silent';
  const message = network.send({ ...text, isReported });
  await memory.saved();
  if (fault === 'take-and-timeout' || fault === 'all-silent') return { silence: true, message };
  return { status: 200, body: { MessageId: message.sid }, sid: message.sid };
};

/** Checks the caller and the operation. @throws ServiceException when either is not served here */
const checkCaller = (c: Context<Env>): void => {
  if (!isForThisMachine(c.env.incoming))
    throw new ServiceException(403, 'AccessDeniedException', 'Only local host names are served');
  const target = c.req.header('x-amz-target');
  if (target !== 'PinpointSMSVoiceV2.SendTextMessage')
    throw new ServiceException(400, 'UnknownOperationException', `${target} is not served here`);
  if (!/^AWS4-HMAC-SHA256 .*\/sms-voice\/aws4_request/.test(c.req.header('authorization') ?? ''))
    throw new ServiceException(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
};

const outcomeOf = async (c: Context<Env>, input: Input, parts: AwsSmsApiParts): Promise<Outcome> => {
  try {
    checkCaller(c);
    return await sendText(input, parts);
  } catch (error) {
    if (error instanceof ServiceException) return { status: error.status, body: error.body, sid: null };
    throw error;
  }
};

/** Returns an exception in a few words, for the Phones page. */
const problemOf = (body: object): string => {
  const { __type, Reason } = { __type: '', Reason: '', ...body };
  return [String(__type).split('#')[1], Reason].filter(Boolean).join(' ');
};

/**
 * Serves `SendTextMessage` of AWS End User Messaging SMS, in AWS JSON 1.0, and no other operation.
 * https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html
 */
export const createAwsSmsApi = (parts: AwsSmsApiParts): Hono<Env> => {
  const { memory, clock } = parts;
  const api = new Hono<Env>();
  api.all('*', async (c) => {
    const began = performance.now();
    const at = clock.now();
    const input = await readJsonObject(c.env.incoming).catch(() => ({}) as Record<string, unknown>);
    const outcome = await outcomeOf(c, input, parts);
    const answered = 'silence' in outcome ? null : outcome;
    const silence = AWS_FAULTS['take-and-timeout'].label;
    const to = input['DestinationPhoneNumber'];
    memory.addExchange({
      carrier: AWS,
      at,
      kind: 'api',
      method: 'POST',
      url: c.req.header('x-amz-target') ?? c.req.path,
      parameters: Object.fromEntries(
        Object.entries(input).map(([name, value]) => [
          name,
          typeof value === 'object' ? JSON.stringify(value) : String(value),
        ]),
      ),
      try: 1,
      status: answered?.status ?? null,
      problem: answered === null ? silence : answered.status === 200 ? null : problemOf(answered.body),
      answer: answered ? JSON.stringify(answered.body, null, 2) : '',
      code: null,
      ms: Math.round(performance.now() - began),
      sid: 'silence' in outcome ? outcome.message.sid : outcome.sid,
      phone: typeof to === 'string' ? to : null,
    });
    if (!answered) return RESPONSE_ALREADY_SENT;
    return new Response(JSON.stringify(answered.body), {
      status: answered.status,
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() },
    });
  });
  return api;
};
