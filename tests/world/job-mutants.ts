import type { HttpRequest, HttpResponse, SentText, System } from '@qdn/world';
import { noticeOf } from '@qdn/world';

/*
 * Systems that break one promise about jobs, notices or arrival ranges. Each wraps a system and changes its answers, so that it works
 * over the ideal system and over the product alike.
 */

const MINUTE_MS = 60_000;

export type JobMutant = { name: string; wrap: (system: System) => System };

type Json = Record<string, unknown>;
type Change = { status: string; at: string; by: string };

const objectOf = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const parsed = ({ body }: HttpResponse): Json => objectOf(JSON.parse(body || '{}'));
const withBody = (response: HttpResponse, body: unknown): HttpResponse => ({ ...response, body: JSON.stringify(body) });
const historyOf = (job: Json): Change[] => (Array.isArray(job['history']) ? (job['history'] as Change[]) : []);

const JOB = /^\/api\/jobs\/([A-Z]{2,5}-\d+)$/;
const LOCATION = /^\/api\/jobs\/([^/]+)\/location$/;
const LIST = /^\/api\/jobs\?status=(\w+)/;

const jobOf = ({ method, path }: HttpRequest): string | null =>
  method === 'GET' ? (JOB.exec(path)?.[1] ?? null) : null;
const pageOf = ({ method, path }: HttpRequest): string | null =>
  method === 'GET' ? (LOCATION.exec(path)?.[1] ?? null) : null;

type Answer = (request: HttpRequest, response: HttpResponse, system: System) => HttpResponse | Promise<HttpResponse>;

const answering = (name: string, answer: () => Answer): JobMutant => ({
  name,
  wrap: (system) => {
    const own = answer();
    return {
      ...system,
      request: async (request) => own(request, await system.request(request), system),
    };
  },
});

/** Changes the history of each job that the team reads. The last entry is the status. */
const withHistory = (name: string, change: (history: Change[], now: number, jobId: string) => Change[]): JobMutant =>
  answering(name, () => (request, response, system) => {
    const jobId = jobOf(request);
    if (!jobId || response.status !== 200) return response;
    const job = parsed(response);
    const history = change(historyOf(job), system.now(), jobId);
    return withBody(response, { ...job, history, status: history.at(-1)?.status ?? 'scheduled' });
  });

const withPage = (name: string, change: (page: Json, key: string, now: number) => Json): JobMutant =>
  answering(name, () => (request, response, system) => {
    const key = pageOf(request);
    if (!key || response.status !== 200) return response;
    return withBody(response, change(parsed(response), key, system.now()));
  });

const withTexts = (name: string, change: (texts: readonly SentText[]) => SentText[]): JobMutant => ({
  name,
  wrap: (system) => ({ ...system, sentTexts: () => change(system.sentTexts()) }),
});

const isNotice = ({ body }: SentText): boolean => noticeOf(body) !== null;
const byFixes = (status: string, at: number): Change => ({ status, at: new Date(at).toISOString(), by: 'fixes' });
const timeOf = ({ at }: Change): number => Date.parse(at);

/** A number of a job that decides a coin. */
const coinOf = (jobId: string): boolean => [...jobId].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 2 === 0;

const withRange = (
  name: string,
  change: (
    range: Record<'earliest' | 'likely' | 'latest', number>,
    key: string,
  ) => Record<'earliest' | 'likely' | 'latest', number>,
): JobMutant =>
  withPage(name, (page, key) => {
    const { earliest, likely, latest, ...rest } = objectOf(page['eta']);
    if (!earliest) return page;
    const times = {
      earliest: Date.parse(String(earliest)),
      likely: Date.parse(String(likely)),
      latest: Date.parse(String(latest)),
    };
    const changed = Object.entries(change(times, key)).map(([time, at]) => [time, new Date(at).toISOString()]);
    return { ...page, eta: { ...rest, ...Object.fromEntries(changed) } };
  });

