import { createHash } from 'node:crypto';
import { recordBytes } from '@qdn/aws/inbound-queue';
import type { FormParameters } from '@qdn/carrier-twilio/signature';
import type { Wire } from '@qdn/contracts';
import { validate as isTwilioInbound } from '@qdn/contracts/validators/twilioInbound';
import { parseJobId, TWILIO_SID_PATTERN } from '@qdn/domain';
import { placesOf } from './places.ts';
import { firstValues, formParameters } from './twilio-form.ts';

type InboundMessage = Wire<'inboundMessage'>;

/** A webhook that Twilio has signed, as received. */
export type SignedWebhook = {
  /** The path's job segment; `inbound` or any other text is accepted, because the message must get through. */
  job: string;
  path: string;
  rawQuery: string;
  rawBody: string;
  /** RFC 3339. */
  receivedAt: string;
  userAgent: string | null;
  idempotencyToken: string | null;
  overFallback: boolean;
};

/** Twilio's maximum number of media in one message. */
const MAX_MEDIA = 10;
/** Maximum size of a record, in bytes: SQS's old limit, which every queue accepts. */
export const MAX_RECORD_BYTES = 262_144;

const TWILIO_SID = new RegExp(TWILIO_SID_PATTERN);

/** Returns a SID of our own: the same for each attempt of a webhook, so that it stays one message. */
const ownSid = ({ rawBody, idempotencyToken }: SignedWebhook): string =>
  `QT${createHash('sha256')
    .update(`${idempotencyToken ?? ''}\n${rawBody}`)
    .digest('hex')
    .slice(0, 32)}`;

/** Reads the media that are present; `NumMedia` is ignored. */
const mediaOf = (form: Record<string, string>): InboundMessage['media'] =>
  Array.from({ length: MAX_MEDIA }, (_, i) => ({
    url: form[`MediaUrl${i}`] ?? '',
    contentType: form[`MediaContentType${i}`] ?? '',
  })).filter(({ url }) => url !== '');

/**
 * Adds the parameters, the shortest first, as many as SQS accepts. They are for debugging; the fields that the relay uses are never
 * cut. A form of 64 KB without its parameters always fits.
 */
const fitted = (
  message: InboundMessage & Required<Pick<InboundMessage, 'webhook'>>,
  parameters: InboundMessage['parameters'],
): InboundMessage => {
  const whole = { ...message, parameters };
  if (recordBytes(whole) <= MAX_RECORD_BYTES) return whole;
  const cut = { ...message, webhook: { ...message.webhook, isCut: true } };
  let left = MAX_RECORD_BYTES - recordBytes(cut);
  const kept = Object.entries(parameters)
    .map(([name, value]) => ({ name, value, bytes: recordBytes({ [name]: value }) }))
    .sort((a, b) => a.bytes - b.bytes)
    .filter(({ bytes }) => {
      left -= bytes;
      return left >= 0;
    });
  return { ...cut, parameters: Object.fromEntries(kept.map(({ name, value }) => [name, value])) };
};

const mutable = (parameters: FormParameters): InboundMessage['parameters'] =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );

/**
 * Builds the queue's record of a message that Twilio has signed, for any content: a person can read a message that we cannot parse.
 * @returns `oddities` names the places that differ from Twilio's documentation, for the log; empty without any
 */
export const toInboundMessage = (webhook: SignedWebhook): { message: InboundMessage; oddities: string } => {
  const parameters = formParameters(webhook.rawBody);
  const form = firstValues(parameters);
  const asDocumented: unknown = form;
  const oddities = isTwilioInbound(asDocumented) ? '' : placesOf(isTwilioInbound.errors);
  const sid = [form['MessageSid'], form['SmsMessageSid'], form['SmsSid']].find((one) => one && TWILIO_SID.test(one));
  const record = {
    schema: 1,
    kind: 'message',
    via: 'twilio',
    messageSid: sid ?? ownSid(webhook),
    pathJob: parseJobId(webhook.job.toUpperCase()),
    receivedAt: webhook.receivedAt,
    from: form['From'] ?? '',
    to: form['To'] ?? '',
    // The text of a button is the customer's message when they tap it.
    body: form['Body'] || form['ButtonText'] || '',
    optOutType: form['OptOutType'] || null,
    media: mediaOf(form),
    parameters: {},
    webhook: {
      path: webhook.path,
      query: webhook.rawQuery,
      userAgent: webhook.userAgent,
      idempotencyToken: webhook.idempotencyToken,
      overFallback: webhook.overFallback,
      isCut: false,
    },
  } as const;
  return { message: fitted(record, mutable(parameters)), oddities };
};
