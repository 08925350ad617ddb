import type { EmulatedCarrier, PhoneNetwork } from '../phones/emulated-carrier.ts';
import { CARRIER_FAULTS, FAULTS } from '../phones/faults.ts';
import { createAccountApi } from './account-api.ts';
import { CallNetwork } from './call-network.ts';
import { CallsApi } from './calls-api.ts';
import { TWILIO } from './carrier-fault.ts';
import type { Senders } from './channel-address.ts';
import { createCredentials } from './credentials.ts';
import { createMediaCdn, type MediaCdn } from './media-cdn.ts';
import { messagesPath } from './message-resource.ts';
import { MessagesApi } from './messages-api.ts';
import type { MessagingService } from './messaging-services.ts';
import { TwilioNetwork } from './network.ts';
import { NumbersApi } from './numbers-api.ts';
import { type Account, createRestApi, type RestApi } from './rest-api.ts';

export type TwilioOptions = Account & {
  /** Messaging Services that the numbers are in; none by default. */
  messagingServices?: readonly MessagingService[];
  /** The account redacts the bodies of its messages; false by default. */
  redactsBodies?: boolean;
  /** The account's senders on WhatsApp and RCS. Their texts come to the webhooks of the first number. */
  senders?: Senders;
};

/** Twilio, before it has a server: the Phones page and its API share one. */
export type Twilio = {
  api: RestApi;
  cdn: MediaCdn;
  /** Sets the account's balance, in US dollars. */
  setBalance(amount: string): void;
  /** Starts the network. @param url the base URL of the API, from which media URLs are made */
  start(url: string): EmulatedCarrier;
};

/** Emulates Twilio (docs/adr/0003-twilio-emulator.md): the REST API, signed webhooks and status callbacks, and keywords. */
export const createTwilio = (options: TwilioOptions, { memory, clock, pace }: PhoneNetwork): Twilio => {
  const { accountSid } = options;
  let baseUrl = '';
  let balance = '20.00';
  const credentials = createCredentials(memory, options, clock.now);
  const numbers = new NumbersApi(accountSid, options.numbers, options.messagingServices ?? [], clock.now);
  const network = new TwilioNetwork(memory, {
    accountSid,
    authToken: credentials.primary,
    numberOf: (number) => numbers.find(number),
    webhooksOf: (number) => numbers.webhooksOf(number),
    ...(options.senders ? { senders: options.senders } : {}),
    clock,
    pace,
    mediaUrl: (messageSid, mediaSid) => `${baseUrl}${messagesPath(accountSid)}/${messageSid}/Media/${mediaSid}`,
  });
  const calls = new CallNetwork(memory, {
    accountSid,
    authToken: credentials.primary,
    numberOf: (number) => numbers.find(number),
    voiceOf: (number) => numbers.voiceOf(number),
    clock,
    pace,
  });
  const cdn = createMediaCdn(clock.now);
  const account = createAccountApi(accountSid, credentials, clock.now, () => balance);
  const messages = new MessagesApi({ account: options, numbers, memory, network, cdn });
  const callsApi = new CallsApi({ accountSid, numbers, memory, network: calls });
  const api = createRestApi({ accountSid, account, numbers, messages, calls: callsApi, credentials, memory, clock });
  return {
    api,
    cdn,
    setBalance: (amount) => {
      balance = amount;
    },
    start: (url) => {
      baseUrl = url;
      network.resume();
      calls.resume();
      return {
        id: TWILIO,
        name: 'Twilio',
        url,
        numbers: options.numbers,
        faults: Object.fromEntries(CARRIER_FAULTS.map((name) => [name, FAULTS[name]])),
        takesPhotos: true,
        receive: (text) => network.receive(text),
        call: (call) => calls.receive(call),
        hangUp: (callSid) => calls.hangUp(callSid),
        repeat: (sid) => network.repeat(sid),
        settled: async () => {
          await calls.settled();
          await network.settled();
        },
        close: async () => {
          await calls.stop();
          await network.stop();
        },
      };
    },
  };
};
