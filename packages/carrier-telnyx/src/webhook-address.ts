/** The query parameter of a text's webhook address that names our outbound message. */
const MESSAGE = 'message';

/**
 * Returns the address that Telnyx calls about one text. Telnyx's API takes no reference of ours, and shows this address in each
 * event about the text.
 */
export const webhookAddress = (publicUrl: string, effectId: string): string =>
  `${publicUrl}/api/carriers/telnyx/webhook?${new URLSearchParams({ [MESSAGE]: effectId })}`;

/**
 * Reads the ID of our outbound message from the address in an event; null when there is none. The address in the event is signed.
 * The one that was called is not: the signature covers timestamp and body alone.
 */
export const messageIdIn = (address: unknown): string | null =>
  typeof address === 'string' && URL.canParse(address) ? new URL(address).searchParams.get(MESSAGE) : null;
