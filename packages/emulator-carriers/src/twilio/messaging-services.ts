import type { AccountAnswer } from './account-api.ts';
import { numberSid } from './account-number.ts';
import { apiErrors } from './api-error.ts';

/** A Messaging Service, and the account's numbers in it. Unless it defers to them, texts go to the service's URL. */
export type MessagingService = {
  sid: string;
  name: string;
  numbers: readonly string[];
  defersToNumber: boolean;
  /** Null drops inbound texts. */
  inboundUrl: string | null;
};

const MESSAGING_URL = 'https://messaging.twilio.com/v1';
const ok = (body: object): AccountAnswer => ({ status: 200, body });

/**
 * The Messaging Services of the account, as messaging.twilio.com serves them.
 * @see https://www.twilio.com/docs/messaging/api/service-resource
 */
export class MessagingServices {
  readonly #accountSid: string;
  readonly #now: () => number;
  readonly #createdAt: number;
  readonly #services: Array<MessagingService & { updatedAt: number }>;

  /** @param now epoch ms */
  constructor(accountSid: string, services: readonly MessagingService[], now: () => number) {
    this.#accountSid = accountSid;
    this.#now = now;
    this.#createdAt = now();
    this.#services = services.map((service) => ({ ...service, updatedAt: this.#createdAt }));
  }

  /** Returns the service that a number is in. */
  of(number: string): MessagingService | undefined {
    return this.#services.find((one) => one.numbers.includes(number));
  }

  list(): AccountAnswer {
    const key = 'services';
    const url = `${MESSAGING_URL}/Services?PageSize=50&Page=0`;
    return ok({
      services: this.#services.map((service) => this.#resource(service)),
      meta: { page: 0, page_size: 50, first_page_url: url, previous_page_url: null, url, next_page_url: null, key },
    });
  }

  fetch(sid: string): AccountAnswer {
    const service = this.#find(sid);
    return service ? ok(this.#resource(service)) : apiErrors.notFound(`/v1/Services/${sid}`);
  }

  update(sid: string, form: URLSearchParams): AccountAnswer {
    const service = this.#find(sid);
    const defers = form.get('UseInboundWebhookOnNumber');
    if (service && defers !== null) {
      service.defersToNumber = defers === 'true';
      service.updatedAt = this.#now();
    }
    return this.fetch(sid);
  }

  /** Returns the membership of a number in a service. */
  fetchNumber(sid: string, phoneNumberSid: string): AccountAnswer {
    const path = `/Services/${sid}/PhoneNumbers/${phoneNumberSid}`;
    const number = this.#find(sid)?.numbers.find((one) => numberSid(one) === phoneNumberSid);
    if (!number) return apiErrors.notFound(`/v1${path}`);
    return ok({
      sid: phoneNumberSid,
      account_sid: this.#accountSid,
      service_sid: sid,
      date_created: new Date(this.#createdAt).toISOString(),
      date_updated: new Date(this.#createdAt).toISOString(),
      phone_number: number,
      country_code: 'US',
      capabilities: ['Voice', 'SMS', 'MMS'],
      url: `${MESSAGING_URL}${path}`,
    });
  }

  #find(sid: string): (MessagingService & { updatedAt: number }) | undefined {
    return this.#services.find((one) => one.sid === sid);
  }

  #resource({ sid, name, defersToNumber, inboundUrl, updatedAt }: MessagingService & { updatedAt: number }) {
    return {
      sid,
      account_sid: this.#accountSid,
      friendly_name: name,
      date_created: new Date(this.#createdAt).toISOString(),
      date_updated: new Date(updatedAt).toISOString(),
      inbound_request_url: inboundUrl,
      inbound_method: 'POST',
      fallback_url: null,
      fallback_method: 'POST',
      status_callback: null,
      use_inbound_webhook_on_number: defersToNumber,
      url: `${MESSAGING_URL}/Services/${sid}`,
    };
  }
}
