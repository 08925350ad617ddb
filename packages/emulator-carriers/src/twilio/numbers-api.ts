import type { AccountAnswer } from './account-api.ts';
import { type AccountNumber, numberSid } from './account-number.ts';
import { type ApiError, apiErrors } from './api-error.ts';
import { listPage } from './list-page.ts';
import { API_VERSION, rfc2822 } from './message-resource.ts';
import { type MessagingService, MessagingServices } from './messaging-services.ts';

const ok = (body: object): AccountAnswer => ({ status: 200, body });
const isHttpUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** Returns the name that Twilio gives a number such as `+15125550142` without a friendly name. */
const friendly = (number: string): string => number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '($1) $2-$3');

/** Field of the form, property of the number, and true when it must be a URL. */
const SETTINGS = [
  { field: 'SmsUrl', property: 'smsUrl', url: true },
  { field: 'SmsFallbackUrl', property: 'smsFallbackUrl', url: true },
  { field: 'StatusCallback', property: 'statusCallback', url: true },
  { field: 'SmsApplicationSid', property: 'smsApplicationSid', url: false },
  { field: 'VoiceUrl', property: 'voiceUrl', url: true },
  { field: 'VoiceFallbackUrl', property: 'voiceFallbackUrl', url: true },
  { field: 'VoiceApplicationSid', property: 'voiceApplicationSid', url: false },
] as const;

type SetUpNumber = AccountNumber & { updatedAt: number };

/**
 * The account's numbers: list, fetch, and change their webhooks; and the Messaging Services that they are in. Each start sets
 * them up again, as `./qdn twilio configure` would.
 * @see https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
 */
export class NumbersApi {
  readonly #accountSid: string;
  readonly #path: string;
  readonly #now: () => number;
  readonly #createdAt: number;
  readonly numbers: readonly SetUpNumber[];
  readonly services: MessagingServices;

  /** @param now epoch ms */
  constructor(
    accountSid: string,
    numbers: readonly AccountNumber[],
    services: readonly MessagingService[],
    now: () => number,
  ) {
    this.#accountSid = accountSid;
    this.#path = `/${API_VERSION}/Accounts/${accountSid}/IncomingPhoneNumbers`;
    this.#now = now;
    this.#createdAt = now();
    this.numbers = numbers.map((number) => ({ ...number, updatedAt: this.#createdAt }));
    this.services = new MessagingServices(accountSid, services, now);
  }

  /** Returns the number whose webhooks serve the account's other channels. */
  first(): string {
    return this.numbers[0]?.number ?? '';
  }

  find(number: string): AccountNumber | undefined {
    return this.numbers.find((one) => one.number === number);
  }

  /** Returns the URLs that a text to the number is delivered to, as configured now. */
  webhooksOf(number: string): Pick<AccountNumber, 'smsUrl' | 'smsFallbackUrl'> {
    const service = this.services.of(number);
    if (service && !service.defersToNumber) return service.inboundUrl ? { smsUrl: service.inboundUrl } : {};
    const one = this.find(number);
    // The emulator has no applications.
    if (!one || one.smsApplicationSid) return {};
    return {
      ...(one.smsUrl ? { smsUrl: one.smsUrl } : {}),
      ...(one.smsFallbackUrl ? { smsFallbackUrl: one.smsFallbackUrl } : {}),
    };
  }

  /** Returns the URLs of a number for calls, as configured now. */
  voiceOf(number: string): Pick<AccountNumber, 'voiceUrl' | 'voiceFallbackUrl' | 'statusCallback'> {
    const { voiceUrl, voiceFallbackUrl, statusCallback, voiceApplicationSid } = this.find(number) ?? {};
    // The emulator has no applications.
    if (voiceApplicationSid) return {};
    return {
      ...(voiceUrl ? { voiceUrl } : {}),
      ...(voiceFallbackUrl ? { voiceFallbackUrl } : {}),
      ...(statusCallback ? { statusCallback } : {}),
    };
  }

  list(query: URLSearchParams): AccountAnswer {
    const digits = (query.get('PhoneNumber') ?? '').replaceAll(/[^\d*]/g, '');
    const listed = this.numbers.filter(({ number }) => number.includes(digits));
    return ok(listPage('incoming_phone_numbers', `${this.#path}.json`, listed, query, (one) => this.#resource(one)));
  }

  fetch(sid: string): AccountAnswer {
    const one = this.#bySid(sid);
    return one ? ok(this.#resource(one)) : this.#notFound(sid);
  }

  update(sid: string, form: URLSearchParams): AccountAnswer {
    const one = this.#bySid(sid);
    if (!one) return this.#notFound(sid);
    return this.#change(one, form) ?? ok(this.#resource(one));
  }

  #bySid(sid: string): SetUpNumber | undefined {
    return this.numbers.find(({ number }) => numberSid(number) === sid);
  }

  #notFound(sid: string): ApiError {
    return apiErrors.notFound(`${this.#path}/${sid}.json`);
  }

  #change(one: SetUpNumber, form: URLSearchParams): ApiError | null {
    for (const { field, url } of SETTINGS) {
      const value = form.get(field);
      if (url && value && !isHttpUrl(value)) return apiErrors.invalidNumberUrl(field);
    }
    for (const { field, property } of SETTINGS) {
      const value = form.get(field);
      if (value === '') delete one[property];
      else if (value !== null) one[property] = value;
    }
    one.updatedAt = this.#now();
    return null;
  }

  #resource(one: SetUpNumber) {
    return {
      account_sid: this.#accountSid,
      address_sid: null,
      address_requirements: 'none',
      api_version: API_VERSION,
      beta: false,
      capabilities: { voice: true, sms: one.takesTexts !== false, mms: one.takesTexts !== false, fax: false },
      date_created: rfc2822(this.#createdAt),
      date_updated: rfc2822(one.updatedAt),
      friendly_name: friendly(one.number),
      identity_sid: null,
      phone_number: one.number,
      origin: 'twilio',
      sid: numberSid(one.number),
      sms_application_sid: one.smsApplicationSid ?? null,
      sms_fallback_method: 'POST',
      sms_fallback_url: one.smsFallbackUrl ?? null,
      sms_method: 'POST',
      sms_url: one.smsUrl ?? null,
      status_callback: one.statusCallback ?? null,
      status_callback_method: 'POST',
      trunk_sid: null,
      uri: `${this.#path}/${numberSid(one.number)}.json`,
      voice_receive_mode: 'voice',
      voice_application_sid: one.voiceApplicationSid ?? null,
      voice_caller_id_lookup: false,
      voice_fallback_method: 'POST',
      voice_fallback_url: one.voiceFallbackUrl ?? null,
      voice_method: 'POST',
      voice_url: one.voiceUrl ?? null,
      emergency_status: 'Inactive',
      emergency_address_sid: null,
      emergency_address_status: 'unregistered',
      bundle_sid: null,
      status: 'in-use',
      type: 'local',
    };
  }
}
