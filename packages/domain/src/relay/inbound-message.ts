import type { JobId, MessageSid } from '../ids.ts';

/**
 * A text as the webhook received it. `receivedAt` is epoch ms; `pathJob` is null when the path says `inbound`. `follows` names the sender's
 * texts of the seconds before, as far as the webhook knows them.
 */
export type InboundMessage = {
  messageSid: MessageSid;
  pathJob: JobId | null;
  receivedAt: number;
  from: string;
  to: string;
  body: string;
  optOutType: string | null;
  media: Array<{ url: string; contentType: string }>;
  follows?: MessageSid[];
};
