import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addUsage, type Count, type Counted, timesUsage } from '@qdn/cost';
import { intervalMs } from '@qdn/tracking-page/polling';
import { templatesWith } from '../templates.ts';
import { PARAMS, stackOf } from './templates.ts';
import { startWorld, type World } from './world.ts';

/* Runs the scenarios of packages/cost in turn on the packaged services. */

const MARIA = '+15125550111';
const DANA = '+15125550171';
const SITE = { lat: 30.2747, lon: -97.7404 };
const HOUR_MS = 3_600_000;
const FIX_EVERY_MS = 10_000;
/** Speed of the trailer, in m/s: too slow to arrive while calls are counted. */
const SPEED = 12;
const WAY_M = 90_000;
const METRES_PER_DEGREE = 111_320;

const newJob = (id: string, phone: string, trailer: string) => ({
  id,
  accountId: 'lopez',
  kind: 'delivery',
  customer: { name: 'Maria Lopez', phone },
  stops: [{ kind: 'drop_off', address: '1100 Congress Ave, Austin', ...SITE }],
  trailers: [trailer],
});

/** Returns the trailer's position `sinceMs` after its departure. */
const fixAt = (at: number, sinceMs: number) => ({
  at: new Date(at).toISOString(),
  lat: SITE.lat - (WAY_M - (SPEED * sinceMs) / 1000) / METRES_PER_DEGREE,
  lon: SITE.lon,
  accuracyM: 5,
  speedMps: SPEED,
});

/** The counted part of an hour, which is scaled to the hour: twice as long as secrets and keys of tables are cached. */
const PART_MS = 600_000;
const PARTS = HOUR_MS / PART_MS;

/** Returns the fixes of a part of an hour, in batches. */
const drive = async ({ clock, ask, device }: World, job: string, toAPost: number, fromMs: number): Promise<void> => {
  for (let done = 0; done < PART_MS / FIX_EVERY_MS; done += toAPost) {
    const fixes = Array.from({ length: toAPost }, () => {
      clock.advance(FIX_EVERY_MS);
      return clock.now();
    });
    const body = { fixes: fixes.map((at, i) => fixAt(at - 500, fromMs + (done + i + 1) * FIX_EVERY_MS)) };
    await ask('POST', `/api/jobs/${job}/location`, body, device);
  }
};

type Link = { url: string; token: string };

/** Follows a link: the page with all that it loads. */
const open = async ({ view, files }: World, link: Link): Promise<void> => {
  const { pathname, search } = new URL(link.url);
  const { text: html } = await view(`${pathname}${search}`);
  const named = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
  const map = files.filter((key) => key.startsWith('assets/map-')).map((key) => `/${key}`);
  for (const path of new Set([...named, ...map])) await view(path);
};

/** Views the page for the counted part of an hour, while the trailer drives. */
const viewPage = async (world: World, job: string, link: Link, fromMs: number): Promise<void> => {
  const { clock, view, aside, ask, device } = world;
  const began = clock.now();
  const end = began + PART_MS;
  let fixes = 0;
  while (clock.now() < end) {
    const { ageMs } = await view(`/api/jobs/${link.token}/location`);
    // Half of the jitter: its average.
    const next = clock.now() + intervalMs(ageMs, 0.5);
    while (began + (fixes + 1) * FIX_EVERY_MS <= next) {
      fixes += 1;
      clock.advance(Math.max(0, began + fixes * FIX_EVERY_MS - clock.now()));
      const body = { fixes: [fixAt(clock.now() - 500, fromMs + fixes * FIX_EVERY_MS)] };
      await aside(() => ask('POST', `/api/jobs/${job}/location`, body, device));
    }
    clock.advance(Math.max(0, next - clock.now()));
  }
};

const sumOf = (one: Count, other: Count): Count => {
  const calls: Record<string, number> = { ...one.calls };
  for (const [name, times] of Object.entries(other.calls)) calls[name] = (calls[name] ?? 0) + times;
  return { usage: addUsage(one.usage, other.usage), calls };
};

/** Rounds away the error of adding fractions. */
const rounded = ({ usage, calls }: Count): Count => ({
  usage: Object.fromEntries(Object.entries(usage).map(([meter, units]) => [meter, Number(units.toPrecision(6))])),
  calls: Object.fromEntries(Object.entries(calls).toSorted(([a], [b]) => (a < b ? -1 : 1))),
});

const scaled = (one: Count, factor: number): Count => ({
  usage: timesUsage(one.usage, factor),
  calls: Object.fromEntries(Object.entries(one.calls).map(([name, count]) => [name, count * factor])),
});

/** Lets minutes pass. */
const letMinutesPass = async ({ clock, pump }: World, minutes: number): Promise<void> => {
  for (let i = 0; i < minutes; i += 1) {
    clock.advance(60_000);
    await pump();
  }
};

type Scenarios = Counted['scenarios'];

/** Counts an idle system: the second half hour, since some work is done only once in the first. */
const countIdleHour = async ({ clock, tick, take, metrics }: World): Promise<Pick<Scenarios, 'idle-hour'>> => {
  const idle = async () => {
    for (let minute = 1; minute <= 30; minute += 1) {
      clock.advance(60_000);
      await tick(minute);
    }
  };
  await idle();
  await take();
  metrics.clear();
  await idle();
  return { 'idle-hour': scaled(await take(), 2) };
};

