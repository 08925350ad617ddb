import type { TwilioLogin } from './twilio-login.ts';
import { createTwilioRequest, TwilioRefusal, TwilioSilence, textOf } from './twilio-request.ts';
import type { InboundWebhooks } from './webhook-addresses.ts';

const API = 'https://api.twilio.com';
const MESSAGING = 'https://messaging.twilio.com';
const PAGE_SIZE = 100;
/** As many Messaging Services as are looked into for a number. */
const MOST_SERVICES = 500;

/** A number of the account as it is set up for texts. */
export type TwilioNumber = {
  sid: string;
  /** E.164 */
  number: string;
  takesTexts: boolean;
  smsUrl: string;
  smsMethod: string;
  smsFallbackUrl: string;
  smsFallbackMethod: string;
  /** A TwiML application that texts go to; while there is one, Twilio ignores the URLs. Empty without. */
  smsApplicationSid: string;
};

/** A Messaging Service that a number is in. Unless it defers to the number, texts go where the service says. */
export type MessagingService = { sid: string; name: string; defersToNumber: boolean; inboundUrl: string };

export type TwilioNumbersOptions = {
  accountSid: string;
  /** Another base URL for all of Twilio's APIs, for an emulator. */
  apiUrl?: string | undefined;
  timeoutMs?: number;
};

type Body = Record<string, unknown>;

const orEmpty = (body: Body, name: string): string => {
  const value = body[name];
  return typeof value === 'string' ? value : '';
};

const listOf = (body: Body, name: string): Body[] => {
  const list: unknown = body[name];
  if (!Array.isArray(list)) throw new TwilioSilence(`Twilio answered without ${name}`);
  return list;
};

const numberFrom = (body: Body): TwilioNumber => {
  const capabilities = body['capabilities'];
  return {
    sid: textOf(body, 'sid'),
    number: textOf(body, 'phone_number'),
    takesTexts:
      typeof capabilities === 'object' && capabilities !== null && 'sms' in capabilities && capabilities.sms === true,
    smsUrl: orEmpty(body, 'sms_url'),
    smsMethod: orEmpty(body, 'sms_method'),
    smsFallbackUrl: orEmpty(body, 'sms_fallback_url'),
    smsFallbackMethod: orEmpty(body, 'sms_fallback_method'),
    smsApplicationSid: orEmpty(body, 'sms_application_sid'),
  };
};

/**
 * The account's phone numbers, and the Messaging Services that they are in.
 * @see https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
 * @see https://www.twilio.com/docs/messaging/api/service-resource
 */
export const createTwilioNumbers = ({ accountSid, apiUrl, timeoutMs }: TwilioNumbersOptions) => {
  const numbers = `${apiUrl ?? API}/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers`;
  const services = `${apiUrl ?? MESSAGING}/v1/Services`;
  const call = createTwilioRequest(timeoutMs);

  return {
    /** @param number E.164 @returns null when the account has no such number */
    find: async (login: TwilioLogin, number: string): Promise<TwilioNumber | null> => {
      const query = new URLSearchParams({ PhoneNumber: number, PageSize: String(PAGE_SIZE) });
      const found = listOf(await call(login, 'GET', `${numbers}.json?${query}`), 'incoming_phone_numbers');
      // The filter finds numbers that contain what is looked for.
      return found.map(numberFrom).find((one) => one.number === number) ?? null;
    },
    /** All numbers of the account that take texts, to choose from; the first hundred. */
    list: async (login: TwilioLogin): Promise<TwilioNumber[]> =>
      listOf(await call(login, 'GET', `${numbers}.json?PageSize=${PAGE_SIZE}`), 'incoming_phone_numbers')
        .map(numberFrom)
        .filter(({ takesTexts }) => takesTexts),
    /** Sets where texts to a number are brought, and takes it from the TwiML application that it may have. @returns it as it is then */
    configure: async (
      login: TwilioLogin,
      { sid, smsApplicationSid }: Pick<TwilioNumber, 'sid' | 'smsApplicationSid'>,
      webhooks: InboundWebhooks,
    ): Promise<TwilioNumber> =>
      numberFrom(
        await call(login, 'POST', `${numbers}/${sid}.json`, {
          SmsUrl: webhooks.smsUrl,
          SmsMethod: 'POST',
          SmsFallbackUrl: webhooks.smsFallbackUrl,
          SmsFallbackMethod: 'POST',
          ...(smsApplicationSid === '' ? {} : { SmsApplicationSid: '' }),
        }),
      ),
    /** The Messaging Service that a number is in; null when it is in none. One request for each service of the account. */
    serviceOf: async (login: TwilioLogin, numberSid: string): Promise<MessagingService | null> => {
      const body = await call(login, 'GET', `${services}?PageSize=${MOST_SERVICES}`);
      for (const service of listOf(body, 'services')) {
        const sid = textOf(service, 'sid');
        try {
          await call(login, 'GET', `${services}/${sid}/PhoneNumbers/${numberSid}`);
        } catch (error) {
          if (error instanceof TwilioRefusal && error.status === 404) continue;
          throw error;
        }
        return {
          sid,
          name: orEmpty(service, 'friendly_name'),
          defersToNumber: service['use_inbound_webhook_on_number'] === true,
          inboundUrl: orEmpty(service, 'inbound_request_url'),
        };
      }
      return null;
    },
    /** Makes a Messaging Service bring texts where each of its numbers says. */
    deferToNumbers: async (login: TwilioLogin, serviceSid: string): Promise<void> => {
      await call(login, 'POST', `${services}/${serviceSid}`, { UseInboundWebhookOnNumber: 'true' });
    },
  };
};
export type TwilioNumbers = ReturnType<typeof createTwilioNumbers>;
