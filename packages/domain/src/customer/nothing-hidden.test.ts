import { describe, expect, test } from '@jest/globals';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import {
  JOB_KINDS,
  type Job,
  type JobKind,
  NOTICE_KINDS,
  type StatusChange,
  type Stop,
  type StopKind,
} from '../job.ts';
import { isActive } from '../job-status.ts';
import { recentFixes } from '../jobs/recent-fixes.ts';
import { etaOf } from '../movement/job-eta.ts';
import { jobLocationView } from '../movement/location-view.ts';
import { derivedState, leadingProgress } from '../movement/progress.ts';
import { giveNotice } from '../relay/give-notice.ts';
import { announce, type NoticeOrder } from '../relay/notice.ts';
import { aWorld, dana, MARIA, text } from '../relay/testing/relay-world.ts';
import { aFix, aJob, placeAt, typicalTravel } from '../testing/index.ts';
import { clockTime, etaWords } from './stage-words.ts';

/*
 * No text to a customer holds a time or place that the page of the same moment hides, and the page holds none of the company's own stops.
 * The texts are those that the real relay sends, for jobs of all kinds at any moment of their days.
 */

/** 7 AM in Chicago. */
const MORNING = Date.UTC(2026, 10, 23, 13);
const MINUTE = 60_000;
const TIME_ZONE = 'America/Chicago';
const company = { name: 'QuickDumpNow', phone: '+15125550100', textNumber: '+15125550142', timeZone: TIME_ZONE };
const noticePolicy = {
  kinds: NOTICE_KINDS,
  soonMinutes: 10,
  lateMinutes: 15,
  quietHours: { from: '00:00', to: '00:00' },
};
const [dropOff] = aJob().stops;
if (!dropOff) throw new Error('The sample job has no stop');

/** Place of each kind of stop from the customer's site, in m to the north and east. */
const PLACES: Readonly<Record<StopKind, readonly [number, number]>> = {
  pickup: [0, 0],
  drop_off: [0, 0],
  dump_site: [12_000, 0],
  yard: [-3000, -9000],
};
const stopOf = (kind: StopKind): Stop => ({
  ...dropOff,
  ...{ kind, address: kind, ...placeAt(dropOff, ...PLACES[kind]) },
});
const isTheirs = ({ kind }: Pick<Stop, 'kind'>) => kind === 'pickup' || kind === 'drop_off';

const ROUTES: Readonly<Record<JobKind, readonly (readonly StopKind[])[]>> = {
  delivery: [['drop_off'], ['yard', 'drop_off'], ['drop_off', 'yard']],
  exchange: [
    ['drop_off', 'dump_site', 'yard'],
    ['pickup', 'dump_site', 'drop_off'],
    ['drop_off', 'pickup', 'dump_site'],
  ],
  dump_and_return: [
    ['pickup', 'dump_site', 'drop_off'],
    ['pickup', 'dump_site', 'drop_off', 'yard'],
    ['pickup', 'dump_site'],
  ],
  final_pickup: [['pickup'], ['pickup', 'dump_site', 'yard']],
};

/** A drive to each stop and a stay there, in minutes; each has its own second, so that no two times of a job are the same. */
type Leg = { drive: number; stay: number };
type Day = {
  kind: JobKind;
  route: readonly StopKind[];
  legs: readonly Leg[];
  /** Number of changes that have happened, of all; and the minutes since the last one. */
  share: number;
  sinceMin: number;
  /** Minutes since the newest fix, and the share of the drive that the trailer has done. */
  silentMin: number;
  done: number;
  by: 'fixes' | 'operator';
  end: 'none' | 'completed' | 'cancelled';
  trailers: 1 | 2;
};

