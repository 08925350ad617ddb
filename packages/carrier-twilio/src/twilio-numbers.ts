import type { TwilioLogin } from './twilio-login.ts';
import { createTwilioRequest, TwilioRefusal, TwilioSilence, textOf } from './twilio-request.ts';
import type { CallWebhooks, InboundWebhooks } from './webhook-addresses.ts';

const API = 'https://api.twilio.com';
const MESSAGING = 'https://messaging.twilio.com';
const PAGE_SIZE = 100;
/** Maximum number of texts in one page of Twilio's list. */
const MAX_TEXTS_LISTED = 1000;
/** As many Messaging Services as are looked into for a number. */
const MOST_SERVICES = 500;

/** A number of the account as it is set up for texts and calls. */
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
  takesCalls: boolean;
  voiceUrl: string;
  voiceMethod: string;
  voiceFallbackUrl: string;
  voiceFallbackMethod: string;
  statusCallback: string;
  statusCallbackMethod: string;
  /** A TwiML application for calls; while there is one, Twilio ignores the voice URLs. Empty without. */
  voiceApplicationSid: string;
  /** A SIP trunk that all calls go to, such as the company's telephone system. Empty without. */
  trunkSid: string;
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
  const capabilities: Body = { ...Object(body['capabilities']) };
  return {
    sid: textOf(body, 'sid'),
    number: textOf(body, 'phone_number'),
    takesTexts: capabilities['sms'] === true,
    takesCalls: capabilities['voice'] === true,
    voiceUrl: orEmpty(body, 'voice_url'),
    voiceMethod: orEmpty(body, 'voice_method'),
    voiceFallbackUrl: orEmpty(body, 'voice_fallback_url'),
    voiceFallbackMethod: orEmpty(body, 'voice_fallback_method'),
    statusCallback: orEmpty(body, 'status_callback'),
    statusCallbackMethod: orEmpty(body, 'status_callback_method'),
    voiceApplicationSid: orEmpty(body, 'voice_application_sid'),
    trunkSid: orEmpty(body, 'trunk_sid'),
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
  const messages = `${apiUrl ?? API}/2010-04-01/Accounts/${accountSid}/Messages.json`;
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
    /**
     * Sets the webhooks of a number, and takes it from the TwiML applications that it may have.
     * @param calls null leaves calls as they are; empty addresses remove ours
     * @returns the number as it is then
     */
    configure: async (
      login: TwilioLogin,
      { sid, smsApplicationSid, voiceApplicationSid }: TwilioNumber,
      webhooks: InboundWebhooks,
      calls: CallWebhooks | null,
    ): Promise<TwilioNumber> =>
      numberFrom(
        await call(login, 'POST', `${numbers}/${sid}.json`, {
          SmsUrl: webhooks.smsUrl,
          SmsMethod: 'POST',
          SmsFallbackUrl: webhooks.smsFallbackUrl,
          SmsFallbackMethod: 'POST',
          ...(smsApplicationSid === '' ? {} : { SmsApplicationSid: '' }),
          ...(calls === null
            ? {}
            : {
                VoiceUrl: calls.voiceUrl,
                VoiceMethod: 'POST',
                VoiceFallbackUrl: calls.voiceFallbackUrl,
                VoiceFallbackMethod: 'POST',
                StatusCallback: calls.statusCallback,
                StatusCallbackMethod: 'POST',
                ...(voiceApplicationSid === '' ? {} : { VoiceApplicationSid: '' }),
              }),
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
    /** Counts the texts of a number since a day (`YYYY-MM-DD`, UTC) that were not delivered, by error code; of the last thousand. */
    errorsSince: async (login: TwilioLogin, number: string, day: string): Promise<Map<number, number>> => {
      const query = new URLSearchParams({ From: number, 'DateSent>': day, PageSize: String(MAX_TEXTS_LISTED) });
      const counts = new Map<number, number>();
      for (const { error_code: code } of listOf(await call(login, 'GET', `${messages}?${query}`), 'messages'))
        if (typeof code === 'number') counts.set(code, (counts.get(code) ?? 0) + 1);
      return counts;
    },
    /** Makes a Messaging Service bring texts where each of its numbers says. */
    deferToNumbers: async (login: TwilioLogin, serviceSid: string): Promise<void> => {
      await call(login, 'POST', `${services}/${serviceSid}`, { UseInboundWebhookOnNumber: 'true' });
    },
  };
};
export type TwilioNumbers = ReturnType<typeof createTwilioNumbers>;
