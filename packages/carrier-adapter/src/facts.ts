/** One of the company's carriers, as the company file sets it up. */
export type CarrierSetting = {
  name: string;
  /** The number that its texts go out from and come in to, in E.164. */
  number?: string | undefined;
  /** The number as the carrier names it, such as an ARN. */
  identity?: string | undefined;
  /** Public keys that check its webhooks, in base64. Two while the carrier's key is being replaced. */
  publicKeys?: readonly string[] | undefined;
  /** Another base URL of the carrier's API, for an emulator. */
  apiUrl?: string | undefined;
};

/** Facts about a carrier that the deployment and the company file need. They hold no code that sends. */
export type CarrierFacts = {
  name: string;
  /** Required settings in the company file, each with the words of an error message. `pattern` applies to each value of a list. */
  needs: Readonly<Partial<Record<'number' | 'identity' | 'publicKeys', { what: string; pattern: RegExp }>>>;
  /**
   * IDs of its secrets in Secrets Manager, for the worker that sends and for the function that checks webhooks. Never the same ID:
   * the webhook function is public and must not be able to read a sending key.
   */
  secrets: { sending: string | null; webhook: string | null };
  /** Names in the owner's file (.secrets/qdn.env) of the credentials for sending, by property of the secret. */
  ownerNames: Readonly<Record<string, { name: string; what: string; where: string }>>;
  /** True for a carrier that carries WhatsApp and RCS too. The others get a person's plain number. */
  hasChannels?: boolean;
  /** IAM actions on its identity that sending needs. */
  sendActions: readonly string[];
};

/** The required setting of a carrier with its own number, in E.164. */
export const OWN_NUMBER = {
  what: 'the number that its texts go out from, like +15125550143',
  pattern: /^\+[1-9]\d{6,14}$/,
} as const;
