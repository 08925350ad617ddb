import type { CloudInspection } from '@qdn/aws/operator';
import type { createSecretVersions } from '@qdn/aws/secret-versions';
import type { Wire } from '@qdn/contracts';
import { validate as isTokenKeys } from '@qdn/contracts/validators/tokenKeys';
import { validate as isTwilioAdminSecret } from '@qdn/contracts/validators/twilioAdminSecret';
import { validate as isTwilioSenderSecret } from '@qdn/contracts/validators/twilioSenderSecret';
import { STACKS, stackOf } from '../deployed.ts';
import type { LocalTime } from '../times/local-time.ts';
import { ADMIN_SECRET, SENDER_SECRET, TOKENS_SECRET } from '../twilio/installation.ts';
import { bad, type Check, type Finding, good, open } from './findings.ts';

const TABLES = ['qdn-jobs', 'qdn-job-locations'];
const DEAD_LETTERS = [
  { queue: 'qdn-inbound-messages-dlq', replay: './qdn replay-messages' },
  { queue: 'qdn-unverified-messages-dlq', replay: './qdn replay-messages --queue unverified' },
];

export type DeployedSystem = {
  region: string;
  stage: string;
  time: LocalTime;
  inspection: CloudInspection;
  secrets: Pick<ReturnType<typeof createSecretVersions>, 'read'>;
  /** The edge's keys of tracking links, from its KeyValueStore; null when there are none. */
  edgeKeys: () => Promise<string | null>;
};

const stackFinding = (
  name: string,
  status: string | null,
  changedAt: number,
  { stage, time }: Pick<DeployedSystem, 'stage' | 'time'>,
): Finding => {
  const deploy = `npm run deploy -- --stage ${stage}`;
  if (status === null) return bad(`${name} is not deployed`, deploy);
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status))
    return good(`${name} is deployed, last change ${time.minute(changedAt)}`);
  if (/_IN_PROGRESS$/.test(status))
    return bad(`${name} is being changed (${status})`, 'Wait until the change has finished, then run this again.');
  if (/^UPDATE_ROLLBACK_COMPLETE$/.test(status))
    return bad(
      `The last deployment of ${name} failed and was rolled back (${status})`,
      `Read the cause in the CloudFormation console, then: ${deploy}`,
    );
  return bad(
    `${name} is broken (${status})`,
    `Read the cause in the CloudFormation console, remove the stack (npm run remove -- --stage ${stage} keeps all data), then: ${deploy}`,
  );
};

const stacks = ({ inspection, stage, time }: DeployedSystem): Check[] =>
  (Object.keys(STACKS) as Array<keyof typeof STACKS>).map((service) => ({
    name: `The stack ${stackOf(service, stage)}`,
    look: async () => {
      const state = await inspection.stack(stackOf(service, stage));
      return stackFinding(stackOf(service, stage), state?.status ?? null, state?.changedAt ?? 0, { stage, time });
    },
  }));

const site = ({ inspection, stage }: DeployedSystem): Check => ({
  name: 'The site',
  look: async () => {
    const url = (await inspection.stack(stackOf('tracking-site', stage)))?.outputs['PublicUrl'];
    if (!url) return open('The site: not checked without an address');
    const publish = `./qdn site deploy --stage ${stage}. A new distribution needs some minutes until it answers.`;
    const { status } = await fetch(`${url}/robots.txt`, { signal: AbortSignal.timeout(10_000) });
    return status === 200 ? good(`${url} answers`) : bad(`${url} answers ${status}`, publish);
  },
});

const SECRETS: ReadonlyArray<{ id: string; isRight: (value: unknown) => boolean }> = [
  { id: ADMIN_SECRET, isRight: (value): boolean => isTwilioAdminSecret(value) },
  { id: SENDER_SECRET, isRight: (value): boolean => isTwilioSenderSecret(value) },
  { id: TOKENS_SECRET, isRight: (value): boolean => isTokenKeys(value) },
];

