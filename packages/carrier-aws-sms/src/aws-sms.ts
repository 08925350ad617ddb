import { PinpointSMSVoiceV2Client, SendTextMessageCommand } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { NEVER_CONNECTED } from '@qdn/carrier-adapter/connection';
import { retryAfterMs } from '@qdn/carrier-adapter/retry-after';
import type { FailureClass, SendOutcome, SmsCarrier } from '@qdn/domain';
import { MESSAGE_CONTEXT } from './aws-sms-context.ts';

/** Shorter than the worker's own timeout, so that a send without an answer is written down as unknown, in ms. */
const CONNECT_TIMEOUT_MS = 2000;
const TIMEOUT_MS = 8000;
/** Time in which AWS may hand a text to the recipient's carrier, in s. By then the relay has failed over. AWS's default is 72 h. */
const TIME_TO_LIVE_S = 600;

export type AwsSmsOptions = {
  /** ARN of the phone number, or of the pool, that texts go out from. */
  originationIdentity: string;
  /** The configuration set whose event destination receives delivery events. */
  configurationSet: string;
  timeoutMs?: number;
};

/**
 * AWS's reason code for an opted-out recipient. Any other reason is `setup`: someone must look.
 * https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html#API_SendTextMessage_Errors
 */
const OPTED_OUT = 'DESTINATION_PHONE_NUMBER_OPTED_OUT';
const TOO_MANY_REQUESTS = 429;
/** A gateway gave up waiting for the answer, so the text may have been accepted. */
const REQUEST_TIMEOUT = 408;
/** AWS's common credential errors; all are 4xx. */
const CREDENTIAL_ERRORS = new Set([
  'AccessDeniedException',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'NotAuthorizedException',
  'UnrecognizedClientException',
]);

/** The SDK's message for a failed connection, which has no error code. */
const NO_CONNECTION = 'did not establish a connection';

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Returns a response header from the error's hidden `$response`. */
const header = (error: Error, name: string): string | null => {
  const response = '$response' in error ? error.$response : null;
  return typeof response === 'object' && response !== null && 'headers' in response
    ? text(record(response.headers)[name])
    : null;
};

/** Returns the class of a refusal that is not about the recipient. A closed account is not a wrong key. */
const classOf = (name: string, reason: string | null): FailureClass =>
  reason === null && CREDENTIAL_ERRORS.has(name) ? 'credentials' : 'setup';

/** Returns the outcome of a refused request. */
const refused = (error: Error, status: number): SendOutcome => {
  const { Reason, Fields } = record(error);
  const reason = text(Reason);
  const detail = [status, error.name, reason, error.message].filter(Boolean).join(' ');
  if (status === TOO_MANY_REQUESTS || error.name === 'ThrottlingException') {
    const waitMs = retryAfterMs(header(error, 'retry-after'), Date.now());
    return { kind: 'not-processed', detail, ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }) };
  }
  if (status === REQUEST_TIMEOUT) return { kind: 'unknown', detail };
  const fields = Array.isArray(Fields) ? Fields.map((field) => text(record(field)['Name'])) : [];
  const isNoNumber = fields.includes('DestinationPhoneNumber');
  const failure = reason === OPTED_OUT ? 'opted-out' : isNoNumber ? 'unreachable' : classOf(error.name, reason);
  // An answer that is not AWS's, such as a gateway's page, has no name of its own.
  const name = '$fault' in error ? error.name : status;
  return { kind: 'rejected', class: failure, code: reason ?? name, detail };
};

/** Returns the outcome of a failed request. */
const outcomeOf = (error: unknown): SendOutcome => {
  if (!(error instanceof Error)) return { kind: 'unknown', detail: 'no answer' };
  const { $metadata, code } = record(error);
  const status = record($metadata)['httpStatusCode'];
  if (typeof status === 'number') {
    const isRefusal = status >= 400 && status < 500;
    return isRefusal ? refused(error, status) : { kind: 'unknown', detail: `${status} ${error.name} ${error.message}` };
  }
  const why = text(code) ?? error.name;
  const neverSent =
    NEVER_CONNECTED.has(why) || error.name === 'CredentialsProviderError' || error.message.includes(NO_CONNECTION);
  return { kind: neverSent ? 'not-processed' : 'unknown', detail: why };
};

/**
 * AWS End User Messaging as an SMS carrier. The API has no idempotency token and no message list. So nothing is retried here, and
 * an unknown outcome stays unknown until a delivery event (docs/adr/0011-second-carrier.md). The SDK resolves region, credentials
 * and endpoint.
 * https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html
 */
export const createAwsSmsCarrier = (options: AwsSmsOptions): SmsCarrier => {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const client = new PinpointSMSVoiceV2Client({
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
    },
  });
  return {
    name: 'aws',
    send: async ({ to, body, outboundMessageId }) => {
      try {
        const { MessageId } = await client.send(
          new SendTextMessageCommand({
            DestinationPhoneNumber: to,
            OriginationIdentity: options.originationIdentity,
            MessageBody: body,
            MessageType: 'TRANSACTIONAL',
            ConfigurationSetName: options.configurationSet,
            TimeToLive: TIME_TO_LIVE_S,
            Context: { [MESSAGE_CONTEXT]: outboundMessageId },
          }),
        );
        return MessageId
          ? { kind: 'accepted', carrierSid: MessageId }
          : { kind: 'unknown', detail: 'an answer without a MessageId' };
      } catch (error) {
        return outcomeOf(error);
      }
    },
    find: null,
  };
};
