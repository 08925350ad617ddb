import { createHash } from 'node:crypto';
import type { Wire } from '@qdn/contracts';
import { validate as isTwilioInbound } from '@qdn/contracts/validators/twilioInbound';
import { parseJobId, TWILIO_SID_PATTERN } from '@qdn/domain';
import { placesOf } from './schema-places.ts';
import type { FormParameters } from './twilio-signature.ts';
import { firstValues, formParameters } from './webhook-form.ts';

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

/** A degree of latitude or longitude. */
const DEGREES = /^-?\d{1,3}(?:\.\d{1,10})?$/;

/** Returns the place that a person shares over WhatsApp, as words with a map; empty without one. https://www.twilio.com/docs/whatsapp/api */
const locationWords = (form: Record<string, string>): string => {
  const { Latitude: lat = '', Longitude: lon = '', Label, Address } = form;
  if (!DEGREES.test(lat) || !DEGREES.test(lon)) return '';
  const names = [...new Set([Label, Address])].filter(Boolean).join(', ');
  return `Location: ${names ? `${names} ` : ''}https://maps.google.com/?q=${lat},${lon}`;
};

const mutable = (parameters: FormParameters): InboundMessage['parameters'] =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );

/**
 * Reads the message in a webhook that Twilio has signed, for any content: a person can read a message that we cannot parse.
 * @returns `oddities` names the places that differ from Twilio's documentation, for the log; empty without any
 */
export const messageFromTwilio = (
  webhook: SignedWebhook,
): { message: InboundMessage & Required<Pick<InboundMessage, 'webhook'>>; oddities: string } => {
  const parameters = formParameters(webhook.rawBody);
  const form = firstValues(parameters);
  const asDocumented: unknown = form;
  const oddities = isTwilioInbound(asDocumented) ? '' : placesOf(isTwilioInbound.errors);
  const sid = [form['MessageSid'], form['SmsMessageSid'], form['SmsSid']].find((one) => one && TWILIO_SID.test(one));
  const message = {
    schema: 1,
    kind: 'message',
    via: 'twilio',
    messageSid: sid ?? ownSid(webhook),
    pathJob: parseJobId(webhook.job.toUpperCase()),
    receivedAt: webhook.receivedAt,
    from: form['From'] ?? '',
    to: form['To'] ?? '',
    // The text of a button is the customer's message when they tap it.
    body: form['Body'] || form['ButtonText'] || locationWords(form),
    optOutType: form['OptOutType'] || null,
    media: mediaOf(form),
    parameters: mutable(parameters),
    webhook: {
      path: webhook.path,
      query: webhook.rawQuery,
      userAgent: webhook.userAgent,
      idempotencyToken: webhook.idempotencyToken,
      overFallback: webhook.overFallback,
      isCut: false,
    },
  } as const;
  return { message, oddities };
};
