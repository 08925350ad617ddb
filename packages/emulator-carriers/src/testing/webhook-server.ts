import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import webhooks from 'twilio/lib/webhooks/webhooks.js';

/** One call of a webhook. `signed` is the result of Twilio's own package. */
export type WebhookCall = {
  path: string;
  parameters: Record<string, string>;
  headers: IncomingMessage['headers'];
  signed: boolean;
};

export const EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

type Answer = (call: WebhookCall, response: ServerResponse) => void;
export const twiml =
  (body = EMPTY_TWIML, status = 200): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  };

/** Starts a server that records webhooks and status callbacks; `answer` may be changed at any time. */
export const startWebhookServer = async (authToken: string) => {
  const calls: WebhookCall[] = [];
  const state: { answer: Answer } = { answer: twiml() };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const parameters = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
    const path = request.url ?? '';
    const signature = String(request.headers['x-twilio-signature']);
    const signed = webhooks.validateRequest(authToken, signature, `http://${request.headers.host}${path}`, parameters);
    const call = { path, parameters, headers: request.headers, signed };
    calls.push(call);
    state.answer(call, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    calls,
    answerWith: (answer: Answer): void => {
      state.answer = answer;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
export type WebhookServer = Awaited<ReturnType<typeof startWebhookServer>>;
