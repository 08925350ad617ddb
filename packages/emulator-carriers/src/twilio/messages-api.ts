import { createHash } from 'node:crypto';
import type { Memory, StoredMessage } from '../phones/memory.ts';
import { toE164 } from '../phones/phone-number.ts';
import { type ApiError, apiErrors } from './api-error.ts';
import { faultAnswer, type Outcome, refuse } from './api-outcome.ts';
import { takeFault } from './carrier-fault.ts';
import { type Channel, channelAddress, numberBehind } from './channel-address.ts';
import { listPage } from './list-page.ts';
import type { MediaCdn } from './media-cdn.ts';
import {
  isListed,
  type MessageAccount,
  messagesPath,
  parseListQuery,
  rfc2822,
  toResource,
} from './message-resource.ts';
import type { TwilioNetwork } from './network.ts';
import type { NumbersApi } from './numbers-api.ts';

const MAX_BODY_LENGTH = 1600;
const MAX_MEDIA = 10;

/** Returns the SID of a picture: from the address when a phone sent it, a hash of the address when the product sent it. */
const mediaSid = (url: string): string =>
  /\/(ME[0-9a-f]{32})$/.exec(url)?.[1] ?? `ME${createHash('sha256').update(url).digest('hex').slice(0, 32)}`;

const isHttpUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

export type MessagesApiParts = {
  account: MessageAccount;
  numbers: NumbersApi;
  memory: Memory;
  network: TwilioNetwork;
  cdn: MediaCdn;
};

/**
 * Serves Twilio's Message resource and its Media: create, list, fetch.
 * @see https://www.twilio.com/docs/messaging/api/message-resource
 */
export class MessagesApi {
  readonly #account: MessageAccount;
  readonly #accountSid: string;
  readonly #numbers: NumbersApi;
  readonly #memory: Memory;
  readonly #network: TwilioNetwork;
  readonly #cdn: MediaCdn;

  constructor({ account, numbers, memory, network, cdn }: MessagesApiParts) {
    this.#account = account;
    this.#accountSid = account.accountSid;
    this.#numbers = numbers;
    this.#memory = memory;
    this.#network = network;
    this.#cdn = cdn;
  }

