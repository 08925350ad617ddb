/*
 * node bench/edge.ts
 *
 * Measures the origin requests of viewers and the age of the positions on their screens. It uses the packaged distribution with
 * its function at the local edge, an API that has the newest fix, and viewers who poll as the page does. Time is simulated, so
 * that five minutes take seconds.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseAccountId, parseJobId, parseLinkId } from '@qdn/domain';
import { readDistribution, startEdge } from '@qdn/emulator-cloudfront';
import { CACHE_CONTROL, createKeyring, signToken } from '@qdn/lambda';
import { INTERVAL_MS, intervalMs } from '@qdn/tracking-page/polling';
import { templatesWith } from '../tests/templates.ts';
import { quantile } from './quantile.ts';

const START = Date.UTC(2026, 10, 23, 15);
const FIX_EVERY_MS = 10_000;
/** From the trailer's receiver to the table: the tracker's own delay, the network, and the write. */
const FIX_TAKES_MS = 1500;
const SAMPLE_EVERY_MS = 1000;

/** Pseudo-random numbers in [0, 1), the same in each run. */
const seeded = (seed: number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

/** Ages of positions, in ms: `received` when an answer arrives, `seen` on the screen in each second. */
export type Freshness = { polls: number; originPerMinute: number; received: number[]; seen: number[] };

/**
 * Simulates viewers of one job for some minutes, at the real edge.
 * @param wait delay of a viewer after an answer of that age, both in ms; by default that of the page
 */
export const watchJob = async (
  viewers: number,
  minutes: number,
  wait: (ageMs: number, random: number) => number = intervalMs,
): Promise<Freshness> => {
  const clock = { now: START };
  let origin = 0;
  const newestFix = (at: number) => Math.floor((at - FIX_TAKES_MS) / FIX_EVERY_MS) * FIX_EVERY_MS;
  const api = createServer((_, response) => {
    origin += 1;
    response
      .writeHead(200, {
        'content-type': 'application/json',
        'cache-control': CACHE_CONTROL.shared,
      })
      .end(JSON.stringify({ at: newestFix(clock.now) }));
  });
  api.listen(0, '127.0.0.1');
  await once(api, 'listening');
  const address = api.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  try {
    const { 'tracking-site': template } = await templatesWith({}, ['tracking-site']);
    if (!template) throw new Error('tracking-site was not packaged');
    const pair = { current: { kid: 'k1', key: Buffer.alloc(32, 7).toString('base64url') } };
    const keyring = createKeyring({ track: pair, device: pair, operator: pair });
    const edge = await startEdge({
      port: 0,
      distribution: readDistribution(template),
      kvs: { get: (name) => (name === 'track-keys' ? JSON.stringify(pair) : undefined) },
      apiOrigins: [{ service: 'job-api', url, routes: ['GET /api/jobs/{job_id}/location'] }],
      siteOrigin: url,
      log: () => {},
      clock: () => clock.now,
    });
    try {
      const random = seeded(1);
      const [jobId, accountId] = [parseJobId('QDN-1042'), parseAccountId('a')];
      const due = Array.from({ length: viewers }, (_, n) => {
        const linkId = parseLinkId(`viewer-${100 + n}`);
        if (!jobId || !accountId || !linkId) throw new Error('The example IDs do not parse');
        const token = signToken({ kind: 'track', jobId, accountId, linkId }, keyring, START + 86_400_000);
        return {
          at: START + random() * INTERVAL_MS,
          path: `/api/jobs/${token}/location`,
          shown: null as number | null,
        };
      });
      const received: number[] = [];
      const seen: number[] = [];
      let polls = 0;
      let sampled = START;
      for (;;) {
        const viewer = due.reduce((next, one) => (one.at < next.at ? one : next));
        const at = Math.floor(viewer.at);
        if (at >= START + minutes * 60_000) break;
        for (; sampled < at; sampled += SAMPLE_EVERY_MS)
          for (const { shown } of due) if (shown !== null) seen.push(sampled - shown);
        clock.now = at;
        const answer = await fetch(edge.url + viewer.path);
        const { at: fix } = (await answer.json()) as { at: number };
        polls += 1;
        received.push(at - fix);
        viewer.shown = fix;
        viewer.at = at + wait(Number(answer.headers.get('age') ?? 0) * 1000, random());
      }
      return { polls, originPerMinute: origin / minutes, received, seen };
    } finally {
      await edge.close();
    }
  } finally {
    api.close();
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const minutes = 5;
  const rows = [
    ['viewers', 'polls a minute', 'origin a minute', 'received: mean', 'p99', 'on the screen: mean', 'p99'],
  ];
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const ways: Array<[string, (ageMs: number, random: number) => number]> = [
    ['as the page does', intervalMs],
    ['in their own time', (_, random) => INTERVAL_MS + random * 1000],
  ];
  for (const [way, wait, viewers] of ways.flatMap(([way, wait]) => [1, 10, 50].map((n) => [way, wait, n] as const))) {
    const { polls, originPerMinute, received, seen } = await watchJob(viewers, minutes, wait);
    rows.push([
      way,
      String(viewers),
      (polls / minutes).toFixed(0),
      originPerMinute.toFixed(1),
      seconds(mean(received)),
      seconds(quantile(received, 0.99)),
      seconds(mean(seen)),
      seconds(quantile(seen, 0.99)),
    ]);
  }
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
