import type { LatLon } from '../geography/index.ts';
import { isCustomerStop, type JobTruth, jobTruthsOf } from '../score/job-truth.ts';
import type { JobStatus } from '../score/observations.ts';
import type { HttpRequest, HttpResponse, SentText, System } from '../system.ts';
import type { Truth } from '../trucks/truth.ts';

/** The truth that an ideal system answers from. */
export type IdealKnowledge = {
  truths(): readonly Truth[];
  placeAt(trailerId: string, at: number): LatLon | null;
  /** Texts of notices go out between these local hours alone. */
  isQuiet(at: number): boolean;
  /** Returns a time as texts name it: `9:05 AM`. */
  clockOf(at: number): string;
};

const MINUTE_MS = 60_000;
/** Delay with which it knows the truth, and the half width of its ranges, in ms. */
const DELAY_MS = 20_000;
const HALF_WIDTH_MS = 3 * MINUTE_MS;
const TRAIL = 30;
const STATUS_WORDS = /^(eta\??|status|where)$/i;
const STATE_WORDS: Readonly<Record<JobStatus, string>> = {
  scheduled: 'is scheduled',
  in_transit: 'is on the way',
  at_site: 'is on site',
  en_route_to_next: 'is on its way to the next stop',
  completed: 'is complete',
  cancelled: 'is cancelled',
};

type Entry = { status: JobStatus; at: number; by: 'fixes' | 'operator' };

const json = (status: number, body: unknown): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const historyOf = (truth: JobTruth | undefined, bookedAt: number, now: number): Entry[] => {
  const booked: Entry = { status: 'scheduled', at: bookedAt, by: 'operator' };
  if (!truth) return [booked];
  const { setOutAt, stops, endedAt } = truth;
  const entries: Entry[] = [{ status: 'in_transit', at: setOutAt, by: 'fixes' }];
  for (const [i, { arrivedAt, leftAt }] of stops.entries()) {
    entries.push({ status: 'at_site', at: arrivedAt, by: 'fixes' });
    if (i + 1 < stops.length) entries.push({ status: 'en_route_to_next', at: leftAt, by: 'fixes' });
  }
  if (endedAt !== null) entries.push({ status: 'completed', at: endedAt, by: 'fixes' });
  return [booked, ...entries.filter(({ at }) => at + DELAY_MS <= now)];
};

const noticesOf = ({ jobId, stops, legs, endedAt }: JobTruth, to: string): SentText[] => {
  const text = (at: number, body: string): SentText => ({
    at,
    from: '+15125550142',
    to,
    body: `Ideal: ${body}`,
    media: [],
  });
  const own = stops.filter(({ kind }) => isCustomerStop(kind));
  return [
    ...own.flatMap(({ stop, arrivedAt }) => {
      const setOutAt = Math.min(...legs.filter((leg) => leg.stop === stop).map((leg) => leg.setOutAt));
      return [
        text(setOutAt + DELAY_MS, 'Your trailer is on the way.'),
        ...(arrivedAt - setOutAt > 12 * MINUTE_MS
          ? [text(arrivedAt - 10 * MINUTE_MS, 'Your trailer is almost there.')]
          : []),
        text(arrivedAt + DELAY_MS, 'Your trailer has arrived.'),
      ];
    }),
    ...(endedAt === null ? [] : [text(endedAt + DELAY_MS, `${jobId} is complete.`)]),
  ];
};

const iso = (at: number): string => new Date(at).toISOString();

/** The customer's own leg at a time: on the way to them, or at their site. */
const ownLegAt = (
  { stops, legs }: JobTruth,
  now: number,
): { trailerId: string; from: number; arrivedAt: number } | null => {
  const own = stops.flatMap(({ stop, kind, leftAt }) =>
    isCustomerStop(kind) ? legs.filter((leg) => leg.stop === stop && leg.setOutAt <= now && now < leftAt) : [],
  );
  const driven = own.flatMap(({ trailerId, setOutAt: from, arrivedAt }) =>
    arrivedAt === null ? [] : [{ trailerId, from, arrivedAt }],
  );
  // A second trailer on its way comes before the one that is there.
  return driven.find(({ arrivedAt }) => arrivedAt > now) ?? driven[0] ?? null;
};

/** The content of the tracking page. The team sees each leg, a customer their own. */
const locationOf = (truth: JobTruth, status: JobStatus, knowledge: IdealKnowledge, now: number, isTeam: boolean) => {
  const own = ownLegAt(truth, now);
  const active = truth.legs.find(({ setOutAt }) => setOutAt <= now && (truth.endedAt ?? now) >= now);
  const leg =
    own ?? (isTeam && active ? { trailerId: active.trailerId, from: active.setOutAt, arrivedAt: null } : null);
  if (!leg || status === 'completed' || status === 'scheduled')
    return { status, stop: null, position: null, trail: [], eta: null };
  const times = Array.from({ length: TRAIL }, (_, i) => now - (TRAIL - i) * 20_000).filter((at) => at >= leg.from);
  const place = knowledge.placeAt(leg.trailerId, now);
  const { arrivedAt } = leg;
  const range = arrivedAt !== null &&
    arrivedAt > now && {
      ...{ earliest: iso(arrivedAt - HALF_WIDTH_MS), likely: iso(arrivedAt), latest: iso(arrivedAt + HALF_WIDTH_MS) },
    };
  return {
    ...{ status, stop: { kind: 'drop_off', lat: null, lon: null }, eta: range || null },
    position: place && { ...place, at: iso(now), trailerId: leg.trailerId },
    trail: times.flatMap((at) => {
      const then = knowledge.placeAt(leg.trailerId, at);
      return then ? [[then.lat, then.lon, at]] : [];
    }),
  };
};

