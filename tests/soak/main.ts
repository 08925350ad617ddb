/*
 * npm run soak: checks the relay's promises on the running local system. A thousand texts arrive over the real webhook while the
 * worker's process is killed, the engines stop and start, and the carrier fails. When the system is idle, the dead-letter queue
 * is replayed once, and the carrier's own record shows missing and duplicate texts.
 *
 * It uses only localhost, free ports and its own folder, and ends by itself.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createDocumentClient } from '@qdn/aws';
import { createRelayStore } from '@qdn/aws/relay';
import { type MessageSid, outboundMessageId, type RelayStore } from '@qdn/domain';
import type { CarrierEmulator } from '@qdn/emulator-carriers/emulator';
import type { Fault } from '@qdn/emulator-carriers/phones/faults';
import { portsFrom } from '@qdn/local/options';
import { type System, startSystem } from '@qdn/local/system';
import { companyWithAll } from '@qdn/local/testing/company-file';
import { freeBase } from '@qdn/local-server/free-ports';
import { startQueueWatch } from '../queue-watch.ts';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Timeout of the run, in ms. */
const MOST_MS = 8 * 60_000;
/** Maximum number of texts per customer, so that no budget holds a text. */
const TEXTS_OF_A_CUSTOMER = 10;
/** Longest delay before the worker's next attempt; the product itself waits for up to two hours. */
const RETRY_WITHIN_S = 30;
/** Duration without activity after which the system counts as idle. */
const QUIET_MS = 4000;

type Drill = { after: number; what: string; run: (system: System) => Promise<void> | void };

const killWorker: Drill['run'] = ({ parts }) => {
  const pid = parts.services.find(({ name }) => name === 'sms-relay')?.pid;
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
};
const fault =
  (name: Fault | null, times: number | null = null): Drill['run'] =>
  ({ parts }) =>
    parts.carrierEmulator?.setCarrierFault(name, times);
const failFor =
  (name: Fault, ms: number): Drill['run'] =>
  async (system) => {
    await fault(name)(system);
    await setTimeout(ms);
    await fault(null)(system);
  };

/** Faults, each with the share of the texts after which it occurs. The worker is busy at each of these times. */
const DRILLS: readonly Drill[] = [
  { after: 0.05, what: 'the carrier takes 25 texts and drops the socket', run: fault('accept-and-drop', 25) },
  { after: 0.15, what: 'kill -9 of the worker’s process', run: killWorker },
  { after: 0.28, what: 'the carrier answers 500 to everything for 5 s', run: failFor('error-500', 5000) },
  // Messages in flight at that moment are invisible for the queue's three minutes, so these faults are early.
  { after: 0.2, what: 'SQS and S3 are stopped for 2 s', run: ({ parts }) => parts.cloud.interrupt('storage', 2000) },
  { after: 0.35, what: 'SQS and S3 are stopped for 3 s', run: ({ parts }) => parts.cloud.interrupt('storage', 3000) },
  { after: 0.45, what: 'the carrier answers 429 to 40 texts', run: fault('too-many-requests', 40) },
  { after: 0.55, what: 'DynamoDB is stopped for 3 s', run: ({ parts }) => parts.cloud.interrupt('dynamodb', 3000) },
  { after: 0.65, what: 'the carrier takes 25 texts and answers 500', run: fault('accept-and-500', 25) },
  { after: 0.75, what: 'kill -9 of the worker’s process', run: killWorker },
  { after: 0.85, what: 'the carrier never answers 10 texts', run: fault('timeout', 10) },
  { after: 0.96, what: 'DynamoDB is stopped for 2 s', run: ({ parts }) => parts.cloud.interrupt('dynamodb', 2000) },
];

const clock = { began: performance.now() };
const seconds = (): number => (performance.now() - clock.began) / 1000;
const say = (line: string): void => console.log(`  ${seconds().toFixed(0).padStart(4)} s  ${line}`);

type Job = { id: string; phone: string };

