import { signatureOf } from '@qdn/emulator-carriers/twilio/signature';
import type { HttpRequest, HttpResponse, IncomingText } from '@qdn/world';
import type { Nemesis } from '../nemesis/nemesis.ts';
import type { Random } from '../nemesis/random.ts';
import type { Timeline } from '../nemesis/timeline.ts';
import type { FaultSchedule } from './fault-schedule.ts';
import type { AcceptedSms } from './phone-network.ts';
import { AUTH_TOKEN, PUBLIC_URL } from './virtual-functions.ts';

/** Number of Twilio's retries, as `rc=3` in the webhook's URL. */
const WEBHOOK_RETRIES = 3;
/** Time until a webhook arrives, and of a late one, in ms. */
const WEBHOOK_MS = [200, 900] as const;
const LATE_WEBHOOK_MS = 20_000;
const ACCOUNT_SID = `AC${'0'.repeat(32)}`;

type Parameters = Readonly<Record<string, string>>;

/** Webhooks of the carrier. */
export type TwilioWebhooks = {
  /** Delivers a text from a phone, with retries and the fallback URL. @returns its SID */
  receive(text: IncomingText): string;
  /** Sends the receipts of an accepted text: out of order, repeatedly or never, as the faults decide. */
  sendReceipts(text: AcceptedSms): void;
};

const formOf = (messageSid: string, { from, to, body, media }: IncomingText): Parameters => ({
  MessageSid: messageSid,
  AccountSid: ACCOUNT_SID,
  From: from,
  To: to,
  Body: body,
  NumMedia: String(media.length),
  ...Object.fromEntries(
    media.flatMap((url, i) => [
      [`MediaUrl${i}`, url],
      [`MediaContentType${i}`, 'image/jpeg'],
    ]),
  ),
});

/** Creates the webhooks. @param send sends a request to the system and returns its answer */
export const createTwilioWebhooks = (
  send: (request: HttpRequest) => Promise<HttpResponse>,
  setting: { random: Random; timeline: Timeline; nemesis: Pick<Nemesis, 'strikes'>; faults: FaultSchedule },
): TwilioWebhooks => {
  const { random, timeline, nemesis, faults } = setting;
  let texts = 0;

  const post = async (path: string, parameters: Parameters): Promise<number> => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signatureOf(AUTH_TOKEN, `${PUBLIC_URL}${path}`, parameters),
    };
    return (await send({ method: 'POST', path, headers, body: new URLSearchParams(parameters).toString() })).status;
  };
  const deliver = async (parameters: Parameters, retries: number): Promise<void> => {
    if ((await post('/api/jobs/inbound/messages', parameters)) === 200) return;
    if (retries > 0) return timeline.after(random.between(100, 1000), () => deliver(parameters, retries - 1));
    await post('/api/fallback/jobs/inbound/messages', { ...parameters, ErrorCode: '11200' });
  };
  const report = async (text: AcceptedSms, status: string, retries: number): Promise<void> => {
    const { carrierSid, sms, errorCode } = text;
    const isFailure = status === 'undelivered';
    const answer = await post(`/api/messages/${sms.outboundMessageId}/status`, {
      MessageSid: carrierSid,
      AccountSid: ACCOUNT_SID,
      MessageStatus: status,
      ...(isFailure ? { ErrorCode: String(errorCode) } : {}),
    });
    if (answer !== 204 && retries > 0)
      timeline.after(random.between(500, 5000), () => report(text, status, retries - 1));
  };

  return {
    receive: (text) => {
      texts += 1;
      const messageSid = `${text.media.length > 0 ? 'MM' : 'SM'}${texts.toString(16).padStart(32, '0')}`;
      const parameters = formOf(messageSid, text);
      const isLate = faults.lateWebhook > 0 && random.chance(faults.lateWebhook);
      const delayMs = random.between(...WEBHOOK_MS) + (isLate ? random.between(0, LATE_WEBHOOK_MS) : 0);
      timeline.after(delayMs, () => deliver(parameters, WEBHOOK_RETRIES));
      if (nemesis.strikes('repeated-webhook'))
        timeline.after(delayMs + random.between(100, 120_000), () => deliver(parameters, WEBHOOK_RETRIES));
      return messageSid;
    },
    sendReceipts: (text) => {
      if (nemesis.strikes('receipts-missing')) return;
      const inOrder = ['sent', text.errorCode === null ? 'delivered' : 'undelivered'];
      const statuses = nemesis.strikes('receipts-disordered') ? inOrder.toReversed() : inOrder;
      if (nemesis.strikes('receipts-repeated')) statuses.push(random.pick(inOrder));
      let delayMs = 0;
      for (const status of statuses) {
        delayMs += random.between(300, 3000);
        timeline.after(delayMs, () => report(text, status, WEBHOOK_RETRIES));
      }
    },
  };
};
