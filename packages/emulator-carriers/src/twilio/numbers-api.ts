import { createHash } from 'node:crypto';
import type { AccountAnswer, AccountRequest } from './account-api.ts';
import { type ApiError, apiErrors } from './api-error.ts';
import { listPage } from './list-page.ts';
import { API_VERSION, rfc2822 } from './message-resource.ts';
import type { AccountNumber } from './network.ts';

/** A Messaging Service, and the account's numbers in it. Unless it defers to them, texts go where the service says. */
export type MessagingService = {
  sid: string;
  name: string;
  numbers: readonly string[];
  defersToNumber: boolean;
  /** Null: texts that come in are dropped. */
  inboundUrl: string | null;
};

const MESSAGING_URL = 'https://messaging.twilio.com/v1';
const ok = (body: object): AccountAnswer => ({ status: 200, body });
const isHttpUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** The SID of a number: the same one at each start. */
export const numberSid = (number: string): string => `PN${createHash('md5').update(number).digest('hex')}`;

/** `+15125550142` as Twilio calls a number that nobody has named. */
const friendly = (number: string): string => number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '($1) $2-$3');

/** The form's field, the account's own property, and whether it has to be an address. */
const SETTINGS = [
  { field: 'SmsUrl', property: 'smsUrl', url: true },
  { field: 'SmsFallbackUrl', property: 'smsFallbackUrl', url: true },
  { field: 'StatusCallback', property: 'statusCallback', url: true },
  { field: 'SmsApplicationSid', property: 'smsApplicationSid', url: false },
] as const;

/**
 * The account's numbers: list, fetch, and change where texts are brought; and the Messaging Services that they are in. They are
 * set up anew with each start, as `./qdn twilio configure` would.
 * @see https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
 * @see https://www.twilio.com/docs/messaging/api/service-resource
 */
