import { describe, expect, test } from '@jest/globals';
import {
  type EventSource,
  figureId,
  judgeMachine,
  play,
  type System,
  type TokenSubject,
  type WorldCompany,
  type WorldEvent,
} from '@qdn/world';
import { monthlyDollars } from './dollars.ts';
import { MACHINE_MUTANTS } from './machine-mutants.ts';
import { notingTexts, unknownOutcomes, usageProbe } from './play-world.ts';
import { type SystemMutant, virtualSystem } from './virtual-system.ts';

const START = Date.UTC(2026, 10, 9, 6);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAYS = 4;
const DANA = '+15125550171';
const COMPANY: WorldCompany = {
  name: 'QuickDumpNow',
  textNumber: '+15125550142',
  timeZone: 'America/Chicago',
  jobPrefix: 'QDN',
  dispatchers: [{ id: 'dana', name: 'Dana', phone: DANA }],
  operator: '+15125550180',
  trailerIds: ['T1'],
  stops: [],
  cascade: { order: 'all', minutes: 15 },
};
const OFFICE: TokenSubject = { audience: 'operator' };

const request = (at: number, subject: TokenSubject, method: 'POST' | 'PATCH' | 'GET', path: string, json?: unknown) =>
  ({
    at,
    kind: 'request',
    subject,
    purpose: { kind: 'script', id: path },
    requestWith: (token) => ({
      method,
      path,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    }),
  }) satisfies WorldEvent;
const text = (at: number, from: string, body: string): WorldEvent => ({
  at,
  kind: 'text',
  text: { from, to: COMPANY.textNumber, body, media: [] },
  purpose: { kind: 'script', id: body },
});

/** A job of a day: booked, begun, with positions, views, a question that Dana answers, and its end. */
const dayOf = (day: number): WorldEvent[] => {
  const at = START + day * 24 * HOUR + 9 * HOUR;
  const [id, phone] = [`QDN-${1000 + day}`, '+15125550111'];
  const job = {
    ...{ id, accountId: 'lopez', kind: 'delivery', trailers: ['T1'], customer: { name: 'Maria Lopez', phone } },
    stops: [{ kind: 'drop_off', address: '1100 Congress Ave, Austin', lat: 30.2747, lon: -97.7404 }],
  };
  const positions = Array.from({ length: 40 }, (_, i) =>
    request(at + i * MINUTE, { audience: 'device', trailerId: 'T1' }, 'POST', `/api/jobs/${id}/location`, {
      ...{ lat: 30.2 + i * 0.0015, lon: -97.7404, accuracyM: 6, speedMps: 3, headingDeg: 0 },
      at: new Date(at + i * MINUTE).toISOString(),
    }),
  );
  const views = Array.from({ length: 10 }, (_, i) =>
    request(at + i * 4 * MINUTE, { audience: 'track', jobId: id }, 'GET', `/api/jobs/${id}/location`),
  );
  return [
    request(at - HOUR, OFFICE, 'POST', '/api/jobs', job),
    request(at, OFFICE, 'PATCH', `/api/jobs/${id}`, { status: 'in_transit' }),
    ...positions,
    ...views,
    text(at + 5 * MINUTE, phone, `is it coming today or tomorrow, day ${day}?`),
    text(at + 8 * MINUTE, DANA, `yes, in half an hour, day ${day}`),
    text(at + 12 * MINUTE, phone, `we will open the gate on day ${day}`),
    request(at + 60 * MINUTE, OFFICE, 'PATCH', `/api/jobs/${id}`, { status: 'completed' }),
  ];
};

const script = (): EventSource => {
  const events = Array.from({ length: DAYS }, (_, day) => dayOf(day))
    .flat()
    .sort((one, other) => one.at - other.at);
  return {
    nextAt: () => events[0]?.at ?? null,
    take: (now) => events.splice(0, events.findLastIndex(({ at }) => at <= now) + 1),
  };
};

const figuresOf = async (mutant?: SystemMutant): Promise<Map<string, number>> => {
  const opened = await virtualSystem(mutant)({ company: COMPANY, startAt: START, seed: 1, faults: 'none' });
  const { incoming, noting } = notingTexts(opened as System);
  const probe = usageProbe(START, DAYS);
  const until = START + DAYS * 24 * HOUR;
  await play(noting, [probe.source, script()], { until, maxStepMs: HOUR });
  probe.usage.push(noting.usage());
  const { lostTexts, deadLetters } = opened.machine();
  const sent = noting.sentTexts();
  const figures = judgeMachine({
    ...{ days: DAYS, incoming, sent, usage: probe.usage, deadLetters, lostTexts },
    unknownOutcomes: await unknownOutcomes(noting),
    dollars: monthlyDollars({ company: COMPANY, days: DAYS, incoming, sent, usage: noting.usage() }),
  });
  return new Map(figures.map((figure) => [figureId(figure), figure.value]));
};

/** The figures that must become worse with each mutant. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'answers a webhook before the text is safe': ['texts lost'],
  'sends each text twice': ['texts doubled'],
  'never releases a claim': ['outcomes unknown at the end'],
  'cannot write the log': ['dead letters'],
  'reads each plan five times': ['reads', 'reads of the relay'],
  'stores each position three times': ['writes'],
  'writes each message three times': ['items kept for good'],
  'reads all messages since the beginning': [
    'items read by the relay',
    'growth of items read per text, second half to first',
  ],
  'reads all positions of a week for each page': ['growth of items read per request, second half to first'],
  'pads each text to many segments': ['cost', 'cost, times that of docs/cost.md'],
  'queues each record twice': ['records queued', 'functions called'],
};

describe('mutants of the machine', () => {
  let own: Map<string, number> | null = null;

  test.each(MACHINE_MUTANTS.map((mutant) => [mutant.name, mutant] as const))('%s', async (name, mutant) => {
    own ??= await figuresOf();
    const found = await figuresOf(mutant);
    const worse = (EXPECTED[name] ?? []).map((figure) => {
      const id = `machine: ${figure}`;
      return [figure, (found.get(id) ?? Number.NaN) > (own?.get(id) ?? Number.NaN)];
    });
    expect(worse).toEqual((EXPECTED[name] ?? ['?']).map((figure) => [figure, true]));
  });

  test('move each figure', async () => {
    own ??= await figuresOf();
    const moved = new Set(
      Object.values(EXPECTED)
        .flat()
        .map((figure) => `machine: ${figure}`),
    );
    expect([...own.keys()].filter((figure) => !moved.has(figure))).toEqual([]);
  });
});