const createJobs = async (system: System, count: number): Promise<Job[]> => {
  const jobs: Job[] = [];
  for (let i = 0; i < count; i += 1) {
    const job = { id: `QDN-${5000 + i}`, phone: `+1512556${String(i).padStart(4, '0')}` };
    const response = await fetch(`${system.edgeUrl}/api/jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${system.operatorToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        id: job.id,
        accountId: 'soak',
        kind: 'delivery',
        customer: { name: `Customer ${i}`, phone: job.phone },
        stops: [{ kind: 'drop_off', address: '1100 Congress Ave', lat: 30.2747, lon: -97.7404, radiusM: 100 }],
        // Every fifth job has two dispatchers.
        contacts: [
          { id: 'dana', name: 'Dana', phone: '+15125550171' },
          ...(i % 5 === 0 ? [{ id: 'luis', name: 'Luis', phone: '+15125550172' }] : []),
        ],
      }),
    });
    if (!response.ok) throw new Error(`A job cannot be created: ${response.status} ${await response.text()}`);
    jobs.push(job);
  }
  return jobs;
};

const COMPANY_NUMBER = '+15125550142';

/**
 * Sends the customers' texts, as fast as webhooks are answered but at most at a realistic rate. Repeats each webhook that Twilio
 * gave up on, so that every text arrives in the end.
 * @param onSent called with the number of texts sent so far
 */
const sendTexts = async (
  carrierEmulator: CarrierEmulator,
  jobs: readonly Job[],
  count: number,
  onSent: (sent: number) => void,
) => {
  const sids = new Set<string>();
  const repeated = new Set<string>();
  for (;;) {
    const open = carrierEmulator.messages().filter(({ sid, webhook }) => sids.has(sid) && webhook?.status !== 200);
    if (open.length === 0 && sids.size === count) return { sids, repeated: repeated.size };
    const underWay = open.filter(({ webhook }) => webhook === null).length;
    let room = Math.min(MOST_AT_ONCE - underWay, TEXTS_A_TICK);
    for (; room > 0 && sids.size < count; room -= 1) {
      const job = jobs[sids.size % jobs.length];
      const text =
        job && carrierEmulator.receive(job.phone, COMPANY_NUMBER, `${job.id}: is there news? (${sids.size})`);
      if (!text) throw new Error('The emulator does not know the number');
      sids.add(text.sid);
      onSent(sids.size);
    }
    for (const { sid } of open.filter(({ webhook }) => webhook !== null).slice(0, Math.max(0, room)))
      if (carrierEmulator.repeat(sid)) repeated.add(sid);
    await setTimeout(TICK_MS);
  }
};
/** Maximum number of open webhooks; more would only wait for one another. */
const MOST_AT_ONCE = 12;
/** At most 20 texts a second. */
const TICK_MS = 100;
const TEXTS_A_TICK = 2;

type Outcome = {
  received: number;
  relayed: number;
  unknown: number;
  deadLettered: number;
  texts: number;
  duplicates: string[];
  lost: string[];
};

/** Returns the outcome of each message, from the store and from the carrier's own record. */
const judge = async (
  system: System,
  store: Pick<RelayStore, 'outboundMessagesOf' | 'plan'>,
  sids: ReadonlySet<string>,
  dead: ReadonlySet<string>,
): Promise<Outcome> => {
  const { carrierEmulator } = system.parts;
  const taken = new Map<string, number>();
  for (const { direction, statusCallback, context } of carrierEmulator?.messages() ?? []) {
    if (direction !== 'outbound-api') continue;
    const [, outbound = context?.['message'] ?? null] =
      /\/api\/messages\/([^/]+)\/status/.exec(statusCallback ?? '') ?? [];
    if (outbound !== null) taken.set(decodeURIComponent(outbound), (taken.get(decodeURIComponent(outbound)) ?? 0) + 1);
  }
  const outcome: Outcome = {
    received: sids.size,
    relayed: 0,
    unknown: 0,
    deadLettered: 0,
    texts: [...taken.values()].reduce((sum, count) => sum + count, 0),
    duplicates: [...taken]
      .filter(([, count]) => count > 1)
      .map(([outbound, count]) => `${outbound} went out ${count} times`),
    lost: [],
  };
  for (const sid of sids) {
    const plan = await store.plan(sid as MessageSid);
    const outboundMessages = plan ? await store.outboundMessagesOf(plan.timelineId, sid as MessageSid) : [];
    const isWithAll = plan?.recipients.every((one) =>
      outboundMessages.some(({ recipient }) => recipient === one.recipient),
    );
    const isOut =
      outboundMessages.length > 0 &&
      isWithAll === true &&
      outboundMessages.every((outbound) => outbound.state === 'ACCEPTED' && taken.has(outboundMessageId(outbound)));
    if (isOut) outcome.relayed += 1;
    else if (dead.has(sid)) outcome.deadLettered += 1;
    else if (
      outboundMessages.length > 0 &&
      isWithAll === true &&
      outboundMessages.every(({ state }) => state === 'ACCEPTED' || state === 'UNKNOWN')
    )
      outcome.unknown += 1;
    else
      outcome.lost.push(
        `${sid}: ${outboundMessages.map((outbound) => `${outboundMessageId(outbound)} ${outbound.state}`).join(', ') || 'nothing known'}`,
      );
  }
  return outcome;
};

const soak = async (system: System, count: number): Promise<boolean> => {
  const { cloud } = system.parts;
  Object.assign(process.env, cloud.environment);
  const store = createRelayStore(createDocumentClient(), 'qdn-jobs');
  const queues = startQueueWatch(cloud.endpoints.sqs, cloud.queueUrl);
  const jobs = await createJobs(system, Math.ceil(count / TEXTS_OF_A_CUSTOMER));
  say(`${jobs.length} jobs; ${count} texts come in`);

  const { carrierEmulator } = system.parts;
  if (!carrierEmulator) throw new Error('The drill needs the emulator');
  const left = [...DRILLS];
  const drills: Array<Promise<void>> = [];
  const { sids, repeated } = await sendTexts(carrierEmulator, jobs, count, (sent) => {
    while (left[0] && sent >= left[0].after * count) {
      const drill = left.shift();
      if (!drill) break;
      say(drill.what);
      drills.push((async () => drill.run(system))());
    }
  });
  await Promise.all(drills);
  await fault(null)(system);
  say(
    `every webhook was answered 200; on ${repeated} Twilio had given up, and called again. From here on everything works`,
  );

  await queues.rest(QUIET_MS);
  const before = await queues.depths();
  say(`at rest: ${before.deadLettered} dead-lettered, ${before.delayed} follow-ups wait for their time`);
  if (before.deadLettered > 0) {
    await queues.replay();
    await queues.rest(QUIET_MS);
    say('the dead-letter queue was replayed');
  }
  const dead = await queues.dead();
  const { received, relayed, unknown, deadLettered, texts, duplicates, lost } = await judge(system, store, sids, dead);

  const isKept = received === relayed + unknown + deadLettered && duplicates.length === 0 && lost.length === 0;
  const isWhole = received === count;
  console.log(`
  received ${received} = relayed ${relayed} + unknown ${unknown} + dead-lettered ${deadLettered}
  texts that the carrier took: ${texts}; duplicates ${duplicates.length}; lost ${lost.length}
  ${[...duplicates, ...lost].slice(0, 20).join('\n  ')}
  Failed messages were retried after at most ${RETRY_WITHIN_S} s; on AWS this takes up to two hours. No other time was shortened.
  ${isKept && isWhole ? 'Every promise was kept' : 'A PROMISE WAS BROKEN'}, in ${seconds().toFixed(0)} s.`);
  return isKept && isWhole;
};

const { values } = parseArgs({
  options: { texts: { type: 'string', default: '1000' }, keep: { type: 'boolean', default: false } },
});
const count = Number(values.texts);
if (!Number.isInteger(count) || count < 1 || count > 5000) {
  console.error('npm run soak -- --texts COUNT takes a number from 1 to 5000. --keep leaves the folder with the logs.');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'qdn-soak-'));
let system: System | null = null;
const end = async (code: number): Promise<never> => {
  await Promise.race([system?.stop(), setTimeout(15_000)]);
  if (values.keep || code !== 0) console.log(`  Its logs and data: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(130));
const tooLong = globalThis.setTimeout(() => {
  console.error(`\n  It does not come to rest within ${MOST_MS / 60_000} minutes.`);
  void end(1);
}, MOST_MS);
tooLong.unref();

/** Time until the operator is texted, in minutes: longer than the run, so that no follow-up comes due before everything is at rest. */
const CASCADE_MINUTES = 60;

try {
  process.env['QDN_COMPANY_FILE'] = companyWithAll(repository, folder, CASCADE_MINUTES);
  system = await startSystem({
    repository,
    folder,
    ports: portsFrom(await freeBase()),
    fresh: false,
    demo: false,
    comeBackWithinS: RETRY_WITHIN_S,
    progress: say,
    onCrash: (sentence) => {
      console.error(`\n${sentence}`);
      void end(1);
    },
  });
  await end((await soak(system, count)) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  await end(1);
}
