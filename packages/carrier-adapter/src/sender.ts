import type { SmsCarrier } from '@qdn/domain';

/** Reads a secret. `fresh` asks the store although the kept secret is young; the reader limits how often that happens. */
export type ReadSecret = <Secret>(isSecret: (value: unknown) => value is Secret, fresh: boolean) => Promise<Secret>;

/** Everything that an adapter makes its sender of. */
export type SenderContext = {
  /** The number that texts go out from, in E.164. */
  number: string;
  /** The sender as the carrier names it; empty when it needs none. */
  identity: string;
  /** Of the site, without a trailing slash: webhooks are called below it. */
  publicUrl: string;
  /** Another base URL of the carrier's API, for an emulator. */
  apiUrl: string | undefined;
  /** Reads the carrier's sending secret. */
  readSecret: ReadSecret;
};

export type CreateSender = (context: SenderContext) => SmsCarrier;
