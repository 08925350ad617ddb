import type { MessageSid, PhoneNumber, RecipientId } from '../../ids.ts';
import type { Job } from '../../job.ts';
import type { CallOutcome, NewCall } from '../../ports/calls.ts';
import type { FollowUp, LogEntry } from '../../ports/relay.ts';
import { aJob, memoryJobs, memoryLocations, memoryRelay, typicalTravel } from '../../testing/index.ts';
import type { RelayDependencies, RelayReport } from '../dependencies.ts';
import type { FailureClass } from '../failure-class.ts';
import type { InboundMessage } from '../inbound-message.ts';
import type { NoticeOrder } from '../notice.ts';
import type { Receipt } from '../outbound-message.ts';
import { DEFAULT_POLICY, type RelayCompany, type RelayPolicy } from '../policy.ts';
import { followUp, relayMessage } from '../relay-message.ts';
import type { ListedText, SendOutcome, Sms } from '../sms-carrier.ts';

/** Monday, 23 November 2026, 09:00 in Chicago; epoch ms. */
export const START = Date.UTC(2026, 10, 23, 15);
export const contact = (id: string, phone: string) => ({
  id: id as RecipientId,
  name: id,
  phone: phone as PhoneNumber,
});
export const dana = contact('dana', '+15125550171');
export const luis = contact('luis', '+15125550172');
export const MARIA = '+15125550111';
export const STRANGER = '+15125550199';
export const OPERATOR = '+15125550180';
export const sidOf = (n: number) => `SM${String(n).padStart(32, '0')}` as MessageSid;
export const text = (changes: Partial<InboundMessage> = {}): InboundMessage => ({
  messageSid: sidOf(1),
  pathJob: null,
  receivedAt: START,
  from: MARIA,
  to: '+15125550142',
  body: 'Can you come after 3? QDN-1042',
  optOutType: null,
  media: [],
  ...changes,
});

/** The outcome of a text: `taken…` means that the carrier has it. */
type Behaviour = SendOutcome | { kind: 'taken-but-unknown' };
export const accepted: Behaviour = { kind: 'accepted', carrierSid: '' };
export const busy: Behaviour = { kind: 'not-processed', detail: '429' };
export const timeout: Behaviour = { kind: 'unknown', detail: 'timeout' };
export const takenTimeOut: Behaviour = { kind: 'taken-but-unknown' };
/** The codes of the tests, as the adapter of a carrier classifies them. */
const CLASSES: Readonly<Record<number, FailureClass>> = {
  20003: 'credentials',
  20500: 'ambiguous',
  21211: 'unreachable',
  21606: 'setup',
  21610: 'opted-out',
  21614: 'unreachable',
  30003: 'elsewhere',
  30004: 'unreachable',
  30005: 'unreachable',
  30007: 'setup',
};
const classOf = (code: number): FailureClass => {
  const known = CLASSES[code];
  if (!known) throw new Error(`The tests have no class for ${code}`);
  return known;
};
export const refused = (code: number): Behaviour => ({ kind: 'rejected', class: classOf(code), code, detail: 'no' });
/** A receipt for a text that a carrier took. */
export const receiptOf = (
  carrierSid: string,
  delivery: Receipt['delivery'],
  errorCode: number | null = null,
): Receipt => ({ carrierSid, delivery, errorCode, errorClass: errorCode === null ? null : classOf(errorCode) });

type Taken = Sms & { at: number; carrierSid: string; by: string };

/** Most suites are about one text at a time: without copies to colleagues, and without the time for UNDO. */
const ONE_TEXT_EACH: Pick<RelayPolicy, 'team'> = { team: { copies: false, undoSeconds: 0 } };

const companyWith = (policy: Partial<RelayPolicy>): RelayCompany => ({
  name: 'QuickDumpNow',
  phone: '+15125550100',
  textNumbers: ['+15125550142'],
  timeZone: 'America/Chicago',
  jobPrefix: 'QDN',
  contacts: [dana, luis],
  operator: OPERATOR,
  drivers: [],
  policy: { ...DEFAULT_POLICY, ...ONE_TEXT_EACH, ...policy },
});

/** Kinds of reports that are only counted. */
const COUNTED: ReadonlyArray<RelayReport['kind']> = [
  'texted',
  'unknown',
  'escalated',
  'relayed',
  'called',
  'altered',
  'indistinct',
  'delivered',
  'undelivered',
];

