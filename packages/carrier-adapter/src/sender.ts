import type { SmsCarrier } from '@qdn/domain';

/** Reads a secret. `fresh` bypasses the cached secret; the reader limits the rate of such reads. */
export type ReadSecret = <Secret>(isSecret: (value: unknown) => value is Secret, fresh: boolean) => Promise<Secret>;

/** Everything that an adapter needs to build its sender. */
export type SenderContext = {
  /** The number that texts go out from, in E.164. */
  number: string;
  /** The sender as the carrier names it; empty when it needs none. */
  identity: string;
  /** URL of the site, without a trailing slash. The webhooks' URLs begin with it. */
  publicUrl: string;
  /** Another base URL of the carrier's API, for an emulator. */
  apiUrl: string | undefined;
  /** Reads the carrier's sending secret. */
  readSecret: ReadSecret;
};

export type CreateSender = (context: SenderContext) => SmsCarrier;