const anyDay: fc.Arbitrary<Day> = fc.constantFrom(...JOB_KINDS).chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    route: fc.constantFrom(...ROUTES[kind]),
    legs: fc.array(fc.record({ drive: fc.integer({ min: 4, max: 45 }), stay: fc.integer({ min: 6, max: 40 }) }), {
      minLength: 4,
      maxLength: 4,
    }),
    share: fc.nat(12),
    sinceMin: fc.integer({ min: 1, max: 100 }),
    silentMin: fc.nat(70),
    done: fc.double({ min: 0, max: 1, noNaN: true }),
    by: fc.constantFrom('fixes', 'fixes', 'operator'),
    end: fc.constantFrom('none', 'none', 'none', 'completed', 'cancelled'),
    trailers: fc.constantFrom(1, 1, 1, 2),
  }),
);

type Life = { job: Job; now: number; fixes: Fix[]; secret: number[] };

/** Plays a day up to its moment: the job as the store has it, the fixes of its trailers, and the times that are not the customer's. */
const lifeOf = (day: Day): Life => {
  const stops = day.route.map(stopOf);
  const trailers = ['T1', 'T2'].slice(0, day.trailers) as TrailerId[];
  const lastOwn = stops.findLastIndex(isTheirs);
  const all: { change: StatusChange; isSecret: boolean; leaves: number | null }[] = [];
  let at = MORNING;
  for (const [i, stop] of stops.entries()) {
    const { drive, stay } = day.legs[i] ?? { drive: 10, stay: 10 };
    const change = (status: StatusChange['status'], about: number, isSecret: boolean) => {
      const trailerId = trailers[0] as TrailerId;
      // An operator names the next stop when the trailer leaves one, fixes the one that it leaves.
      const named =
        day.by === 'operator' && status === 'en_route_to_next' ? Math.min(about + 1, stops.length - 1) : about;
      all.push({
        change: { status, at, by: day.by, reason: '', stop: named, trailerId },
        isSecret,
        leaves: status === 'en_route_to_next' ? about : null,
      });
    };
    // The customer knows that the work for them has begun.
    if (i === 0) change('in_transit', 0, false);
    at += drive * MINUTE + 1000;
    change('at_site', i, !isTheirs(stop));
    at += stay * MINUTE + 1000;
    const next = stops[i + 1];
    if (next || day.by === 'fixes')
      change('en_route_to_next', i, i > lastOwn || (!isTheirs(stop) && !(next && isTheirs(next))));
  }
  const happened = all.slice(0, Math.min(day.share, all.length));
  const history: StatusChange[] = happened.map(({ change }) => change);
  let now = (history.at(-1)?.at ?? MORNING - 30 * MINUTE) + day.sinceMin * MINUTE;
  const secret = happened.flatMap(({ change, isSecret }) => (isSecret ? [change.at] : []));
  const hasLeft = happened.some(({ leaves }) => leaves === lastOwn);
  if (day.end !== 'none' && history.length > 0) {
    history.push({ status: day.end, at: now, by: 'operator', reason: 'set by dana', stop: history.at(-1)?.stop ?? 0 });
    if (day.end === 'completed' && hasLeft) secret.push(now);
    now += 61_000;
  }
  const base = aJob({ kind: day.kind, stops, trailers, history, status: 'scheduled', contacts: [dana] });
  const times = { createdAt: MORNING - 600 * MINUTE, scheduledFor: MORNING + 20 * MINUTE };
  const unsettled: Job = { ...base, ...times, currentStop: history.at(-1)?.stop ?? 0 };
  const job: Job = { ...unsettled, ...(history.length > 0 ? derivedState(unsettled) : {}), updatedAt: now };
  return { job, now, fixes: fixesOf(job, day, now), secret };
};

