/** One of the company's carriers, as the company file sets it up. */
export type CarrierSetting = {
  name: string;
  /** The number that its texts go out from and come in to, in E.164. */
  number?: string | undefined;
  /** The sender as the carrier names it, such as an ARN. */
  identity?: string | undefined;
  /** Another base URL of the carrier's API, for an emulator. */
  apiUrl?: string | undefined;
};

/** Facts about a carrier that a deployment and the company file need: no code that sends. */
export type CarrierFacts = {
  name: string;
  /** Settings that it needs in the company file, each with the words of an error message. */
  needs: Readonly<Partial<Record<'number' | 'identity', { what: string; pattern: RegExp }>>>;
  /** IDs of its secrets in Secrets Manager: of the worker that sends, of the function that checks its webhooks. */
  secrets: { sender: string | null; webhook: string | null };
  /** Credentials in the owner's file (.secrets/qdn.env), as properties of the sender's secret; none for a carrier without. */
  ownerNames: Readonly<Record<string, { name: string; what: string; where: string }>>;
  /** IAM actions that sending takes, on its identity. */
  sendActions: readonly string[];
};

/** A number in E.164, as every carrier with a number of its own needs it. */
export const OWN_NUMBER = {
  what: 'the number that its texts go out from, like +15125550143',
  pattern: /^\+[1-9]\d{6,14}$/,
} as const;