const secrets = ({ secrets: { read } }: DeployedSystem): Check[] =>
  SECRETS.map(({ id, isRight }) => ({
    name: `The secret ${id}`,
    look: async (): Promise<Finding> => {
      const version = await read(id, 'AWSCURRENT');
      if (!version)
        return bad(`The secret ${id} does not exist`, './qdn secrets init, fill in the file, then: ./qdn secrets push');
      // The value of a secret is never printed.
      return isRight(version.value)
        ? good(`The secret ${id} exists`)
        : bad(
            `The secret ${id} does not have the form that the functions need`,
            id === TOKENS_SECRET
              ? 'Restore the previous version in the Secrets Manager console.'
              : './qdn secrets push',
          );
    },
  }));

const edgeKeys = ({ secrets: { read }, edgeKeys: ofEdge, stage }: DeployedSystem): Check => ({
  name: 'The edge’s keys',
  look: async () => {
    const keys = (await read(TOKENS_SECRET, 'AWSCURRENT'))?.value;
    if (!isTokenKeys(keys)) return open('The edge’s keys: not checked without the secret qdn/tokens');
    const give = `./qdn site keys --stage ${stage}`;
    const held = await ofEdge();
    if (held === null) return bad('The edge has no keys, so it answers 503 to every tracking link', give);
    return isSameKeys(held, keys.track)
      ? good('The edge has the current keys of tracking links')
      : bad('The edge’s keys differ from the signing keys of links, so it refuses new links', give);
  },
});

const isSameKeys = (held: string, track: Wire<'tokenKeys'>['track']): boolean => {
  try {
    const { current }: Partial<Wire<'tokenKeys'>['track']> = JSON.parse(held);
    return current?.kid === track.current.kid && current.key === track.current.key;
  } catch {
    return false;
  }
};

const tables = ({ inspection, stage }: DeployedSystem): Check[] =>
  TABLES.map((name) => ({
    name: `The table ${name}`,
    look: async () => {
      const safety = await inspection.table(name);
      const deploy = `npm run deploy -- --stage ${stage}`;
      if (!safety) return bad(`The table ${name} does not exist`, deploy);
      const missing = [
        ...(safety.isProtected ? [] : ['deletion protection']),
        ...(safety.hasPointInTimeRecovery ? [] : ['point-in-time recovery']),
      ];
      return missing.length === 0
        ? good(`The table ${name} has deletion protection and point-in-time recovery of 35 days`)
        : bad(
            `The table ${name} has no ${missing.join(' and no ')}`,
            `It was switched off. To switch it on: ${deploy}`,
          );
    },
  }));

const deadLetters = ({ inspection, stage }: DeployedSystem): Check[] =>
  DEAD_LETTERS.map(({ queue, replay }) => ({
    name: `The queue ${queue}`,
    look: async () => {
      const waiting = await inspection.waiting(queue);
      if (waiting === null) return bad(`The queue ${queue} does not exist`, `npm run deploy -- --stage ${stage}`);
      return waiting === 0
        ? good(`${queue} is empty`)
        : bad(`${queue} has dead letters: ${waiting}`, `docs/runbook.md, dead-letters: ${replay} --stage ${stage}`);
    },
  }));

const alarmMail = ({ inspection, stage }: DeployedSystem): Check => ({
  name: 'Email for alarms',
  look: async () => {
    const stack = stackOf('tracking-site', stage);
    if ((await inspection.stack(stack)) === null) return open('Email for alarms: not checked without the stack');
    const { confirmed, waiting } = await inspection.recipients(stack, 'AlarmTopic');
    if (waiting.length > 0)
      return bad(
        `${waiting.join(', ')} gets no alarms yet`,
        'Open the email "AWS Notification - Subscription Confirmation" and confirm.',
      );
    return confirmed.length > 0
      ? good(`Alarms go to ${confirmed.join(', ')}`)
      : bad('Alarms have no email address', 'Run ./qdn init, which asks for an address, and deploy again.');
  },
});

/** Returns the checks of a deployed system, except for Twilio. */
export const checkCloud = (system: DeployedSystem): Check[] => [
  ...secrets(system),
  ...stacks(system),
  site(system),
  edgeKeys(system),
  ...tables(system),
  ...deadLetters(system),
  alarmMail(system),
];