/** Fixes every half minute along the line between the last stop and the present one, whoever may see them. */
const fixesOf = (job: Job, { silentMin, done }: Day, now: number): Fix[] => {
  const to = PLACES[job.stops[job.currentStop]?.kind ?? 'drop_off'];
  const from = PLACES[job.stops[job.currentStop - 1]?.kind ?? 'yard'];
  const isStanding = job.status === 'at_site';
  return job.trailers.slice(0, 1).flatMap((trailerId) =>
    Array.from({ length: 20 }, (_, i) => {
      const share = isStanding ? 1 : Math.max(0, done - (19 - i) * 0.01);
      const [north, east] = [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
      const at = now - silentMin * MINUTE - (19 - i) * 30_000;
      return aFix({ ...placeAt(dropOff, north + 11, east), trailerId, at, speedMps: isStanding ? 0 : 12 });
    }),
  );
};

type Page = ReturnType<typeof jobLocationView>;

const pageOf = async ({ job, now, fixes }: Life): Promise<Page> => {
  const locations = { shown: async (trailer: TrailerId) => fixes.filter(({ trailerId }) => trailerId === trailer) };
  const shown = isActive(job.status) ? await recentFixes(locations, job.trailers, now) : [];
  return jobLocationView(job, shown, await etaOf(typicalTravel, job, shown, now), now, company, 'customer');
};

const clock = (at: number): string => clockTime(at, TIME_ZONE).replace(/ [AP]M$/, '');
const FIVE = 5 * MINUTE;

/** The clock times that a page shows: of its stage, the booking, the last position, the trailers that are done, and the range. */
const timesOf = (page: Page): Set<string> => {
  const at = (time: string | undefined | null) => (time ? [clock(Date.parse(time))] : []);
  const { eta } = page;
  const hasClock = page.stage === 'at_site' || page.stage === 'back' || page.stage === 'away' || page.stage === 'done';
  const range = eta
    ? [
        clock(Math.floor(Date.parse(eta.earliest) / FIVE) * FIVE),
        clock(Math.ceil(Date.parse(eta.latest) / FIVE) * FIVE),
        clock(Math.floor(Date.parse(eta.earliest) / FIVE) * FIVE + FIVE),
      ]
    : [];
  return new Set([
    ...(hasClock ? at(page.stageSince) : []),
    ...(page.stage === 'scheduled' ? at(page.scheduledFor) : []),
    ...at(page.position?.at),
    ...at(page.trailersDone?.at),
    ...range,
  ]);
};

/** Names of places, of trailers and of people that are never a customer's. */
const NAMES = /\b(T1|T2|yard|dump|landfill|dana)\b|30\.\d{3}|-97\.\d{3}/i;

/** Returns the parts of a text that one of these pages hides. */
const hiddenIn = (body: string, pages: readonly Page[]): string[] => {
  const words = body.replaceAll(/https:\S+|QuickDumpNow/g, '');
  const known = new Set(pages.flatMap((page) => [...timesOf(page)]));
  const times = [...words.matchAll(/\b\d{1,2}:\d{2}\b/g)].map(([time]) => time);
  return [...times.filter((time) => !known.has(time)), ...(NAMES.exec(words) ?? [])];
};

/** Returns the automatic answer of the real relay to a question at the moment of a life. */
const answerTo = async (body: string, { job, now, fixes }: Life): Promise<string[]> => {
  const world = aWorld([job]);
  world.now = now;
  const locations = { shown: async (trailer: TrailerId) => fixes.filter(({ trailerId }) => trailerId === trailer) };
  await world.receive(text({ body, receivedAt: now }), { locations });
  return world.sentTo(MARIA);
};

/** Returns the notices that the real relay sends of a life, this long after they are due. */
const noticesOf = async (life: Life, delayMs: number): Promise<string[]> => {
  const { job, now, fixes } = life;
  const orders: NoticeOrder[] = [];
  const queue = {
    send: async (order: NoticeOrder) => {
      orders.push(order);
    },
  };
  const eta = await etaOf(typicalTravel, job, fixes, now);
  const announced = await announce({ queue, policy: noticePolicy, now }, job, eta);
  const world = aWorld([announced], { notices: noticePolicy });
  world.now = now + delayMs;
  for (const order of orders) await giveNotice(world.dependencies(), order);
  return world.sentTo(MARIA);
};

const some = { numRuns: runs(400) };

describe('nothing that the page hides', () => {
  test('is in the answer to a question', async () => {
    const questions = fc.constantFrom('STATUS', 'eta?', 'donde esta?', 'where is my dumpster');
    // Without a fact about the customer's own stop, the team gets the question, and no one else answers it.
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(anyDay, questions, async (day, question) => {
        const life = lifeOf(day);
        const texts = await answerTo(question, life);
        const page = await pageOf(life);
        expect(texts.length).toBeLessThanOrEqual(1);
        answered += texts.length;
        expect(texts.flatMap((body) => hiddenIn(body, [page]))).toEqual([]);
      }),
      some,
    );
    expect(answered).toBeGreaterThan(some.numRuns / 4);
  });

  test('is in a notice, sent at once or minutes later', async () => {
    await fc.assert(
      fc.asyncProperty(anyDay, fc.integer({ min: 0, max: 20 }), async (day, delayMin) => {
        const life = lifeOf(day);
        const texts = await noticesOf(life, delayMin * MINUTE);
        const pages = [await pageOf(life), await pageOf({ ...life, now: life.now + delayMin * MINUTE })];
        expect(texts.flatMap((body) => hiddenIn(body, pages))).toEqual([]);
      }),
      some,
    );
  });

  test('is in any automatic text to a customer who writes something else', async () => {
    await fc.assert(
      fc.asyncProperty(anyDay, async (day) => {
        const life = lifeOf(day);
        const texts = await answerTo('the gate is open', life);
        const page = await pageOf(life);
        expect(texts.flatMap((body) => hiddenIn(body, [page]))).toEqual([]);
      }),
      { numRuns: runs(100) },
    );
  });

  test('is on the page: neither times nor places of the company’s own stops', async () => {
    await fc.assert(
      fc.asyncProperty(anyDay, async (day) => {
        const life = lifeOf(day);
        const page = await pageOf(life);
        const { serverTime: _, ...shown } = page;
        const json = JSON.stringify(shown);
        for (const at of life.secret) expect(json).not.toContain(new Date(at).toISOString());
        for (const stop of life.job.stops.filter((one) => !isTheirs(one))) expect(json).not.toContain(String(stop.lat));
        const isOwnLeg = ['on_the_way', 'on_the_way_back', 'at_site', 'back'].includes(page.stage);
        if (!isOwnLeg) expect(page).toMatchObject({ position: null, trail: [], eta: null, stop: null });
      }),
      some,
    );
  });
});

