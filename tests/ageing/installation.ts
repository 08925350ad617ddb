import { readCompany, relayCompany } from '@qdn/company/packaged';
import {
  type FollowUp,
  followUp,
  type InboundMessage,
  type MessageSid,
  type RelayDependencies,
  relayMessage,
  sweep,
} from '@qdn/domain';
import { typicalTravel } from '@qdn/domain/testing';
import { signToken } from '@qdn/lambda';
import { throughRoutes } from '../world/api-router.ts';
import { newUsageCount } from '../world/usage-count.ts';
import { seededKeyring } from '../world/virtual-company.ts';
import { functionMakers, type Stores } from '../world/virtual-functions.ts';
import { createStores } from '../world/virtual-stores.ts';

/*
 * An installation over the domain's memory stores, in virtual time: the relay, and the functions behind the HTTP API. Its stores count the
 * reads, and the items in their answers.
 */

const MINUTE_MS = 60_000;
const OFFICE_NUMBER = '+15125550142';
export const DANA = '+15125550171';
const YEAR_MS = 365 * 24 * 3_600_000;

const COMPANY = readCompany(
  JSON.stringify({
    name: 'QuickDumpNow',
    phone: OFFICE_NUMBER,
    textNumber: OFFICE_NUMBER,
    timeZone: 'America/Chicago',
    contacts: [
      { id: 'dana', name: 'Dana', phone: DANA },
      { id: 'luis', name: 'Luis', phone: '+15125550172' },
    ],
    operator: '+15125550180',
    relay: {},
  }),
);

const quiet = { info: () => {}, warn: () => {}, error: () => {}, measure: () => {} };

/** Reads of a step: the calls of the stores, the items in their answers, and the read units of DynamoDB for these. */
export type Reads = { calls: number; items: number; units: number };

/** Opens an empty installation. @param startAt epoch ms */
export const createInstallation = (startAt: number) => {
  let now = startAt;
  let runs = 0;
  let texts = 0;
  let isMeasured = false;
  const usage = newUsageCount(() => isMeasured);
  const plain = createStores();
  const counted = <T extends object>(name: string, store: T): T => usage.store('all', name, store);
  const stores: Stores = {
    jobs: counted('jobs', plain.jobs),
    locations: counted('locations', plain.locations),
    relay: counted('relay', plain.relay),
    samples: counted('samples', plain.samples),
    register: counted('register', plain.register),
    keptDays: counted('kept-days', plain.keptDays),
  };
  const waiting: FollowUp[] = [];
  const keyring = seededKeyring(1);
  const token = signToken({ kind: 'operator', label: 'office' }, keyring, startAt + 10 * YEAR_MS);
  const makers = functionMakers({
    ...{ stores, company: COMPANY, keyring, now: () => now, log: quiet },
    ...{ queue: { send: async () => {} }, unverifiedQueue: { send: async () => {} } },
  });
  const door = throughRoutes((name) => {
    const make = makers[name];
    if (!make) throw new Error(`There is no function ${name}`);
    return make();
  });
  const dependencies = (): RelayDependencies => ({
    ...{ jobs: stores.jobs, locations: stores.locations, relay: stores.relay, travel: typicalTravel },
    notices: { send: async () => {} },
    followUps: { schedule: async (task) => void waiting.push(task) },
    carriers: [{ name: 'twilio', send: async () => ({ kind: 'accepted', carrierSid: `c${++texts}` }), find: null }],
    company: relayCompany(COMPANY, []),
    trackingLink: async (job) => `https://qdn.example/t/${job.id}`,
    mediaLink: async () => 'https://qdn.example/m/1',
    now: () => now,
    random: () => 0.5,
    pause: async (ms) => {
      now += ms;
    },
    owner: `run-${++runs}`,
    report: () => {},
    log: () => {},
  });
  const installation = {
    now: () => now,
    /** Relays a text that arrives now, from a number. */
    say: async (from: string, body: string): Promise<void> => {
      const messageSid = `SM${(++texts).toString(16).padStart(32, '0')}` as MessageSid;
      const rest = { pathJob: null, to: OFFICE_NUMBER, optOutType: null, media: [] };
      const message: InboundMessage = { messageSid, receivedAt: now, from, body, ...rest };
      await relayMessage(dependencies(), message, {});
    },
    /** Moves the clock, and runs the follow-ups that become due. */
    wait: async (minutes: number): Promise<void> => {
      const until = now + minutes * MINUTE_MS;
      for (;;) {
        const index = waiting.findIndex(({ dueAt }) => dueAt <= until);
        const [task] = index < 0 ? [] : waiting.splice(index, 1);
        if (!task) break;
        now = Math.max(now, task.dueAt);
        await followUp(dependencies(), task);
      }
      now = Math.max(now, until);
    },
    sweep: () => sweep(dependencies()),
    /** Sends a request as the operator. @throws Error unless the answer is a success */
    ask: async (method: string, path: string, json?: object): Promise<unknown> => {
      const response = await door({
        ...{ method, path },
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: json === undefined ? '' : JSON.stringify(json),
      });
      if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${response.body}`);
      return response.body === '' ? null : JSON.parse(response.body);
    },
    /** Returns the reads of some work. */
    readsOf: async (work: () => Promise<unknown>): Promise<Reads> => {
      const before = usage.read();
      isMeasured = true;
      await work();
      isMeasured = false;
      const after = usage.read();
      const grown = (name: string) => (after[name] ?? 0) - (before[name] ?? 0);
      return {
        calls: grown('dynamodb.read'),
        items: grown('dynamodb.items'),
        units: grown('dynamodb.read-unit'),
      };
    },
  };
  return installation;
};
export type Installation = ReturnType<typeof createInstallation>;