/**
 * A system that knows the truth: it books what the office books, takes each post, and shows and tells what is true. Judges must
 * find nothing to blame in it, so that mutants of it show what each figure measures.
 */
export const idealSystem = (knowledge: IdealKnowledge, startAt: number): System => {
  let now = startAt;
  const booked = new Map<string, { at: number; phone: string }>();
  const pressed = new Map<string, Entry[]>();
  let [known, jobs]: [number, ReadonlyMap<string, JobTruth>] = [-1, new Map()];
  const truthOf = (jobId: string): JobTruth | undefined => {
    const truths = knowledge.truths();
    if (truths.length !== known) [known, jobs] = [truths.length, jobTruthsOf(truths)];
    return jobs.get(jobId);
  };
  const answers: SentText[] = [];
  /** The state of the customer's job that is nearest in time. */
  const answerTo = (phone: string): string => {
    const own = [...booked].filter(([, job]) => job.phone === phone).map(([jobId]) => jobId);
    const distance = (jobId: string): number => {
      const truth = truthOf(jobId);
      return truth ? Math.max(truth.setOutAt - now, now - (truth.endedAt ?? now), 0) : Number.POSITIVE_INFINITY;
    };
    const [jobId = ''] = own.sort((one, other) => distance(one) - distance(other));
    const truth = truthOf(jobId);
    const leg = truth ? ownLegAt(truth, now) : null;
    const { clockOf } = knowledge;
    const eta =
      leg && leg.arrivedAt > now
        ? `, ETA ${clockOf(leg.arrivedAt - HALF_WIDTH_MS)}-${clockOf(leg.arrivedAt + HALF_WIDTH_MS)}`
        : '';
    return `${jobId} ${STATE_WORDS[stateOf(jobId).status]}${eta}.`;
  };
  const stateOf = (jobId: string): { status: JobStatus; history: Entry[] } => {
    const history = historyOf(truthOf(jobId), booked.get(jobId)?.at ?? startAt, now);
    const own = [...history, ...(pressed.get(jobId) ?? [])];
    return { status: own.at(-1)?.status ?? 'scheduled', history: own };
  };
  const locationFor = (jobId: string, isTeam: boolean) => {
    const truth = truthOf(jobId);
    const { status } = stateOf(jobId);
    return truth
      ? locationOf(truth, status, knowledge, now, isTeam)
      : { status, stop: null, position: null, trail: [], eta: null };
  };
  const list = (status: string | null): HttpResponse => {
    const own = [...booked.keys()].map((id) => ({ id, ...stateOf(id) })).filter((job) => job.status === status);
    return json(200, {
      jobs: own.map(({ id, history }) => ({ id, updatedAt: iso(history.at(-1)?.at ?? 0) })),
      next: null,
    });
  };
  const change = (jobId: string, body: string): HttpResponse => {
    const { status } = JSON.parse(body) as { status?: JobStatus };
    if (status) pressed.set(jobId, [...(pressed.get(jobId) ?? []), { status, at: now, by: 'operator' }]);
    return json(200, { id: jobId });
  };
  const respond = ({ method, path, body = '{}' }: HttpRequest): HttpResponse => {
    const { pathname, searchParams } = new URL(path, 'http://ideal');
    const [, , kind, id = '', part] = pathname.split('/');
    if (kind === 'trailers' && method === 'GET') return json(200, { fixesToday: Number.MAX_SAFE_INTEGER });
    if (kind === 'trailers') return json(200, { result: 'ok' });
    if (kind !== 'jobs') return json(404, {});
    if (method === 'POST') {
      const job = JSON.parse(body) as { id: string; customer: { phone: string } };
      booked.set(job.id, { at: now, phone: job.customer.phone });
      return json(201, { id: job.id });
    }
    if (method === 'PATCH') return change(id, body);
    if (!id) return list(searchParams.get('status'));
    if (part === 'location') return json(200, locationFor(id.replace('track:', ''), !id.startsWith('track:')));
    const { status, history } = stateOf(id);
    const entries = history.map((entry) => ({ ...entry, at: iso(entry.at) }));
    return json(200, { id, status, history: entries, location: locationFor(id, true) });
  };
  return {
    request: async (request) => respond(request),
    deliverText: async ({ from, to, body }) => {
      if (STATUS_WORDS.test(body))
        answers.push({ at: now + 1000, from: to, to: from, body: answerTo(from), media: [] });
    },
    tokenFor: async (subject) => (subject.audience === 'track' ? `track:${subject.jobId}` : subject.audience),
    now: () => now,
    advanceTo: async (at) => {
      now = Math.max(now, at);
    },
    sentTexts: () => [
      ...answers,
      ...[...booked].flatMap(([jobId, { phone }]) => {
        const truth = truthOf(jobId);
        return truth ? noticesOf(truth, phone).filter(({ at }) => at <= now && !knowledge.isQuiet(at)) : [];
      }),
    ],
    logCounts: () => ({}),
    usage: () => ({}),
    close: async () => {},
  };
};