const arrivals: JobMutant[] = [
  withHistory('arrivals by coin', (history, now, jobId) =>
    coinOf(jobId)
      ? history.filter(({ status }) => status !== 'at_site')
      : history.flatMap((entry) =>
          entry.status === 'in_transit'
            ? [entry, byFixes('at_site', Math.min(now, timeOf(entry) + MINUTE_MS))]
            : [entry],
        ),
  ),
  withHistory('never arrives', (history) => history.filter(({ status }) => status !== 'at_site')),
  withHistory('never begins', (history) => history.slice(0, 1)),
  withHistory('never leaves', (history) => history.filter(({ status }) => status !== 'en_route_to_next')),
  ...[14, 40].map((minutes) =>
    withHistory(`all statuses ${minutes} min late`, (history, now) =>
      history.filter((entry, i) => i === 0 || timeOf(entry) <= now - minutes * MINUTE_MS),
    ),
  ),
  withHistory('leaves and ends at the arrival', (history) => {
    const arrived = history.findIndex(({ status }) => status === 'at_site');
    const entry = history[arrived];
    if (!entry) return history;
    return [
      ...history.slice(0, arrived + 1),
      byFixes('en_route_to_next', timeOf(entry)),
      byFixes('completed', timeOf(entry)),
    ];
  }),
  withHistory('pressed by no one: statuses follow presses alone', (history) =>
    history.filter(({ by }) => by === 'operator'),
  ),
  withHistory('claims never released', (history) =>
    history.filter(({ status, by }) => status !== 'completed' || by === 'operator'),
  ),
];

/** Each job begins as soon as it is booked. */
const beginsAtBooking: JobMutant = answering('begins at the booking', () => {
  const booked: string[] = [];
  return (request, response, system) => {
    if (request.method === 'POST' && request.path === '/api/jobs' && response.status === 201)
      booked.push(String(parsed(response)['id']));
    const now = system.now();
    if (LIST.exec(request.path)?.[1] === 'in_transit')
      return withBody(response, {
        jobs: booked.map((id) => ({ id, updatedAt: new Date(0).toISOString() })),
        next: null,
      });
    if (!jobOf(request) || response.status !== 200) return response;
    const job = parsed(response);
    const [first, ...rest] = historyOf(job);
    const history = [
      ...(first ? [first] : []),
      byFixes('in_transit', first ? timeOf(first) : now),
      ...rest.filter(({ status }) => status !== 'in_transit'),
    ];
    return withBody(response, { ...job, history, status: history.at(-1)?.status });
  };
});

/** The newest position that any customer's page showed. */
type Shown = { position: unknown; trail: unknown; key: string };

const positions: JobMutant[] = [
  answering('position of another job', () => {
    const shown = new Map<string, Shown>();
    return (request, response) => {
      const key = pageOf(request);
      if (!key || response.status !== 200) return response;
      const page = parsed(response);
      if (!page['position']) return response;
      const other = [...shown.values()].findLast((each) => each.key !== key);
      shown.set(key, { position: page['position'], trail: page['trail'], key });
      return other ? withBody(response, { ...page, position: other.position, trail: other.trail }) : response;
    };
  }),
  answering('page hides nothing after completion', () => {
    const shown = new Map<string, Json>();
    return (request, response, system) => {
      const key = pageOf(request);
      if (!key || response.status !== 200) return response;
      const page = parsed(response);
      const position = objectOf(page['position']);
      if (page['position']) shown.set(key, position);
      const last = shown.get(key);
      if (page['position'] || !last) return response;
      const driven = { ...last, lat: Number(last['lat']) + 0.05, at: new Date(system.now()).toISOString() };
      const range = { earliest: driven.at, likely: driven.at, latest: driven.at };
      return withBody(response, { ...page, position: driven, eta: page['eta'] ?? range });
    };
  }),
  answering('fixes stored under a wrong job', () => {
    const trails = new Map<string, readonly unknown[]>();
    return (request, response) => {
      const jobId = jobOf(request);
      if (!jobId || response.status !== 200) return response;
      const job = parsed(response);
      const location = objectOf(job['location']);
      const trail = Array.isArray(location['trail']) ? location['trail'] : [];
      const others = [...trails].flatMap(([other, own]) => (other === jobId ? [] : own));
      if (trail.length > 0) trails.set(jobId, trail);
      return withBody(response, { ...job, location: { ...location, trail: [...trail, ...others] } });
    };
  }),
  answering(
    'page fails',
    () => (request, response) => (pageOf(request) ? { ...response, status: 500, body: '{}' } : response),
  ),
  answering('posts refused for an hour', () => {
    let refusedFrom: number | null = null;
    return (request, response, system) => {
      if (request.method !== 'POST' || !request.path.startsWith('/api/trailers/')) return response;
      refusedFrom ??= system.now() + 10 * 60 * MINUTE_MS;
      const since = system.now() - refusedFrom;
      return since >= 0 && since < 60 * MINUTE_MS ? { ...response, status: 503, body: '{}' } : response;
    };
  }),
  answering(
    'positions thrown away',
    () => (request, response) =>
      /^\/api\/trailers\/\w+$/.test(request.path) ? withBody(response, { fixesToday: 3 }) : response,
  ),
  answering(
    'posts never taken',
    () => (request, response) =>
      request.path.startsWith('/api/trailers/') ? { ...response, status: 404, body: '{}' } : response,
  ),
];

