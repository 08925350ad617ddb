import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { EVERYTHING, templatesWith } from '../templates.ts';
import { type Alarm, type AlarmState, alarmOf, evaluate } from './evaluator.ts';
import {
  alarmsIn,
  DISPATCHER_PHONE,
  DOWN,
  OPERATOR_PHONE,
  OTHER_DISPATCHER_PHONE,
  PARAMS,
  startWorld,
  THROTTLED,
  type World,
} from './world.ts';

/*
 * Tests every alarm of the packaged templates. The alarm's own fault must make it fire within its time, and no other alarm. Then
 * the fault is fixed, with the runbook's command if one exists, and the alarm must clear. Hours pass in seconds.
 */
const folder = mkdtempSync(join(tmpdir(), 'qdn-drill-'));

let world: World;
let alarms: Alarm[];
const states = new Map<string, AlarmState>();
/** Alarms that fired since the drill began. */
let fired = new Set<string>();
let minutes = 0;

const shortName = ({ name }: Alarm): string => name.replace('qdn-dev-', '');
const firing = (): string[] => [...states].filter(([, state]) => state === 'ALARM').map(([name]) => name);

/** Number of texts so far. The customer of the job sends one every four minutes. */
let textCount = 0;
let isQuiet = false;
/** True while a dispatcher answers each text two minutes later. */
let isAnswered = true;
const live = async (count: number, isOver: () => boolean = () => false): Promise<boolean> => {
  for (let i = 0; i < count; i += 1) {
    minutes += 1;
    if (!isQuiet && minutes % 4 === 0) await world.text(`Please call me back, ${++textCount}`);
    if (isAnswered && minutes % 4 === 2) await world.text('👍', DISPATCHER_PHONE);
    await world.liveAMinute();
    for (const alarm of alarms) {
      const before = states.get(shortName(alarm)) ?? 'INSUFFICIENT_DATA';
      const state = evaluate(alarm, world.data, world.clock.now(), before);
      if (state === 'ALARM') fired.add(shortName(alarm));
      states.set(shortName(alarm), state);
    }
    if (isOver()) return true;
  }
  return false;
};

beforeAll(async () => {
  const templates = {
    ...(await templatesWith(EVERYTHING)),
    ...(await templatesWith(PARAMS, ['sms-relay'])),
  };
  alarms = Object.values(templates).flatMap(alarmsIn).map(alarmOf);
  world = await startWorld(templates, folder);
  await live(30);
}, 300_000);
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

type Drill = {
  alarm: string;
  /** Maximum time from the fault to the alarm, in minutes. */
  within: number;
  fault: () => Promise<void> | void;
  /** The fix. */
  fix: () => Promise<void> | void;
  /** Maximum time from the fix to the end of the alarm, in minutes. */
  endsWithin: number;
  /** Time until after-effects such as late texts have passed, in minutes. */
  rest?: number;
};

