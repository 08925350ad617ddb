import type { Channel, SmsCarrier } from '@qdn/domain';

/** Reads a secret. `fresh` bypasses the cached secret; the reader limits the rate of such reads. */
export type ReadSecret = <Secret>(isSecret: (value: unknown) => value is Secret, fresh: boolean) => Promise<Secret>;

/** Everything that an adapter needs to connect to its carrier. */
export type CarrierContext = {
  /** The number that texts go out from, in E.164. */
  number: string;
  /** The company's number as the carrier names it; empty when it needs none. */
  identity: string;
  /** The company's senders on other channels than SMS, for a carrier that has them. */
  senders?: Readonly<Partial<Record<Exclude<Channel, 'sms'>, string>>>;
  /** URL of the site, without a trailing slash. The webhooks' URLs begin with it. */
  publicUrl: string;
  /** Another base URL of the carrier's API, for an emulator. */
  apiUrl: string | undefined;
  /** Reads the carrier's sending secret. */
  readSecret: ReadSecret;
};

/** Makes a carrier that sends, with credentials that may be rotated at any time. */
export type ConnectCarrier = (context: CarrierContext) => SmsCarrier;