const notices: JobMutant[] = [
  withTexts('notice doubled', (texts) =>
    texts.flatMap((text) => (isNotice(text) ? [text, { ...text, at: text.at + MINUTE_MS }] : [text])),
  ),
  withTexts('notice missing', (texts) => texts.filter((text) => !isNotice(text))),
  withTexts('notice to the wrong person', (texts) => {
    const phones = [...new Set(texts.filter(isNotice).map(({ to }) => to))].sort();
    const next = (to: string): string => phones[(phones.indexOf(to) + 1) % phones.length] ?? to;
    return texts.map((text) => (isNotice(text) ? { ...text, to: next(text.to) } : text));
  }),
  withTexts('notice 18 min late', (texts) =>
    texts.map((text) => (isNotice(text) ? { ...text, at: text.at + 18 * MINUTE_MS } : text)),
  ),
  withTexts('notice 18 min early', (texts) =>
    texts.map((text) => (isNotice(text) ? { ...text, at: text.at - 18 * MINUTE_MS } : text)),
  ),
];

const isAnswer = ({ body }: SentText): boolean => /^[A-Z]{2,5}-\d+ is /.test(body);
const answers: JobMutant[] = [
  withTexts('no automatic answers', (texts) => texts.filter((text) => !isAnswer(text))),
  withTexts('answers about another job', (texts) =>
    texts.map((text) => (isAnswer(text) ? { ...text, body: text.body.replace(/\d+/, '99999') } : text)),
  ),
  withTexts('answers with times of the night', (texts) =>
    texts.map((text) => (isAnswer(text) ? { ...text, body: text.body.replace(/ETA .*M/, 'ETA 1:00-1:10 AM') } : text)),
  ),
];

const ranges: JobMutant[] = [
  withRange('ranges too narrow', ({ latest }) => ({ earliest: latest, likely: latest, latest })),
  withRange('ranges too wide', ({ earliest, likely, latest }) => ({
    earliest: earliest - 90 * MINUTE_MS,
    likely,
    latest: latest + 90 * MINUTE_MS,
  })),
  withRange('arrival time 20 min early', ({ earliest, likely, latest }) => ({
    ...{ earliest: earliest - 20 * MINUTE_MS, likely: likely - 20 * MINUTE_MS, latest: latest - 20 * MINUTE_MS },
  })),
  withPage('no arrival times', (page) => ({ ...page, eta: null })),
];

/** The first arrival time that a page showed stays, whatever comes. A customer gets a new token at each look, so the page of all is one. */
const constantRange: JobMutant = answering('arrival time constant', () => {
  let first: unknown = null;
  return (request, response) => {
    if (!pageOf(request) || response.status !== 200) return response;
    const page = parsed(response);
    first ??= page['eta'];
    return page['eta'] ? withBody(response, { ...page, eta: first }) : response;
  };
});

export const JOB_MUTANTS: readonly JobMutant[] = [
  ...arrivals,
  beginsAtBooking,
  ...positions,
  ...notices,
  ...answers,
  ...ranges,
  constantRange,
];