/** Makes everything around the relay, in memory, with a clock that only the test and the relay's own pauses move. */
export const aWorld = (jobs: Job[] = [aJob({ contacts: [dana, luis] })], policy: Partial<RelayPolicy> = {}) => {
  let runs = 0;
  const carrierNamed = (name: string) => ({
    name,
    send: async (sms: Sms): Promise<SendOutcome> => {
      const outcome = world.behave(sms, name);
      const carrierSid = `${name}${world.taken.length}`;
      if (outcome.kind === 'accepted' || outcome.kind === 'taken-but-unknown')
        world.taken.push({ ...sms, at: world.now, carrierSid, by: name });
      if (outcome.kind === 'taken-but-unknown') return { kind: 'unknown', detail: 'timeout' };
      return outcome.kind === 'accepted' ? { ...outcome, carrierSid } : outcome;
    },
  });
  const world = {
    now: START,
    company: companyWith(policy),
    jobs: memoryJobs(jobs),
    locations: memoryLocations(),
    relay: memoryRelay(),
    logged: [] as LogEntry[],
    /** Reports that a person may need to know of, and reports that are only counted. */
    reports: [] as RelayReport[],
    counted: [] as RelayReport[],
    taken: [] as Taken[],
    /** Orders of notices to customers. */
    orders: [] as NoticeOrder[],
    /** Calls that the carrier was asked for, and how it answers. */
    placed: [] as Array<NewCall & { at: number }>,
    placing: (): CallOutcome => ({ kind: 'placed', callSid: 'CA1' }),
    /** Follow-ups that are not due yet. */
    waiting: [] as FollowUp[],
    /** Delay of the carrier's list, in ms. */
    lagMs: 0,
    /** The words of a text in the carrier's list. */
    shows: (body: string): string => body,
    /** Decides on the outcome of each text. */
    behave: (_sms: Sms, _carrier: string): Behaviour => accepted,
    carrier: {
      ...carrierNamed('fake'),
      find: async ({ to, body, sentAfter }: { to: string; body: string; sentAfter: number }): Promise<ListedText[]> =>
        world.taken
          .filter((sms) => sms.to === to && sms.at >= sentAfter && sms.at + world.lagMs <= world.now)
          .map((sms) => ({ carrierSid: sms.carrierSid, at: sms.at, shown: world.shows(sms.body) }))
          .map(({ carrierSid, at, shown }) =>
            shown === body ? { carrierSid } : { carrierSid, other: { body: shown, at } },
          ),
    },
    /** Further carriers, which keep no list, as those of the product. */
    second: { ...carrierNamed('other'), find: null },
    third: { ...carrierNamed('third'), find: null },
    sentTo: (phone: string) => world.taken.filter(({ to }) => to === phone).map(({ body }) => body),
    /** Outbound messages on a timeline. */
    outboundMessages: async (timelineId = 'QDN-1042') =>
      (await world.relay.timeline(timelineId)).flatMap(({ outboundMessages }) => outboundMessages),
    entries: (type: LogEntry['type']) => world.logged.filter((entry) => entry.type === type),
    dependencies: (): RelayDependencies => dependenciesOf(world, `run-${++runs}`),
    /** Relays a message, as the queue's worker does. */
    receive: (message = text(), changes: Partial<RelayDependencies> = {}) =>
      relayMessage({ ...world.dependencies(), ...changes }, message, { ...message }),
    /** Moves the clock, and runs the follow-ups that become due until then. */
    wait: async (minutes: number): Promise<void> => {
      const until = world.now + minutes * 60_000;
      for (;;) {
        const next = world.waiting.toSorted((a, b) => a.dueAt - b.dueAt)[0];
        if (!next || next.dueAt > until) break;
        world.waiting.splice(world.waiting.indexOf(next), 1);
        world.now = Math.max(world.now, next.dueAt);
        await followUp(world.dependencies(), next);
      }
      world.now = Math.max(world.now, until);
    },
  };
  return world;
};
export type RelayWorld = ReturnType<typeof aWorld>;

/** Dependencies of one run of the worker. @param owner name of the run */
const dependenciesOf = (world: RelayWorld, owner: string): RelayDependencies => ({
  jobs: world.jobs,
  locations: world.locations,
  notices: {
    send: async (order) => {
      world.orders.push(order);
    },
  },
  travel: typicalTravel,
  relay: world.relay,
  carriers: [world.carrier],
  calls: {
    place: async (call) => {
      world.placed.push({ ...call, at: world.now });
      return world.placing();
    },
    hasPlaced: async ({ to, since }) => world.placed.some((call) => call.to === to && call.at >= since),
  },
  log: (entry) => {
    world.logged.push(structuredClone(entry));
  },
  company: world.company,
  trackingLink: async (job, { messageSid }) => `https://x.example/t/${job.id}.${messageSid.slice(-4)}`,
  mediaLink: async ({ messageSid }, index) => `https://x.example/m/${messageSid.slice(-4)}.${index}`,
  followUps: {
    schedule: async (task) => {
      world.waiting.push({ ...task });
    },
  },
  now: () => world.now,
  random: () => 0.5,
  pause: async (ms) => {
    world.now += ms;
  },
  owner,
  report: (report) => {
    (COUNTED.includes(report.kind) ? world.counted : world.reports).push(report);
  },
});