export const createNumbersApi = (
  accountSid: string,
  given: readonly AccountNumber[],
  givenServices: readonly MessagingService[],
  now: () => number,
) => {
  const path = `/${API_VERSION}/Accounts/${accountSid}/IncomingPhoneNumbers`;
  const createdAt = now();
  const numbers = given.map((number) => ({ ...number, updatedAt: createdAt }));
  const services = givenServices.map((service) => ({ ...service, updatedAt: createdAt }));
  const serviceOf = (number: string) => services.find((one) => one.numbers.includes(number));

  const resource = (one: (typeof numbers)[number]) => ({
    account_sid: accountSid,
    address_sid: null,
    address_requirements: 'none',
    api_version: API_VERSION,
    beta: false,
    capabilities: { voice: true, sms: one.takesTexts !== false, mms: one.takesTexts !== false, fax: false },
    date_created: rfc2822(createdAt),
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
    uri: `${path}/${numberSid(one.number)}.json`,
    voice_receive_mode: 'voice',
    voice_application_sid: null,
    voice_caller_id_lookup: false,
    voice_fallback_method: 'POST',
    voice_fallback_url: null,
    voice_method: 'POST',
    voice_url: null,
    emergency_status: 'Inactive',
    emergency_address_sid: null,
    emergency_address_status: 'unregistered',
    bundle_sid: null,
    status: 'in-use',
    type: 'local',
  });

  const list = (query: URLSearchParams): AccountAnswer => {
    const digits = (query.get('PhoneNumber') ?? '').replaceAll(/[^\d*]/g, '');
    const listed = numbers.filter(({ number }) => number.includes(digits));
    return ok(listPage('incoming_phone_numbers', `${path}.json`, listed, query, resource));
  };

  const change = (one: (typeof numbers)[number], form: URLSearchParams): ApiError | null => {
    for (const { field, url } of SETTINGS) {
      const value = form.get(field);
      if (url && value && !isHttpUrl(value)) return apiErrors.invalidNumberUrl(field);
    }
    for (const { field, property } of SETTINGS) {
      const value = form.get(field);
      if (value === '') delete one[property];
      else if (value !== null) one[property] = value;
    }
    one.updatedAt = now();
    return null;
  };

  const serviceResource = ({ sid, name, defersToNumber, inboundUrl, updatedAt }: (typeof services)[number]) => ({
    sid,
    account_sid: accountSid,
    friendly_name: name,
    date_created: new Date(createdAt).toISOString(),
    date_updated: new Date(updatedAt).toISOString(),
    inbound_request_url: inboundUrl,
    inbound_method: 'POST',
    fallback_url: null,
    fallback_method: 'POST',
    status_callback: null,
    use_inbound_webhook_on_number: defersToNumber,
    url: `${MESSAGING_URL}/Services/${sid}`,
  });

  const inService = (request: AccountRequest): AccountAnswer => {
    const { method, path: asked, form } = request;
    const [, sid = '', rest = ''] = /^\/Services\/(MG[0-9a-f]{32})(\/.*)?$/i.exec(asked) ?? [];
    const service = services.find((one) => one.sid === sid);
    if (!service) return apiErrors.notFound(`/v1${asked}`);
    if (rest === '') {
      if (method === 'POST' && form.get('UseInboundWebhookOnNumber') !== null) {
        service.defersToNumber = form.get('UseInboundWebhookOnNumber') === 'true';
        service.updatedAt = now();
      }
      return ok(serviceResource(service));
    }
    const number = service.numbers.find((one) => rest === `/PhoneNumbers/${numberSid(one)}`);
    if (!number || method !== 'GET') return apiErrors.notFound(`/v1${asked}`);
    return ok({
      sid: numberSid(number),
      account_sid: accountSid,
      service_sid: sid,
      date_created: new Date(createdAt).toISOString(),
      date_updated: new Date(createdAt).toISOString(),
      phone_number: number,
      country_code: 'US',
      capabilities: ['Voice', 'SMS', 'MMS'],
      url: `${MESSAGING_URL}${asked}`,
    });
  };

  return {
    numbers: numbers as readonly AccountNumber[],
    find: (number: string): AccountNumber | undefined => numbers.find((one) => one.number === number),
    /** Where a text to the number is brought, as things are set up now. */
    webhooksOf: (number: string): Pick<AccountNumber, 'smsUrl' | 'smsFallbackUrl'> => {
      const service = serviceOf(number);
      if (service && !service.defersToNumber) return service.inboundUrl ? { smsUrl: service.inboundUrl } : {};
      const one = numbers.find((each) => each.number === number);
      // An application that this machine does not have.
      if (!one || one.smsApplicationSid) return {};
      return {
        ...(one.smsUrl ? { smsUrl: one.smsUrl } : {}),
        ...(one.smsFallbackUrl ? { smsFallbackUrl: one.smsFallbackUrl } : {}),
      };
    },
    /** `/IncomingPhoneNumbers…` under the account; null when it is none of that. */
    ofAccount: ({ method, path: asked, form, query }: AccountRequest): AccountAnswer | null => {
      const sid = /^\/IncomingPhoneNumbers\/(PN[0-9a-f]{32})\.json$/i.exec(asked)?.[1];
      if (asked === '/IncomingPhoneNumbers.json') return method === 'GET' ? list(query) : apiErrors.methodNotAllowed();
      if (!sid) return null;
      const one = numbers.find(({ number }) => numberSid(number) === sid);
      if (!one) return apiErrors.notFound(`${path}/${sid}.json`);
      if (method !== 'GET' && method !== 'POST') return apiErrors.methodNotAllowed();
      const refused = method === 'POST' ? change(one, form) : null;
      return refused ?? ok(resource(one));
    },
    /** `/v1/Services…` of messaging.twilio.com; null when it is none of that. */
    ofMessaging: (request: AccountRequest): AccountAnswer | null => {
      if (!/^\/Services(\/|$)/.test(request.path)) return null;
      if (request.path !== '/Services') return inService(request);
      if (request.method !== 'GET') return apiErrors.methodNotAllowed();
      const key = 'services';
      const url = `${MESSAGING_URL}/Services?PageSize=50&Page=0`;
      return ok({
        services: services.map(serviceResource),
        meta: { page: 0, page_size: 50, first_page_url: url, previous_page_url: null, url, next_page_url: null, key },
      });
    },
  };
};
export type NumbersApi = ReturnType<typeof createNumbersApi>;
