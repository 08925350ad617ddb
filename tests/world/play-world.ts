import {
  customerTalkId,
  type EventSource,
  type FaultPlan,
  type Figure,
  type FleetFacts,
  type FleetSimulation,
  type IncomingText,
  judgeFleet,
  judgeMachine,
  judgeWords,
  type OpenSystem,
  type PressHabit,
  peopleOf,
  play,
  randomFrom,
  type Scoreboard,
  type System,
  simulateFleet,
  talkingCustomers,
  type Usage,
  type WordsFacts,
} from '@qdn/world';
import { monthlyDollars } from './dollars.ts';
import type { MachineState } from './virtual-system.ts';

/** Settings of a run. The same settings give the same scoreboard. */
export type WorldSetting = {
  days: number;
  trailers: number;
  seed: number;
  faults: FaultPlan;
  /** When the office presses statuses by hand. */
  habit: PressHabit;
  /** Opens the system under test. Its owner may look inside. */
  open: (setting: Parameters<OpenSystem>[0]) => Promise<System & { machine?: () => MachineState }>;
  /** Wraps the opened system: a mutant. */
  wrap?: (system: System) => System;
  /** Called at each midnight with the days that have been played. */
  onDay?: (day: number) => void;
};

/** A played run: its scoreboard, and the facts for the story of a job. */
export type PlayedWorld = {
  scoreboard: Scoreboard;
  fleet: FleetSimulation;
  facts: FleetFacts;
  words: WordsFacts;
  incoming: readonly (IncomingText & { at: number })[];
  system: System;
};

/** The first midnight of every run, in America/Chicago: a Monday without a change of the clocks nearby. */
const FIRST_MIDNIGHT = Date.UTC(2026, 10, 9, 6);
const DAY_MS = 24 * 3_600_000;
/** Time after the last day in which texts and receipts come to rest. */
const REST_MS = 60 * 60_000;

/** Wraps a system so that the texts of phones are noted. */
export const notingTexts = (system: System) => {
  const incoming: (IncomingText & { at: number })[] = [];
  const noting: System = {
    ...system,
    deliverText: async (text) => {
      incoming.push({ ...text, at: system.now() });
      await system.deliverText(text);
    },
  };
  return { incoming, noting };
};

const noDay = (): void => {};

/** Notes the counted calls at each midnight. It sends nothing. */
export const usageProbe = (firstMidnight: number, days: number, onDay: (day: number) => void = noDay) => {
  const usage: Usage[] = [];
  const source: EventSource = {
    nextAt: () => (usage.length <= days ? firstMidnight + usage.length * DAY_MS : null),
    take: (_, system) => {
      usage.push(system.usage());
      if (usage.length > 1) onDay(usage.length - 1);
      return [];
    },
  };
  return { usage, source };
};

/** Returns the number of outbound messages whose outcome the system does not know, as its operator sees it. */
export const unknownOutcomes = async (system: System): Promise<number> => {
  const headers = { authorization: `Bearer ${await system.tokenFor({ audience: 'operator' })}` };
  for (let tries = 0; tries < 5; tries += 1) {
    const { status, body } = await system.request({ method: 'GET', path: '/api/attention', headers });
    if (status === 200) return (JSON.parse(body) as { unresolved: unknown[] }).unresolved.length;
  }
  throw new Error('The system does not say which outcomes are unknown.');
};

/** Plays a company for some days against a system, and judges it. */
export const playWorld = async (setting: WorldSetting): Promise<PlayedWorld> => {
  const { days, trailers, seed, faults, habit, open, wrap = (system) => system, onDay = noDay } = setting;
  const fleet = simulateFleet({ seed, trailers, days, habit, firstMidnight: FIRST_MIDNIGHT });
  const opened = await open({ company: fleet.company, startAt: fleet.startAt, seed, faults });
  const { incoming, noting } = notingTexts(wrap(opened));
  const probe = usageProbe(FIRST_MIDNIGHT, days, onDay);
  const people = peopleOf(
    {
      ...{ company: fleet.company, startAt: fleet.startAt, until: fleet.until },
      customers: talkingCustomers(fleet.bookings),
    },
    randomFrom(seed).fork('people'),
  );
  await play(noting, [probe.source, ...fleet.sources, people], { until: fleet.until });
  await noting.advanceTo(fleet.until + REST_MS);
  probe.usage.push(noting.usage());

  const machine = opened.machine?.() ?? null;
  const sent = noting.sentTexts();
  const last = probe.usage.at(-1) ?? {};
  const traffic = { company: fleet.company, days, incoming, sent, usage: last };
  const facts = fleet.facts(noting);
  const asks = facts.asks.map(({ phone, at }) => ({ conversation: customerTalkId(phone), at }));
  const words = { ...people.facts(noting), asks };
  const figures: Figure[] = [
    ...judgeWords(words),
    ...judgeFleet(facts),
    ...judgeMachine({
      ...{ days, incoming, sent, usage: probe.usage },
      lostTexts: machine?.lostTexts ?? null,
      deadLetters: machine?.deadLetters ?? null,
      unknownOutcomes: await unknownOutcomes(noting),
      dollars: Object.keys(last).length > 0 ? monthlyDollars(traffic) : null,
    }),
  ];
  return { scoreboard: { days, trailers, seed, faults, figures }, fleet, facts, words, incoming, system: noting };
};
