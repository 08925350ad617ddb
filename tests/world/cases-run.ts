import {
  type Cases,
  type Day,
  dayOfDrive,
  type ExpandedRequest,
  expandRequest,
  type Figure,
  type OpenSystem,
  playDay,
  type RecordedDrive,
  type RequestEntry,
  runCorpus,
  type System,
  type WorldCompany,
} from '@qdn/world';

/** Figures of cases from elsewhere, and a line for each case that did not end as it should. */
export type PlayedCases = { figures: readonly Figure[]; unmet: readonly string[] };

/** Time of day at which requests are played that name no time of their own. */
const REQUESTS_AT = Date.UTC(2026, 10, 9, 16);
const COMPANY: WorldCompany = {
  name: 'QuickDumpNow',
  textNumber: '+15125550142',
  timeZone: 'America/Chicago',
  jobPrefix: 'QDN',
  dispatchers: [{ id: 'dana', name: 'Dana', phone: '+15125550171' }],
  operator: null,
  trailerIds: ['T1', 'T2'],
  stops: [],
  cascade: { order: 'all', minutes: 15 },
};

const figureOf = (group: Figure['group'], name: string, unmet: number, of: number): Figure[] =>
  of === 0 ? [] : [{ group, name, value: unmet, of, unit: 'count', better: 'lower' }];

type FollowingDay = { day: Day; drives: readonly RecordedDrive[] };

const playDays = async (days: readonly FollowingDay[], open: OpenSystem, seed: number): Promise<PlayedCases> => {
  const unmet: string[] = [];
  let expectations = 0;
  for (const { day, drives } of days) {
    const { id, verdicts } = await playDay(day, open, { seed, drives });
    expectations += verdicts.filter(({ met }) => met !== null).length;
    for (const { met, expected, found } of verdicts)
      if (met === false) unmet.push(`${id}: ${expected}. Found: ${found}`);
  }
  return { figures: figureOf('jobs', 'expectations of days not met', unmet.length, expectations), unmet };
};

/** Sends a request. Returns null for a method that cannot go through `System`. */
const send = async (system: System, { method, path, headers, body }: ExpandedRequest['request']) => {
  if (method === 'HEAD' || method === 'OPTIONS') return null;
  if (body instanceof Uint8Array) {
    const bytes = { body: Buffer.from(body).toString('base64'), bodyEncoding: 'base64' as const };
    return await system.request({ method, path, headers, ...bytes });
  }
  return await system.request({ method, path, headers, ...(body === undefined ? {} : { body }) });
};

/** Plays a request of a GPS client. @returns the difference from the expected status; null when there is none or it cannot be played */
const playRequest = async (entry: RequestEntry, open: OpenSystem, seed: number): Promise<string | null> => {
  const now = entry.given?.now === undefined ? REQUESTS_AT : Date.parse(entry.given.now);
  const system = await open({ company: COMPANY, startAt: now - 24 * 3_600_000, seed, faults: 'none' });
  const [token, otherToken] = await Promise.all(
    ['T1', 'T2'].map((trailerId) => system.tokenFor({ audience: 'device', trailerId })),
  );
  const address = { trailer: 'T1', token: token ?? '', otherTrailer: 'T2', otherToken: otherToken ?? '', hubToken: '' };
  const { earlier, request, outcomes } = expandRequest(entry, address, now);
  for (const one of earlier) {
    await system.advanceTo(one.at);
    await send(system, one.request);
  }
  await system.advanceTo(now);
  const response = await send(system, request);
  const statuses = outcomes.flatMap((outcome) => outcome.statuses);
  if (!response || statuses.includes(response.status)) return null;
  return `${entry.id}: answered ${response.status}, not ${statuses.join(' or ')}`;
};

/** Plays cases from elsewhere, unchanged: texts, days, recorded drives, and the statuses of GPS clients' requests. */
export const playCases = async (cases: Cases, open: OpenSystem, seed: number): Promise<PlayedCases> => {
  const texts = (await runCorpus(cases.corpus, open, { seed })).filter(({ faults }) => faults.length > 0);
  const days: FollowingDay[] = cases.days.map((day) => ({ day, drives: cases.drives }));
  const played = await playDays([...days, ...cases.drives.map((drive) => dayOfDrive(drive))], open, seed);
  const refused: string[] = [];
  for (const entry of cases.requests) {
    const difference = await playRequest(entry, open, seed);
    if (difference !== null) refused.push(difference);
  }
  return {
    figures: [
      ...figureOf('words', 'cases not as expected', texts.length, cases.corpus.length),
      ...played.figures,
      ...figureOf('machine', 'requests answered otherwise', refused.length, cases.requests.length),
    ],
    unmet: [...texts.map(({ id, faults }) => `${id}: ${faults.join('; ')}`), ...played.unmet, ...refused],
  };
};