  async create(form: URLSearchParams): Promise<Outcome> {
    const to = numberBehind(form.get('To') ?? '');
    const fault = takeFault(this.#memory, to ?? '');
    const failed = faultAnswer(fault);
    if (failed) return failed;
    const refused = this.#check(form, to);
    if (refused || !to) return refuse(refused ?? apiErrors.invalidTo(''));
    if (fault === 'landline') return refuse(apiErrors.notMobile(to));
    const { channel } = channelAddress(form.get('To') ?? '');
    const from = channel ? this.#numbers.first() : (toE164(form.get('From') ?? '') ?? '');
    // Twilio knows opt-outs of texts only.
    if (!channel && this.#network.isOptedOut(to, from)) return refuse(apiErrors.optedOut());
    const message = this.#network.send({
      to,
      from,
      body: form.get('Body') ?? '',
      mediaUrls: form.getAll('MediaUrl'),
      statusCallback: form.get('StatusCallback') ?? this.#numbers.find(from)?.statusCallback ?? null,
      direction: 'outbound-api',
      fault,
      ...(channel ? { channel } : {}),
    });
    // The initial state, even if the message moves on while it is saved.
    const resource = toResource(message, this.#account);
    await this.#memory.saved();
    if (fault === 'accept-and-drop') return { kind: 'drop', message };
    if (fault === 'accept-and-500') return refuse(apiErrors.internal());
    return { kind: 'json', status: 201, body: resource, message };
  }

  list(query: URLSearchParams): Outcome {
    const listQuery = parseListQuery(query);
    const listed = this.#memory.messages
      .filter((message) => !message.carrier && isListed(message, listQuery, this.#account.senders))
      .reverse();
    const body = listPage('messages', `${messagesPath(this.#accountSid)}.json`, listed, query, (message) =>
      toResource(message, this.#account),
    );
    return { kind: 'json', status: 200, body };
  }

  fetch(sid: string, path: string): Outcome {
    return this.#ofMessage(sid, path, (message) => toResource(message, this.#account));
  }

  listMedia(sid: string, path: string, query: URLSearchParams): Outcome {
    return this.#ofMessage(sid, path, (message) =>
      listPage('media_list', `${this.#mediaPath(message)}.json`, message.media, query, (medium) =>
        this.#mediaResource(message, medium),
      ),
    );
  }

  fetchMedia(sid: string, media: string, path: string): Outcome {
    return this.#ofMessage(sid, path, (message) => {
      const medium = message.media.find((one) => mediaSid(one.url) === media);
      return medium ? this.#mediaResource(message, medium) : null;
    });
  }

  /** Redirects from a picture's own address to the CDN: https://www.twilio.com/docs/messaging/api/media-resource */
  redirectToPicture(sid: string, media: string, path: string): Outcome {
    const outcome = this.fetchMedia(sid, media, path);
    if (outcome.kind !== 'json' || outcome.status !== 200) return outcome;
    return { kind: 'json', status: 307, body: {}, headers: { location: this.#cdn.addressOf(media) } };
  }

  #ofMessage(sid: string, path: string, bodyOf: (message: StoredMessage) => object | null): Outcome {
    const message = this.#memory.message(sid);
    const body = message && bodyOf(message);
    return body ? { kind: 'json', status: 200, body } : refuse(apiErrors.notFound(path));
  }

  #mediaPath(message: StoredMessage): string {
    return `${messagesPath(this.#accountSid)}/${message.sid}/Media`;
  }

  #mediaResource(message: StoredMessage, { url, contentType }: StoredMessage['media'][number]) {
    const sid = mediaSid(url);
    return {
      sid,
      account_sid: this.#accountSid,
      parent_sid: message.sid,
      content_type: contentType,
      date_created: rfc2822(message.createdAt),
      date_updated: rfc2822(message.createdAt),
      uri: `${this.#mediaPath(message)}/${sid}.json`,
    };
  }

  /** Returns Twilio's reason to refuse a sender: on each channel it is one of the account's, and of the same channel as the recipient. */
  #checkFrom(channel: Channel | null, from: string, to: string): ApiError | null {
    const sender = channelAddress(from);
    if (sender.channel !== channel) return apiErrors.mixedChannels();
    if (channel) return this.#account.senders?.[channel] === sender.id ? null : apiErrors.noChannelSender();
    const number = toE164(from);
    if (!number) return apiErrors.invalidFrom(from);
    if (to === number) return apiErrors.sameNumber();
    return this.#numbers.find(number) ? null : apiErrors.foreignFrom(from);
  }

  /** Returns Twilio's first reason to refuse a text, in its order of checks. */
  #check(form: URLSearchParams, to: string | null): ApiError | null {
    const [body, from, callback] = [form.get('Body'), form.get('From'), form.get('StatusCallback')];
    const media = form.getAll('MediaUrl');
    if (!form.get('To')) return apiErrors.missingTo();
    if (form.get('MessagingServiceSid')) return apiErrors.noMessagingService();
    if (!from) return apiErrors.missingFrom();
    if (!body && media.length === 0) return apiErrors.missingBody();
    if (!to) return apiErrors.invalidTo(form.get('To') ?? '');
    const wrongFrom = this.#checkFrom(channelAddress(form.get('To') ?? '').channel, from, to);
    if (wrongFrom) return wrongFrom;
    if (body && body.length > MAX_BODY_LENGTH) return apiErrors.bodyTooLong();
    const wrong = media.find((url) => !isHttpUrl(url));
    if (wrong !== undefined) return apiErrors.invalidMediaUrl(wrong);
    if (media.length > MAX_MEDIA) return apiErrors.tooManyMedia();
    if (callback && !isHttpUrl(callback)) return apiErrors.invalidStatusCallback(callback);
    return null;
  }
}
