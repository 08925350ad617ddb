import { beforeAll, describe, expect, test } from '@jest/globals';
import { randomFrom } from '../random.ts';
import type { SaidText, WordsFacts } from '../score/said.ts';
import { judgeWords, wordsCases } from '../score/words.ts';
import { play } from '../script.ts';
import type { System, WorldCompany } from '../system.ts';
import { idealRelay } from '../testing/index.ts';
import { AT_THE_DESK, ON_THE_ROAD, type People, peopleOf, type TalkingCustomer } from './index.ts';

/** Monday, 9 November 2026, 0:00 in Austin. */
const MONDAY = Date.UTC(2026, 10, 9, 6);
const HOUR_MS = 3_600_000;
const DAYS = 7;
const JOBS_PER_DAY = 18;
const COMPANY: WorldCompany = {
  name: 'QuickDumpNow',
  textNumber: '+15125550142',
  timeZone: 'America/Chicago',
  jobPrefix: 'QDN',
  dispatchers: [
    { id: 'dana', name: 'Dana', phone: '+15125550171' },
    { id: 'luis', name: 'Luis', phone: '+15125550172', quietHours: { from: '21:00', to: '07:00' } },
  ],
  operator: '+15125550180',
  trailerIds: ['T1'],
  stops: [],
  cascade: { order: 'all', minutes: 15 },
};
const CUSTOMERS: TalkingCustomer[] = Array.from({ length: DAYS * JOBS_PER_DAY }, (_, i) => {
  const visitAt = MONDAY + Math.floor(i / JOBS_PER_DAY) * 24 * HOUR_MS + (8 + (i % JOBS_PER_DAY) / 2) * HOUR_MS;
  const phone = `+1${205 + Math.floor(i / 100)}55501${String(i % 100).padStart(2, '0')}`;
  return { jobId: `QDN-${4000 + i}`, name: `Customer ${i}`, phone, visitAt, bookedAt: visitAt - 40 * HOUR_MS };
});

/** Dispatchers who type a wrong handle often enough for a week. */
const HABITS = [AT_THE_DESK, ON_THE_ROAD].map((habits) => ({ ...habits, mistakes: { rate: 0.08, source: 'a test' } }));

const playWeek = async (seed: number): Promise<{ people: People; system: System; facts: WordsFacts }> => {
  const until = MONDAY + DAYS * 24 * HOUR_MS;
  const people = peopleOf(
    { company: COMPANY, customers: CUSTOMERS, startAt: MONDAY, until, habits: HABITS },
    randomFrom(seed),
  );
  const system = idealRelay({ company: COMPANY, said: people.said, conversations: people.conversations }, MONDAY);
  await play(system, [people], { until, maxStepMs: 60_000 });
  return { people, system, facts: people.facts(system) };
};

describe('the people of a week', () => {
  let facts: WordsFacts;
  let said: readonly SaidText[];
  beforeAll(async () => {
    ({ facts } = await playWeek(7));
    ({ said } = facts);
  });
  const from = (writer: SaidText['writer']) => said.filter((text) => text.writer === writer);

  test('find no fault in a relay that does as it should', () => {
    expect(wordsCases(facts)).toEqual([]);
    const figures = Object.fromEntries(judgeWords(facts).map(({ name, value }) => [name, value]));
    expect(figures['text to phones, p90']).toBe(2);
    expect(figures['texts sent']).toBeGreaterThan(2);
  });

  test('write some three to eight texts a job', () => {
    const ofJobs = said.filter(({ conversation }) => conversation.startsWith('customer'));
    const conversations = new Set(ofJobs.map(({ conversation }) => conversation)).size;
    expect(ofJobs.length / conversations).toBeGreaterThan(2);
    expect(ofJobs.length / conversations).toBeLessThan(8);
  });

  test('do what people and their phones do', () => {
    const dana = from('dispatcher').filter((text) => text.from === COMPANY.dispatchers[0]?.phone);
    const luis = from('dispatcher').filter((text) => text.from === COMPANY.dispatchers[1]?.phone);
    const shareWithHandle = (texts: readonly SaidText[]) =>
      texts.filter(({ body }) => body.startsWith('@')).length / texts.length;
    expect(dana.length).toBeGreaterThan(luis.length);
    expect(shareWithHandle(dana)).toBeGreaterThan(shareWithHandle(luis));
    for (const writer of ['customer', 'other-phone', 'stranger', 'driver', 'operator'] as const)
      expect(from(writer).length).toBeGreaterThan(0);
    const machines = said.filter(({ byMachine }) => byMachine).map(({ body }) => body);
    expect(machines.filter((body) => /“/.test(body)).length).toBeGreaterThan(0);
    expect(machines.filter((body) => /driving/i.test(body)).length).toBeGreaterThan(0);
    expect(machines.filter((body) => /^QDN-/.test(body))).toHaveLength(33);
    expect(said.filter(({ consent }) => consent === 'out').length).toBeGreaterThan(0);
    expect(said.filter(({ expect: { toldWriter } }) => toldWriter === 'must').length).toBeGreaterThan(0);
    expect(said.filter(({ act }) => act === 'claim').length).toBeGreaterThan(0);
  });

  test('use handles that their phones show', () => {
    for (const { from: phone, at, body } of said.filter((text) => text.body.startsWith('@'))) {
      const handle = body.split(' ')[0] ?? '';
      expect(facts.sent.some((text) => text.to === phone && text.at <= at && text.body.includes(handle))).toBe(true);
    }
  });

  test('sleep at night, except for some customers', () => {
    const atNight = said.filter(({ at }) => [4, 5, 6, 7, 8, 9, 10].includes(new Date(at).getUTCHours()));
    expect(atNight.filter(({ writer }) => writer === 'dispatcher')).toEqual([]);
  });
});

describe('peopleOf', () => {
  test('says the same texts for the same seed, and others for another', async () => {
    const [first, again, other] = await Promise.all([playWeek(3), playWeek(3), playWeek(4)]);
    expect(again.facts.said).toEqual(first.facts.said);
    expect(other.facts.said).not.toEqual(first.facts.said);
    for (const { facts } of [first, other]) expect(wordsCases(facts)).toEqual([]);
  });
});
