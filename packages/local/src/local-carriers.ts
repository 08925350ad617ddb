import { join } from 'node:path';
import type { CallWebhooks, InboundWebhooks } from '@qdn/carrier-twilio/webhook-addresses';
import { ACCOUNT, REGION } from '@qdn/cloudformation/template';
import type { CompanyFile } from '@qdn/company';
import { pathTo } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { awsSms } from '@qdn/emulator-carriers/aws-sms';
import { type CarrierEmulator, startCarrierEmulator } from '@qdn/emulator-carriers/emulator';
import { publicKeyOf } from '@qdn/emulator-carriers/telnyx';
import { telnyx } from '@qdn/emulator-carriers/telnyx/on-phones';
import { demoCustomers } from './demo/jobs.ts';
import type { LocalSecrets } from './local-secrets.ts';
import type { Ports } from './options.ts';
import { TELNYX_SIGNING_KEY } from './telnyx-signing-key.ts';

/** The AWS number of this machine. It sends when Twilio is made to fail on the Phones page. */
const AWS_NUMBER = {
  identity: `arn:aws:sms-voice:${REGION}:${ACCOUNT}:phone-number/phone-local`,
  number: '+15125550143',
  configurationSet: 'qdn-relay',
} as const;

/** The Telnyx number of this machine. It sends when Twilio and AWS are both made to fail on the Phones page. */
const TELNYX_NUMBER = '+15125550144';

export type LocalCarriersOptions = {
  folder: string;
  ports: Pick<Ports, 'twilio' | 'awsSms' | 'telnyx'>;
  /** Public address of the site, without a trailing slash. */
  publicUrl: string;
  company: CompanyFile;
  jobPrefix: string;
  secrets: LocalSecrets;
  webhooks: InboundWebhooks & CallWebhooks;
  /** Puts a notification of AWS into the relay's queue. */
  publish: (body: string) => Promise<void>;
};

/** The phones of drivers, each once. */
const driversOf = ({ trailers = [] }: CompanyFile): Array<{ name: string; number: string; role: 'other' }> => {
  const all = trailers.flatMap(({ id, drivers = [] }) =>
    drivers.map(({ name, phone }) => ({ name: `${name}, driver of ${id}`, number: phone, role: 'other' as const })),
  );
  return all.filter(({ number }, i) => all.findIndex((other) => other.number === number) === i);
};

/** Starts the carriers with the company's numbers, and the phones of its customers and dispatchers. */
export const startLocalCarriers = (options: LocalCarriersOptions): Promise<CarrierEmulator> => {
  const { folder, ports, company, jobPrefix, secrets, webhooks, publish, publicUrl } = options;
  const { admin, pendingAdmin, sender, generation } = secrets;
  return startCarrierEmulator({
    port: ports.twilio,
    timeZone: company.timeZone,
    statePath: join(folder, 'twilio.json'),
    accountSid: admin.accountSid,
    generation,
    authTokens: [admin.authToken, ...(pendingAdmin ? [pendingAdmin.authToken] : [])],
    apiKeys: [{ sid: sender.apiKeySid, secret: sender.apiKeySecret }],
    numbers: [{ number: company.textNumber, name: company.name, ...webhooks }],
    ...(company.senders ? { senders: company.senders } : {}),
    phones: [
      ...demoCustomers(jobPrefix).map((customer) => ({ ...customer, role: 'customer' as const })),
      ...company.contacts.map(({ name, phone }) => ({ name, number: phone, role: 'dispatcher' as const })),
      ...driversOf(company),
      ...(company.operator ? [{ name: 'Operator', number: company.operator, role: 'dispatcher' as const }] : []),
    ],
    others: [
      awsSms({ ...AWS_NUMBER, port: ports.awsSms, name: `${company.name} over AWS`, publish }),
      telnyx({
        port: ports.telnyx,
        apiKey: secrets.telnyx.apiKey,
        number: TELNYX_NUMBER,
        name: `${company.name} over Telnyx`,
        signingKey: TELNYX_SIGNING_KEY,
        webhookUrl: () => `${publicUrl}${pathTo(routes.receiveCarrierWebhook, { carrier: 'telnyx' })}`,
      }),
    ],
  });
};

/** Returns the params that make the services send through the emulated carriers. */
export const carrierParams = (emulator: CarrierEmulator | null): Record<string, string> =>
  emulator
    ? {
        twilioApiUrl: emulator.url,
        carriers: JSON.stringify([
          { name: 'twilio' },
          { name: 'aws', identity: AWS_NUMBER.identity, number: AWS_NUMBER.number },
          {
            name: 'telnyx',
            number: TELNYX_NUMBER,
            publicKeys: [publicKeyOf(TELNYX_SIGNING_KEY)],
            apiUrl: emulator.urlOf('telnyx') ?? undefined,
          },
        ]),
      }
    : {};

/** Returns the environment variables that make the services' AWS SDK use the emulated carrier. */
export const carrierEnvironment = (emulator: CarrierEmulator | null): Record<string, string> =>
  emulator ? { AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: emulator.urlOf('aws') ?? '' } : {};