describe('the property finds', () => {
  const isFoundIn = async (compose: (life: Life) => Promise<string>): Promise<boolean> => {
    const { failed } = await fc.check(
      fc.asyncProperty(anyDay, async (day) => {
        const life = lifeOf(day);
        expect(hiddenIn(await compose(life), [await pageOf(life)])).toEqual([]);
      }),
      { numRuns: 400 },
    );
    return failed;
  };

  test('an answer with an arrival on any leg', async () => {
    const found = await isFoundIn(async ({ job, now, fixes }) => {
      const eta = await etaOf(typicalTravel, job, fixes, now);
      return `${job.id} is on the way${eta ? `, ETA ${etaWords(eta, { now, language: 'en', timeZone: TIME_ZONE })}` : ''}.`;
    });
    expect(found).toBe(true);
  });

  test('an answer with the time of the job’s last change, wherever that was', async () => {
    const found = await isFoundIn(async ({ job }) => `${job.id} is done since ${clock(leadingProgress(job).since)}.`);
    expect(found).toBe(true);
  });

  test('an answer that names the next stop', async () => {
    expect(await isFoundIn(async ({ job }) => `Next: the ${job.stops[job.currentStop]?.address}`)).toBe(true);
  });
});

test('the days reach every stage', () => {
  const stages = new Set(
    fc.sample(anyDay, { numRuns: 2000, seed: 1 }).map((day) => {
      const { job, now } = lifeOf(day);
      return jobLocationView(job, [], null, now, company, 'customer').stage;
    }),
  );
  expect([...stages].sort()).toEqual(
    ['at_site', 'away', 'back', 'cancelled', 'done', 'on_the_way', 'on_the_way_back', 'scheduled', 'under_way'].sort(),
  );
});
