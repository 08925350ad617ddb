import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  AT_THE_DESK,
  judgeWords,
  ON_THE_ROAD,
  peopleOf,
  play,
  randomFrom,
  type System,
  type TalkingCustomer,
  type WorldCompany,
} from '@qdn/world';
import { idealRelay } from '@qdn/world/testing';
import { WORD_MUTANTS, type WordMutant } from './word-mutants.ts';

/** Monday, 9 November 2026, 0:00 in Austin. */
const MONDAY = Date.UTC(2026, 10, 9, 6);
const HOUR_MS = 3_600_000;
const JOBS = 150;
const UNTIL = MONDAY + 72 * HOUR_MS;
const COMPANY: WorldCompany = {
  ...{ name: 'QuickDumpNow', textNumber: '+15125550142', timeZone: 'America/Chicago', jobPrefix: 'QDN' },
  dispatchers: [
    { id: 'dana', name: 'Dana', phone: '+15125550171' },
    { id: 'luis', name: 'Luis', phone: '+15125550172' },
  ],
  operator: '+15125550180',
  ...{ trailerIds: ['T1'], stops: [], cascade: { order: 'all', minutes: 15 } },
};
const CUSTOMERS: TalkingCustomer[] = Array.from({ length: JOBS }, (_, i) => {
  const visitAt = MONDAY + (i % 3) * 24 * HOUR_MS + (8 + (i % 10)) * HOUR_MS;
  const phone = `+1${205 + Math.floor(i / 100)}55501${String(i % 100).padStart(2, '0')}`;
  return { jobId: `QDN-${4000 + i}`, name: `Customer ${i}`, phone, visitAt, bookedAt: visitAt - 30 * HOUR_MS };
});
const HABITS = [AT_THE_DESK, ON_THE_ROAD].map((habits) => ({ ...habits, mistakes: { rate: 0.08, source: 'a test' } }));

const figuresOf = async (wrap: (system: System) => System): Promise<Map<string, number>> => {
  const people = peopleOf(
    { company: COMPANY, customers: CUSTOMERS, startAt: MONDAY, until: UNTIL, habits: HABITS },
    randomFrom(11),
  );
  const system = wrap(idealRelay({ company: COMPANY, said: people.said, conversations: people.conversations }, MONDAY));
  await play(system, [people], { until: UNTIL, maxStepMs: 60_000 });
  return new Map(judgeWords(people.facts(system)).map(({ name, value }) => [name, value]));
};

/** The figures that must show each mutant. */
const MOVED: Readonly<Record<string, readonly string[]>> = {
  'relay to no one': ['swallowed'],
  'first recipient only': ['phones missed'],
  'to another customer': ['mis-sent'],
  'stranger’s number taken': ['mis-sent', 'swallowed'],
  'words lost': ['words lost or changed'],
  'words changed': ['words lost or changed'],
  'order reversed': ['out of order'],
  'no escalation': ['missing escalations'],
  'escalation always': ['false escalations'],
  'machine texts passed on': ['machine texts passed on'],
  'machines answered': ['machines answered'],
  'automatic answer doubled': ['doubled', 'texts sent'],
  'each text twice': ['doubled', 'texts sent'],
  slow: ['text to phones, p50', 'text to phones, p90', 'text to phones, longest'],
  'one in twelve takes ten minutes': ['text to phones, longest'],
  'answered at once by two': ['answered twice unknowingly', 'answers not shown to colleagues'],
  'dispatchers not told': ['writer not told'],
  'opt-outs ignored': ['texts after an opt-out'],
};

describe('mutants about words', () => {
  let ideal: Map<string, number>;
  beforeAll(async () => {
    ideal = await figuresOf((system) => system);
  });

  test('are measured against a relay without a fault', () => {
    const timed = [...ideal].filter(([name]) => name !== 'texts sent' && !name.startsWith('text to phones'));
    expect(timed.filter(([, value]) => value > 0)).toEqual([]);
  });

  test.each(WORD_MUTANTS.map((mutant) => [mutant.name, mutant] as [string, WordMutant]))('%s', async (name, mutant) => {
    const figures = await figuresOf((system) => mutant.wrap(system, COMPANY));
    const moved = MOVED[name] ?? [];
    expect(moved.length).toBeGreaterThan(0);
    const unmoved = moved.filter((figure) => (figures.get(figure) ?? 0) <= (ideal.get(figure) ?? 0));
    expect(unmoved).toEqual([]);
  });

  test('move every figure about words', () => {
    const moved = new Set(Object.values(MOVED).flat());
    expect([...ideal.keys()].filter((name) => !moved.has(name))).toEqual([]);
  });
});
