import type { LatLon } from './geography/index.ts';
import { doubledTexts } from './score/machine.ts';
import type { SaidExpectation, SaidText } from './score/said.ts';
import type { Figure } from './score/scoreboard.ts';
import { judgeWords } from './score/words.ts';
import type { EventSource, WorldEvent } from './script.ts';
import type { HttpRequest, HttpResponse, System, TokenSubject, WorldCompany } from './system.ts';

/*
 * A quarter of a minute of a company, for a system in real time: a job is booked and begun, its trailer reports positions, the customer
 * asks and a dispatcher answers, and the customer looks at the page.
 */

const SECOND_MS = 1000;
/** Length of the script, with the time in which its last texts arrive, in ms. */
export const SHORT_SCRIPT_MS = 16 * SECOND_MS;
/** The judge waits five minutes for late texts; in real time the script ends earlier, and what is missing then is missing. */
const JUDGED_UNTIL_MS = 10 * 60 * SECOND_MS;

const CUSTOMER = '+15125550161';
const TRAILER = 'T9';
const START: LatLon = { lat: 30.25, lon: -97.75 };
const SITE: LatLon = { lat: 30.2747, lon: -97.7404 };

type Json = Readonly<Record<string, unknown>>;

/** Answers of the system to the script's requests, by the kind of request. */
type Answers = Map<string, { status: number; json: Json }>;

/** The script of one job, as a source of events, and its judge. */
export type ShortScript = {
  source: EventSource;
  /** Judges what phones got and pages showed. */
  figures(system: System): Figure[];
};

const jsonOf = ({ body }: HttpResponse): Json => {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return {};
  }
};

const withToken =
  (method: HttpRequest['method'], path: string, json?: Json) =>
  (token: string): HttpRequest => ({
    method,
    path,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });

/** Returns the events of the script, oldest first. */
const eventsOf = (jobId: string, company: WorldCompany, startAt: number, said: readonly SaidText[]): WorldEvent[] => {
  const request = (afterS: number, kind: string, subject: TokenSubject, requestWith: (token: string) => HttpRequest) =>
    ({
      at: startAt + afterS * SECOND_MS,
      kind: 'request',
      subject,
      requestWith,
      purpose: { kind, id: jobId },
    }) as const;
  const office: TokenSubject = { audience: 'operator' };
  const stop = { kind: 'drop_off', address: '1100 Congress Ave, Austin', ...SITE };
  const customer = { name: 'Pat Reyes', phone: CUSTOMER };
  const job = { id: jobId, accountId: 'reyes', kind: 'delivery', customer, stops: [stop], trailers: [TRAILER] };
  const positions = Array.from({ length: 8 }, (_, i) => {
    const at = startAt + (2 + i) * SECOND_MS;
    const place = { lat: START.lat + i * 0.0002, lon: START.lon };
    const fix = { ...place, at: new Date(at).toISOString(), accuracyM: 6, speedMps: 20, headingDeg: 0 };
    const device: TokenSubject = { audience: 'device', trailerId: TRAILER };
    return request(2 + i, 'position', device, withToken('POST', `/api/jobs/${jobId}/location`, fix));
  });
  const texts = said.map(
    ({ id, at, from, body }): WorldEvent => ({
      ...{ at, kind: 'text', purpose: { kind: 'said', id } },
      text: { from, to: company.textNumber, body, media: [] },
    }),
  );
  const page = request(11, 'page', { audience: 'track', jobId }, withToken('GET', `/api/jobs/${jobId}/location`));
  return [
    request(0, 'booking', office, withToken('POST', '/api/jobs', job)),
    request(1, 'begin', office, withToken('PATCH', `/api/jobs/${jobId}`, { status: 'in_transit' })),
    ...positions,
    ...texts,
    page,
    request(14, 'end', office, withToken('PATCH', `/api/jobs/${jobId}`, { status: 'cancelled' })),
  ].sort((one, other) => one.at - other.at);
};

const saidTexts = (jobId: string, company: WorldCompany, startAt: number): SaidText[] => {
  const team = company.dispatchers.map(({ phone }) => phone);
  const expecting = (changes: Partial<SaidExpectation>): SaidExpectation => ({
    ...{
      to: [],
      mayReach: [],
      notTo: [],
      toldColleagues: [],
      toldWriter: 'not-needed',
      escalates: 'never',
      mayWait: [],
      ...changes,
    },
  });
  const words = 'is the blue gate wide enough for your truck?';
  const answer = 'it is, twelve feet are plenty';
  const common = { byMachine: false, conversation: jobId };
  return [
    {
      ...{ ...common, id: 'question', at: startAt + 2 * SECOND_MS, from: CUSTOMER, body: words, words },
      ...{ writer: 'customer', act: 'says', expect: expecting({ to: team, escalates: 'either' }) },
    },
    {
      ...{ ...common, id: 'answer', at: startAt + 8 * SECOND_MS, from: team[0] ?? '', words: answer },
      body: `@${jobId.replace(/^\D+/, '')} ${answer}`,
      ...{ writer: 'dispatcher', act: 'answer', expect: expecting({ to: [CUSTOMER], mayReach: [CUSTOMER] }) },
    },
  ];
};

/** Makes the script. @param startAt epoch ms @param jobId an ID that no job of the system has */
export const shortScript = (company: WorldCompany, startAt: number, jobId: string): ShortScript => {
  const said = saidTexts(jobId, company, startAt);
  const events = eventsOf(jobId, company, startAt, said);
  const answers: Answers = new Map();
  let refused = 0;
  const source: EventSource = {
    nextAt: () => events[0]?.at ?? null,
    take: (now) => events.splice(0, events.findLastIndex(({ at }) => at <= now) + 1),
    onResponse: (event, response) => {
      if (response.status >= 400) refused += 1;
      answers.set(event.purpose.kind, { status: response.status, json: jsonOf(response) });
    },
  };
  const figures = (system: System): Figure[] => {
    const sent = system.sentTexts();
    const { dispatchers, operator, cascade } = company;
    const words = judgeWords({
      ...{ said, sent, staff: { dispatchers, operator }, alarmMinutes: cascade.minutes },
      ...{ asks: [], trailerIds: company.trailerIds },
      conversations: [{ id: jobId, mentions: [jobId, 'Pat Reyes'] }],
      until: startAt + JUDGED_UNTIL_MS,
    });
    const incoming = said.map(({ at, from, body }) => ({ at, from, to: company.textNumber, body, media: [] }));
    const page = answers.get('page');
    const isShown = page?.status === 200 && page.json['position'] !== null && page.json['status'] === 'in_transit';
    const count = (group: Figure['group'], name: string, value: number): Figure => ({
      ...{ group, name, value, unit: 'count', better: 'lower' },
    });
    return [
      ...words,
      count('jobs', 'requests refused', refused),
      count('notices', 'pages without the trailer', isShown ? 0 : 1),
      count('machine', 'texts doubled', doubledTexts({ incoming, sent })),
    ];
  };
  return { source, figures };
};
