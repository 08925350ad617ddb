/*
 * node bench/edge-function.ts
 *
 * Measures one call of the edge function in njs, the engine that CloudFront's runtime is made from. CloudFront allows a call 1 ms of
 * processor time. Each call is compared with the cheapest one of the same run, a file that passes through, because milliseconds
 * depend on the machine and its load. Nothing here passes or fails.
 */
import { parseAccountId, parseJobId, parseLinkId } from '@qdn/domain';
import { buildViewerRequest } from '@qdn/edge-function';
import { hasNjs, meanMsInNjs } from '@qdn/edge-function/testing/engines';
import { createKeyring, shortLink, signToken } from '@qdn/lambda';

const CALLS = 2000;
const RUNS = 5;
const YEAR_MS = 365 * 86_400_000;

type Event = Parameters<typeof meanMsInNjs>[1]['event'];
const event = (uri: string, jobIdParameter?: string): Event => ({
  version: '1.0',
  context: {
    distributionDomainName: 'd1.cloudfront.net',
    distributionId: 'E1',
    eventType: 'viewer-request',
    requestId: 'req-1',
  },
  viewer: { ip: '192.0.2.1' },
  request: {
    method: 'GET',
    uri,
    querystring: jobIdParameter === undefined ? {} : { job_id: { value: jobIdParameter } },
    headers: { host: { value: 'd1.cloudfront.net' }, 'user-agent': { value: 'Mozilla/5.0' } },
    cookies: {},
  },
});

const measure = (): string[][] => {
  const [jobId, accountId, linkId] = [parseJobId('QDN-1042'), parseAccountId('lopez'), parseLinkId('abcdefgh')];
  if (!jobId || !accountId || !linkId) throw new Error('The example IDs do not parse');
  const pair = { current: { kid: 'k1', key: Buffer.alloc(32, 7).toString('base64url') } };
  const keyring = createKeyring({ track: pair, device: pair, operator: pair });
  const tokenUntil = (expiresAt: number) => signToken({ kind: 'track', jobId, accountId, linkId }, keyring, expiresAt);
  const now = Date.now();
  const token = tokenUntil(now + YEAR_MS);
  const calls: ReadonlyArray<readonly [string, Event]> = [
    ['passing a file through', event('/track/app.js')],
    ['verifying a token', event(`/api/jobs/${token}/location`)],
    ['refusing an expired token', event(`/api/jobs/${tokenUntil(now - 60_000)}/location`)],
    ['opening a short link', event(shortLink({ jobId, accountId }, keyring, now + YEAR_MS).path)],
    ['choosing a page in a roll-out', event('/track', token)],
  ];
  const rollout = { stable: 'index-v2.html', candidate: 'index-v3.html', percent: 50, previous: null };
  const keyValues = { 'track-keys': JSON.stringify(pair), rollout: JSON.stringify(rollout) };
  const code = buildViewerRequest();
  // Other programs can only slow a run down, so the fastest run is the most accurate.
  const fastest = (one: Event) =>
    Math.min(...Array.from({ length: RUNS }, () => meanMsInNjs(code, { event: one, keyValues, now }, CALLS)));
  const means = calls.map(([what, one]) => [what, fastest(one)] as const);
  const reference = means[0]?.[1] ?? Number.NaN;
  return means.map(([what, mean]) => [
    what,
    `${(mean / reference).toFixed(1)} x`,
    `${(mean * 1000).toFixed(0)} us here`,
  ]);
};

if (hasNjs()) for (const row of measure()) console.log(row.map((cell, i) => cell.padEnd(i === 0 ? 32 : 10)).join(''));
else console.log('njs is not installed (apt-get install njs).');
