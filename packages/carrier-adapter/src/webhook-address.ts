import { pathTo } from '@qdn/contracts';
import { receiveCarrierWebhook } from '@qdn/contracts/routes';

/** The query parameter of a text's webhook address that names our outbound message. */
const MESSAGE = 'message';

/**
 * Returns the address that a carrier calls about one text, for a carrier whose API takes no reference of ours and shows this address
 * in each event about the text.
 */
export const webhookAddress = (publicUrl: string, carrier: string, outboundMessageId: string): string =>
  `${publicUrl}${pathTo(receiveCarrierWebhook, { carrier })}?${new URLSearchParams({ [MESSAGE]: outboundMessageId })}`;

/** Reads the ID of our outbound message from the address in a signed event; null when there is none. */
export const messageIdIn = (address: unknown): string | null =>
  typeof address === 'string' && URL.canParse(address) ? new URL(address).searchParams.get(MESSAGE) : null;
