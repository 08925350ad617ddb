import type { Memory } from '../phones/memory.ts';
import type { Call } from '../phones/page/view.ts';
import { toE164 } from '../phones/phone-number.ts';
import { numberSid } from './account-number.ts';
import { type ApiError, apiErrors } from './api-error.ts';
import { faultAnswer, type Outcome, refuse } from './api-outcome.ts';
import type { CallNetwork } from './call-network.ts';
import { takeFault } from './carrier-fault.ts';
import { listPage } from './list-page.ts';
import { API_VERSION, rfc2822 } from './message-resource.ts';
import type { NumbersApi } from './numbers-api.ts';

const isHttpUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
const DAY_MS = 86_400_000;

/** Numbers that an account may not call by default: https://www.twilio.com/docs/api/errors/21215 */
const NOT_PERMITTED = /^\+1900|^\+(?:88[128]|979|870)/;

export type CallsApiParts = { accountSid: string; numbers: NumbersApi; memory: Memory; network: CallNetwork };

/**
 * Serves Twilio's Call resource: create, list, fetch.
 * @see https://www.twilio.com/docs/voice/api/call-resource
 */
export class CallsApi {
  readonly #parts: CallsApiParts;
  readonly #path: string;

  constructor(parts: CallsApiParts) {
    this.#parts = parts;
    this.#path = `/${API_VERSION}/Accounts/${parts.accountSid}/Calls`;
  }

  async create(form: URLSearchParams): Promise<Outcome> {
    const { memory, network } = this.#parts;
    const to = toE164(form.get('To') ?? '');
    const fault = takeFault(memory, to ?? '');
    const failed = faultAnswer(fault);
    if (failed) return failed;
    const refused = this.#check(form, to);
    if (refused || !to) return refuse(refused ?? apiErrors.callToInvalid(''));
    const from = toE164(form.get('From') ?? '') ?? '';
    const call = network.place({ from, to, url: form.get('Url') ?? '', statusCallback: form.get('StatusCallback') });
    const body = this.#resource(call);
    await memory.saved();
    if (fault === 'accept-and-drop' || fault === 'accept-and-500') return refuse(apiErrors.internal());
    return { kind: 'json', status: 201, body };
  }

  list(query: URLSearchParams): Outcome {
    const [to, from, after] = [query.get('To'), query.get('From'), query.get('StartTime>')];
    const since = after === null ? 0 : Date.parse(after);
    const isListed = (call: Call): boolean =>
      (to === null || call.to === to) &&
      (from === null || call.from === from) &&
      call.createdAt >= since - (since % DAY_MS);
    const listed = this.#parts.memory.calls.filter(isListed).toReversed();
    return {
      kind: 'json',
      status: 200,
      body: listPage('calls', `${this.#path}.json`, listed, query, (one) => this.#resource(one)),
    };
  }

  fetch(sid: string, path: string): Outcome {
    const call = this.#parts.memory.calls.find((one) => one.sid === sid);
    return call ? { kind: 'json', status: 200, body: this.#resource(call) } : refuse(apiErrors.notFound(path));
  }

  /** Returns Twilio's first reason to refuse a call. */
  #check(form: URLSearchParams, to: string | null): ApiError | null {
    const [from, url, callback] = [form.get('From'), form.get('Url'), form.get('StatusCallback')];
    if (!form.get('To')) return apiErrors.callTo();
    if (!from) return apiErrors.callFrom();
    if (!to) return apiErrors.callToInvalid(form.get('To') ?? '');
    if (!url || !isHttpUrl(url)) return apiErrors.callUrl(url ?? '');
    if (!this.#parts.numbers.find(toE164(from) ?? '')) return apiErrors.callerNotVerified(from);
    if (NOT_PERMITTED.test(to)) return apiErrors.callNotPermitted(to);
    if (callback && !isHttpUrl(callback)) return apiErrors.invalidStatusCallback(callback);
    return null;
  }

  #resource(call: Call) {
    const own = call.direction === 'inbound' ? call.to : call.from;
    const path = `${this.#path}/${call.sid}`;
    return {
      sid: call.sid,
      date_created: rfc2822(call.createdAt),
      date_updated: rfc2822(call.endedAt ?? call.createdAt),
      parent_call_sid: null,
      account_sid: this.#parts.accountSid,
      to: call.to,
      to_formatted: call.to,
      from: call.from,
      from_formatted: call.from,
      phone_number_sid: numberSid(own),
      status: call.status,
      start_time: rfc2822(call.createdAt),
      end_time: rfc2822(call.endedAt),
      duration: call.endedAt === null ? null : String(Math.round((call.endedAt - call.createdAt) / 1000)),
      price: null,
      price_unit: 'USD',
      direction: call.direction,
      answered_by: null,
      api_version: API_VERSION,
      forwarded_from: null,
      group_sid: null,
      caller_name: null,
      queue_time: '0',
      trunk_sid: null,
      uri: `${path}.json`,
      subresource_uris: { events: `${path}/Events.json`, recordings: `${path}/Recordings.json` },
    };
  }
}
