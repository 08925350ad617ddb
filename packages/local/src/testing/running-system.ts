import { setTimeout } from 'node:timers/promises';
import type { AccountId, JobId, LinkId, TrailerId } from '@qdn/domain';
import { createKeyring, signToken } from '@qdn/lambda';
import type { HttpRequest, HttpResponse, SentText, System, TokenSubject } from '@qdn/world';

/** Addresses and keys of a system that runs on this machine. */
export type RunningSystem = {
  edgeUrl: string;
  phonesUrl: string;
  tokens: Parameters<typeof createKeyring>[0];
};

type PhoneMessage = {
  direction: string;
  from: string;
  to: string;
  body: string;
  media: readonly { url: string }[];
  status: string;
  createdAt: number;
};

const TOKEN_LIFE_MS = 24 * 3_600_000;
/** Interval at which the phones' texts are read while time passes, in ms. */
const LOOK_EVERY_MS = 500;
const LINK_ID = 'worldlnk' as LinkId;

/** Texts that have not reached their phone. */
const NOT_RECEIVED = new Set(['failed', 'undelivered']);

const sentTextOf = ({ createdAt, from, to, body, media }: PhoneMessage): SentText => ({
  at: createdAt,
  from,
  to,
  body,
  media: media.map(({ url }) => url),
});

/** Sends a request to the edge, as browsers and devices do. */
const send =
  (edgeUrl: string) =>
  async ({ method, path, headers, body }: HttpRequest): Promise<HttpResponse> => {
    const init = { method, headers: { ...headers }, redirect: 'manual' } as const;
    const response = await fetch(`${edgeUrl}${path}`, body === undefined ? init : { ...init, body });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  };

const tokensOf = ({ tokens }: RunningSystem, request: System['request']): System['tokenFor'] => {
  const keyring = createKeyring(tokens);
  const operator = (): string => signToken({ kind: 'operator', label: 'world' }, keyring, Date.now() + TOKEN_LIFE_MS);
  const accountOf = async (jobId: string): Promise<AccountId> => {
    const headers = { authorization: `Bearer ${operator()}` };
    const { status, body } = await request({ method: 'GET', path: `/api/jobs/${jobId}`, headers });
    if (status !== 200) throw new Error(`The local system answered ${status} for ${jobId}.`);
    return (JSON.parse(body) as { accountId: AccountId }).accountId;
  };
  return async (subject: TokenSubject): Promise<string> => {
    const expiresAt = Date.now() + TOKEN_LIFE_MS;
    if (subject.audience === 'operator') return operator();
    if (subject.audience === 'device')
      return signToken({ kind: 'device', trailerId: subject.trailerId as TrailerId }, keyring, expiresAt);
    const jobId = subject.jobId as JobId;
    return signToken({ kind: 'track', jobId, accountId: await accountOf(jobId), linkId: LINK_ID }, keyring, expiresAt);
  };
};

/**
 * Opens a system that runs on this machine, through HTTP alone: its edge, and the phones of the carrier emulator. Time is real, and
 * only texts since the opening count.
 */
export const openRunningSystem = async (running: RunningSystem): Promise<System> => {
  const openedAt = Date.now();
  const request = send(running.edgeUrl);
  let texts: readonly SentText[] = [];
  const act = (name: string, input: object): Promise<Response> =>
    fetch(`${running.phonesUrl}/actions/${name}`, { method: 'POST', body: JSON.stringify(input) });
  const look = async (): Promise<void> => {
    const state = (await (await fetch(`${running.phonesUrl}/state`)).json()) as { messages: readonly PhoneMessage[] };
    texts = state.messages
      .filter(
        ({ direction, status, createdAt }) =>
          direction !== 'inbound' && !NOT_RECEIVED.has(status) && createdAt >= openedAt,
      )
      .map(sentTextOf)
      .toSorted((one, other) => one.at - other.at);
  };
  return {
    request,
    deliverText: async ({ from, to, body, media }) => {
      // A phone that is known already is refused, and does not matter.
      await act('phone', { number: from, name: from });
      const answer = await act('text', { from, to, body, photo: media.length > 0 });
      if (!answer.ok) throw new Error(`The phones refused a text from ${from}: ${await answer.text()}`);
    },
    tokenFor: tokensOf(running, request),
    now: Date.now,
    advanceTo: async (at) => {
      while (Date.now() < at) await setTimeout(Math.min(LOOK_EVERY_MS, at - Date.now()));
      await look();
    },
    sentTexts: () => texts,
    logCounts: () => ({}),
    usage: () => ({}),
    close: async () => {},
  };
};
