import type { JobId, MessageSid } from '../ids.ts';

/** A text as the webhook received it. `receivedAt` is epoch ms; `pathJob` is null when the path says `inbound`. */
export type InboundMessage = {
  messageSid: MessageSid;
  pathJob: JobId | null;
  receivedAt: number;
  from: string;
  to: string;
  body: string;
  optOutType: string | null;
  media: Array<{ url: string; contentType: string }>;
};