/** Creates the first job, and returns its tracking link. */
const beginJob = async ({ clock, ask, take, pump }: World): Promise<Link> => {
  await ask('POST', '/api/jobs', newJob('QDN-1042', MARIA, 'T1'));
  const link = await ask('POST', '/api/jobs/QDN-1042/tracking-links', {});
  await ask('PATCH', '/api/jobs/QDN-1042', { status: 'in_transit' });
  await pump();
  clock.advance(HOUR_MS);
  await take();
  return link;
};

/** Counts the reports of a trailer on the first job's way. */
const countTrailerHours = async (world: World): Promise<Pick<Scenarios, 'trailer-hour' | 'trailer-hour-by-six'>> => {
  await drive(world, 'QDN-1042', 1, 0);
  // The function stays warm for the day.
  await world.take();
  await drive(world, 'QDN-1042', 1, PART_MS);
  const byOne = scaled(await world.take(), PARTS);
  await drive(world, 'QDN-1042', 6, 2 * PART_MS);
  return { 'trailer-hour': byOne, 'trailer-hour-by-six': scaled(await world.take(), PARTS) };
};

/** Counts a viewer of the first job. */
const countViewerHour = async (world: World, link: Link): Promise<Pick<Scenarios, 'viewer-hour'>> => {
  await open(world, link);
  await world.view(`/api/jobs/${link.token}/location`);
  const opened = await world.take();
  await viewPage(world, 'QDN-1042', link, 3 * PART_MS);
  return { 'viewer-hour': sumOf(opened, scaled(await world.take(), PARTS)) };
};

/** Counts a customer's text about the first job, with its follow-ups, and a dispatcher's answer; then completes the job. */
const countTexts = async (world: World): Promise<Pick<Scenarios, 'relayed-text' | 'answer'>> => {
  const { clock, ask, take, pump } = world;
  clock.advance(HOUR_MS);
  await pump();
  await take();
  await world.text(MARIA, 'Running late, can you come after 3?');
  const relayed = await take();
  await letMinutesPass(world, 3);
  await take();
  await world.text(DANA, 'yes, at 3:30');
  const answer = await take();
  await letMinutesPass(world, 20);
  const lookedAfter = await take();
  await ask('PATCH', '/api/jobs/QDN-1042', { status: 'completed' });
  return { 'relayed-text': sumOf(relayed, lookedAfter), answer };
};

/** Counts a whole job without its texts and its driving. */
const countJob = async (world: World): Promise<Pick<Scenarios, 'job'>> => {
  const { clock, ask, take, pump } = world;
  clock.advance(2 * HOUR_MS);
  await take();
  await ask('POST', '/api/jobs', newJob('QDN-1043', '+15125550113', 'T1'));
  await ask('POST', '/api/jobs/QDN-1043/tracking-links', {});
  await letMinutesPass(world, 30);
  await ask('PATCH', '/api/jobs/QDN-1043', { status: 'in_transit' });
  await pump();
  await letMinutesPass(world, 5);
  let status = '';
  for (let i = 0; i < 6; i += 1) {
    clock.advance(FIX_EVERY_MS);
    const there = { ...fixAt(clock.now() - 500, 0), ...SITE, speedMps: 0 };
    ({ status } = await ask('POST', '/api/jobs/QDN-1043/location', { fixes: [there] }, world.device));
  }
  if (status !== 'at_site') throw new Error(`The trailer has not arrived: ${status}`);
  await letMinutesPass(world, 30);
  await ask('PATCH', '/api/jobs/QDN-1043', { status: 'completed' });
  await letMinutesPass(world, 1);
  return { job: await take() };
};

/** Counts an automatic update to a customer. */
const countNotice = async (world: World): Promise<Pick<Scenarios, 'notice'>> => {
  const { clock, ask, take } = world;
  await world.setNotices(['on-the-way']);
  await ask('POST', '/api/jobs', newJob('QDN-1044', '+15125550114', 'T1'));
  clock.advance(HOUR_MS);
  await take();
  await ask('PATCH', '/api/jobs/QDN-1044', { status: 'in_transit' });
  await letMinutesPass(world, 1);
  return { notice: await take() };
};

/** Counts all scenarios, one after the other in the same system. */
const count = async (world: World): Promise<Pick<Counted, 'scenarios' | 'metrics'>> => {
  const idle = await countIdleHour(world);
  const always = world.metrics.size;
  const link = await beginJob(world);
  const trailer = await countTrailerHours(world);
  const viewer = await countViewerHour(world, link);
  const texts = await countTexts(world);
  const job = await countJob(world);
  const notice = await countNotice(world);
  return {
    scenarios: {
      'relayed-text': rounded(texts['relayed-text']),
      answer: rounded(texts.answer),
      notice: rounded(notice.notice),
      job: rounded(job.job),
      'trailer-hour': rounded(trailer['trailer-hour']),
      'trailer-hour-by-six': rounded(trailer['trailer-hour-by-six']),
      'viewer-hour': rounded(viewer['viewer-hour']),
      'idle-hour': rounded(idle['idle-hour']),
    },
    metrics: { always, atWork: world.metrics.size },
  };
};

/** Packages the services and counts every scenario. @throws Error for a call whose cost is unknown */
export const countScenarios = async (): Promise<Counted> => {
  const folder = mkdtempSync(join(tmpdir(), 'qdn-cost-'));
  const closers: Array<() => Promise<void> | void> = [];
  try {
    const templates = await templatesWith(PARAMS);
    const world = await startWorld(templates, folder, (close) => closers.push(close));
    const counted = await count(world);
    if (world.faults().length > 0) throw new Error(world.faults().join('\n'));
    return { ...counted, stack: stackOf(templates) };
  } finally {
    for (const close of closers.reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  }
};