/** Reports of the second carrier about unknown outcomes, which arrive days later. */
let late: readonly string[] = [];
const DRILLS: Drill[] = [
  {
    alarm: 'texts-stuck',
    within: 30,
    fault: () => {
      // The log cannot be written, so no message can be finished. It is tried for hours.
      world.faults.aws = ({ action, functionName }) =>
        functionName === 'relay-message' && action === 's3:PutObject' ? DOWN : null;
    },
    fix: () => {
      world.faults.aws = null;
    },
    endsWithin: 40,
    rest: 30,
  },
  {
    alarm: 'dead-letters',
    within: 20,
    fault: () => {
      // A record that no worker can read becomes a dead letter within ten minutes; it does not count as a text that is stuck.
      isQuiet = true;
      return world.put({ schema: 1, kind: 'riddle' });
    },
    fix: async () => {
      expect(await world.qdn('replay-messages')).toMatch(/moved back from qdn-inbound-messages-dlq/);
      // It is still a riddle.
      await world.purge();
      isQuiet = false;
    },
    endsWithin: 3,
  },
  {
    alarm: 'number-blocked',
    within: 16,
    fault: () => world.twilio.setCarrierFault('filtered', 1),
    fix: () => world.twilio.setCarrierFault(null),
    endsWithin: 35,
  },
  {
    alarm: 'texts-undelivered',
    within: 40,
    // One of two dispatchers: each text to that phone fails over both carriers, and the other dispatcher answers.
    fault: () => world.twilio.setPhoneFault(OTHER_DISPATCHER_PHONE, 'unreachable'),
    fix: () => world.twilio.setPhoneFault(OTHER_DISPATCHER_PHONE, null),
    endsWithin: 40,
    rest: 30,
  },
  {
    alarm: 'oldest-message',
    within: 6,
    fault: () => {
      world.faults.isStopped = true;
    },
    fix: () => {
      world.faults.isStopped = false;
    },
    endsWithin: 4,
    // Texts that waited, or that no one answered in the meantime, count as unanswered for an hour.
    rest: 75,
  },
  {
    alarm: 'relay-slow',
    within: 20,
    fault: () => {
      world.faults.pollEveryMs = 25_000;
    },
    fix: () => {
      world.faults.pollEveryMs = 0;
    },
    endsWithin: 40,
    // Texts that waited, or that no one answered in the meantime, count as unanswered for an hour.
    rest: 75,
  },
  {
    alarm: 'unknown-texts',
    within: 40,
    fault: () => {
      // Twilio throttles for longer than the relay waits, and the second carrier takes texts without an answer.
      isQuiet = true;
      world.events.kept = [];
      world.twilio.setCarrierFault('too-many-requests');
      world.twilio.setFaultOf('aws', 'take-and-timeout');
      return world.text('The gate is locked');
    },
    fix: async () => {
      world.twilio.setCarrierFault(null);
      world.twilio.setFaultOf('aws', null);
      const waiting = await world.qdn('attention');
      expect(waiting).toContain('Messages with an unknown outcome');
      const rows = [...waiting.matchAll(/(\S+) +aws +(SM[0-9a-f]{32})/g)];
      for (const [, recipient = '', sid = ''] of rows) await world.qdn('resolve', sid, recipient, '--arrived');
      late = world.events.kept ?? [];
      world.events.kept = null;
      expect(rows).not.toEqual([]);
      isQuiet = false;
    },
    endsWithin: 20,
    // Texts that waited, or that no one answered in the meantime, count as unanswered for an hour.
    rest: 75,
  },
  {
    alarm: 'api-failing',
    within: 6,
    fault: async () => {
      world.faults.aws = ({ action, functionName }) =>
        functionName === 'get-job' && action.startsWith('dynamodb:') ? DOWN : null;
      for (let i = 0; i < 3; i += 1) expect(await world.ask('GET', '/api/jobs/QDN-1042')).toBeGreaterThanOrEqual(500);
    },
    fix: async () => {
      world.faults.aws = null;
      expect(await world.qdn('job', 'QDN-1042')).toContain('QDN-1042');
    },
    endsWithin: 20,
  },
  {
    alarm: 'trailers-silent',
    within: 25,
    fault: () => {
      world.faults.trackersAreSilent = true;
    },
    fix: async () => {
      expect(await world.qdn('trailer', 'T1')).toContain('T1');
      world.faults.trackersAreSilent = false;
    },
    endsWithin: 15,
  },
  {
    alarm: 'twilio-balance',
    within: 16,
    fault: () => world.twilio.setBalance('3.10'),
    fix: () => world.twilio.setBalance('50.00'),
    endsWithin: 35,
  },
  {
    alarm: 'twilio-credentials',
    within: 16,
    fault: () => world.twilio.setCarrierFault('unauthorized'),
    fix: () => world.twilio.setCarrierFault(null),
    endsWithin: 35,
  },
  {
    alarm: 'worker-crashing',
    within: 3,
    fault: async () => {
      isQuiet = true;
      let hasDied = false;
      world.faults.aws = ({ functionName, action }) => {
        if (functionName === 'relay-message' && action === 'dynamodb:Query' && !hasDied) {
          hasDied = true;
          void world.killWorker();
        }
        return null;
      };
      await world.text('The gate is open now');
    },
    fix: () => {
      world.faults.aws = null;
      isQuiet = false;
    },
    endsWithin: 20,
    // Texts that waited, or that no one answered in the meantime, count as unanswered for an hour.
    rest: 75,
  },
  {
    alarm: 'worker-throttled',
    within: 12,
    fault: async () => {
      world.faults.noWorker = true;
      for (let i = 0; i < 5; i += 1) await world.text(`One more thing ${i}`);
    },
    fix: () => {
      world.faults.noWorker = false;
    },
    endsWithin: 20,
    // Texts that waited, or that no one answered in the meantime, count as unanswered for an hour.
    rest: 75,
  },
  ...(['jobs', 'job-locations'] as const).map((table): Drill => {
    let turn = 0;
    return {
      alarm: table === 'jobs' ? 'jobs-throttled' : 'positions-throttled',
      within: 10,
      fault: () => {
        // Every other call is throttled, and the SDK's retry succeeds.
        world.faults.aws = ({ resource }) =>
          resource.includes(`table/qdn-${table}`) && turn++ % 2 === 0 ? THROTTLED : null;
      },
      fix: () => {
        world.faults.aws = null;
      },
      endsWithin: 20,
    };
  }),
  {
    alarm: 'sms-spending',
    within: 20,
    fault: async () => {
      // Long texts of the customer, with an answer of a dispatcher.
      for (let i = 0; i < 11; i += 1)
        await world.text(`${i} ${'The gate is locked, please call me back. '.repeat(20)}`);
    },
    fix: () => {},
    endsWithin: 75,
    // Texts that waited, or that no one answered in the meantime, count as unanswered for an hour.
    rest: 75,
  },
  {
    alarm: 'team-phone-stopped',
    within: 16,
    fault: () => world.text('STOP', OTHER_DISPATCHER_PHONE),
    fix: () => world.text('START', OTHER_DISPATCHER_PHONE),
    endsWithin: 35,
  },
  {
    alarm: 'escalation-failed',
    within: 40,
    fault: () => {
      isQuiet = true;
      isAnswered = false;
      world.twilio.setPhoneFault(OPERATOR_PHONE, 'landline');
      return world.text('Is anyone there?');
    },
    fix: async () => {
      world.twilio.setPhoneFault(OPERATOR_PHONE, null);
      isAnswered = true;
      isQuiet = false;
      await world.text('@1042 yes', DISPATCHER_PHONE);
    },
    endsWithin: 35,
    // Texts that waited, or that no one answered in the meantime, count as unanswered for an hour.
    rest: 75,
  },
  {
    alarm: 'nobody-answers',
    within: 60,
    fault: () => {
      isAnswered = false;
    },
    fix: () => {
      isAnswered = true;
    },
    endsWithin: 100,
    rest: 30,
  },
];

test('every alarm of the templates has a drill', () => {
  expect(DRILLS.map(({ alarm }) => alarm).toSorted()).toEqual(alarms.map(shortName).toSorted());
});

test('an hour without faults fires no alarm', async () => {
  expect(firing()).toEqual([]);
  fired = new Set();
  await live(60);
  expect([...fired]).toEqual([]);
}, 120_000);

test.each(DRILLS)(
  '$alarm fires alone, and clears after the fix',
  async ({ alarm, within, fault, fix, endsWithin, rest = 5 }) => {
    expect(firing()).toEqual([]);
    fired = new Set();
    await fault();
    expect(await live(within, () => states.get(alarm) === 'ALARM')).toBe(true);
    await fix();
    expect(await live(endsWithin, () => states.get(alarm) === 'OK')).toBe(true);
    await live(rest);
    expect([...fired]).toEqual([alarm]);
  },
  180_000,
);

test('ignores a carrier’s report after the operator has resolved the outcome', async () => {
  expect(late).not.toEqual([]);
  for (const event of late) await world.put(event);
  await live(2);
  expect(await world.qdn('attention')).not.toContain('Messages with an unknown outcome');
});
