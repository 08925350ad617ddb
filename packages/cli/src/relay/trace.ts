import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Located } from '@qdn/aws/message-log';
import { type LogLine, linesWith, type StoredStory, storedStory } from '@qdn/aws/operator';
import { CommandError } from '../connection.ts';
import type { Cloud } from './cloud.ts';
import { whatItSays } from './log-report.ts';
import { messageSidOf, wantedRecords } from './past-messages.ts';

const DAY_MS = 24 * 3_600_000;
/** A message that no worker has begun with is looked for so far back. */
const LOOK_BACK_MS = 15 * DAY_MS;

/** Something that happened to a message. `at` is epoch ms; null: somewhere in between, nobody noted when. */
type Step = { at: number | null; part: string; line: string };

const text = (value: unknown): string =>
  value == null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objects = (value: unknown): Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isObject) : [];
const clock = (at: number | null): string =>
  at === null || Number.isNaN(at) ? ''.padEnd(23) : new Date(at).toISOString().replace('T', ' ').slice(0, 23);

/** Whom a message goes to, and with which words: pinned before anything was sent. */
const planSteps = ({ plan }: StoredStory): Step[] => {
  const recipients = objects(plan['recipients']);
  const at = Number(plan['begunAt'] ?? plan['receivedAt']);
  const whom = recipients.map(({ recipient, to }) => `${text(recipient)} (${text(to)})`).join(', ');
  const steps: Step[] = [
    { at, part: 'plan', line: `${text(plan['kind'])} of ${text(plan['scope'])}, to ${whom || 'nobody'}` },
  ];
  if (recipients.length > 0) steps.push({ at, part: 'plan', line: `the text: ${JSON.stringify(text(plan['body']))}` });
  for (const { recipient, notBefore } of recipients) {
    if (Number(notBefore) > at)
      steps.push({ at, part: 'plan', line: `${text(recipient)} is left in peace until ${clock(Number(notBefore))}` });
  }
  if (typeof plan['heldUntil'] === 'number')
    steps.push({ at, part: 'plan', line: `held back: too many messages; summed up at ${clock(plan['heldUntil'])}` });
  if (typeof plan['answeredAt'] === 'number')
    steps.push({ at: plan['answeredAt'], part: 'answer', line: `${text(plan['answeredBy'])} has answered` });
  return steps;
};

const effectSteps = (effect: Readonly<Record<string, unknown>>): Step[] => {
  const { recipient, state, attempts, carrier, carrierSid, errorCode, delivery, isDoubtful } = effect;
  const details = [
    carrier && `over ${text(carrier)}`,
    `${text(attempts)} ${attempts === 1 ? 'attempt' : 'attempts'}`,
    carrierSid,
    errorCode != null && `error ${text(errorCode)}`,
    delivery,
    isDoubtful && state !== 'ACCEPTED' && 'may have gone out',
  ].filter(Boolean);
  return [
    { at: Number(effect['claimedAt']), part: 'effect', line: `${text(recipient)}: begun` },
    {
      at: Number(effect['updatedAt']),
      part: 'effect',
      line: `${text(recipient)}: ${text(state).toLowerCase()}, ${details.join(', ')}`,
    },
  ];
};

const messageSteps = ({ key, record }: Located, pinned: string): Step[] => {
  const at = Date.parse(record.at);
  const where = `${key}, record ${record.sequence}`;
  if (record.type !== 'message') {
    // The words are those of the plan, nearly always: said once.
    const { body, ...rest } = record.data;
    const short = record.type === 'text' && body === pinned ? { ...record, data: rest } : record;
    return [{ at, part: record.type, line: `${whatItSays(short)}  [${where}]` }];
  }
  const queued = isObject(record.data['record']) ? record.data['record'] : {};
  const webhook = isObject(queued['webhook']) ? queued['webhook'] : null;
  const way = webhook ? `${webhook['overFallback'] ? 'over the fallback, ' : ''}${text(webhook['path'])}` : '';
  return [
    {
      at,
      part: 'webhook',
      line: `received over ${text(queued['via']) || 'a carrier'}${way ? `, ${way}` : ''}, from ${text(queued['from'])} to ${text(queued['to'])}`,
    },
    { at, part: 'message', line: `${whatItSays(record)}  [${where}]` },
    { at, part: 'queue', line: queueLine(queued, record.sid) },
  ];
};

/** What the queue held besides: how it came, in short. */
const queueLine = (queued: Readonly<Record<string, unknown>>, sid: string | null): string => {
  const { userAgent, idempotencyToken, isCut } = isObject(queued['webhook']) ? queued['webhook'] : {};
  const parameters = isObject(queued['parameters']) ? Object.keys(queued['parameters']).length : 0;
  const media = objects(queued['media']).length;
  const parts = [
    `${parameters} parameters`,
    media > 0 && `${media} ${media === 1 ? 'picture' : 'pictures'}`,
    userAgent && `by ${text(userAgent)}`,
    idempotencyToken && `token ${text(idempotencyToken)}`,
    isCut === true && 'the longest left out',
  ].filter(Boolean);
  return `${parts.join(', ')}; all of it: ./qdn log show --sid ${sid} --json`;
};

const IN_EVERY_LINE = ['service', 'correlationId', '_aws'];

/** A function's line, without what every line has. */
const lineStep = ({ at, source, text: line }: LogLine): Step => {
  // A line that is only counted (packages/lambda/src/metrics.ts) has no level.
  const start = Math.max(line.indexOf('{"level"'), line.indexOf('{"service"'));
  let words = line;
  try {
    const { level, message, ...fields }: Record<string, unknown> = JSON.parse(line.slice(start));
    const rest = Object.entries(fields).flatMap(([name, value]) =>
      value === null || IN_EVERY_LINE.includes(name) ? [] : [`${name}=${text(value)}`],
    );
    words = message
      ? `${text(level)}: ${text(message)}${rest.length > 0 ? ` (${rest.join(', ')})` : ''}`
      : `counted: ${rest.join(', ')}`;
  } catch {
    // Not one of ours: shown as it is.
  }
  return { at: Number.isNaN(at) ? null : at, part: source, line: words };
};

const localLines = (folder: string, sid: string): LogLine[] => {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => /\.log(\.previous)?$/.test(file)) : [];
  return files.sort().flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line.includes(sid))
      // Some begin with their time.
      .map((line) => ({ at: timeOf(line), source: file.replace(/\.log.*$/, ''), text: line })),
  );
};

const timeOf = (line: string): number => Date.parse(/^\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(line)?.[0] ?? '');

/** The whole story of one message. @throws CommandError when nothing is known of it */
export const trace = async (
  cloud: Cloud,
  sidText: string,
  now: number,
  note: (text: string) => void,
): Promise<string> => {
  const sid = messageSidOf(sidText);
  const story = await storedStory(cloud.table, cloud.tableName, sid);
  const receivedAt = story ? Number(story.plan['receivedAt']) : null;
  const from = receivedAt ?? now - LOOK_BACK_MS;
  const records: Located[] = [];
  // An answer comes when it comes; what is due because of it is logged with its own time.
  for await (const located of wantedRecords(cloud, {
    from: from - DAY_MS,
    to: Math.min(now, from + LOOK_BACK_MS),
    sid,
  }))
    records.push(located);
  const lines = await functionLines(cloud, sid, from, now, note);
  if (!story && records.length === 0 && lines.length === 0) {
    throw new CommandError(
      `Nothing is known of ${sid} in ${cloud.place}. If Twilio has called the webhook within the last minutes, try again; else see Twilio’s debugger.`,
    );
  }
  const steps = [
    ...(story ? [...planSteps(story), ...story.effects.flatMap(effectSteps)] : []),
    ...records.flatMap((located) => messageSteps(located, text(story?.plan['body']))),
    ...lines.map(lineStep),
  ];
  const dated = steps.filter(({ at }) => at !== null).sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  const undated = steps.filter(({ at }) => at === null);
  const show = (all: Step[]) => all.map(({ at, part, line }) => `  ${clock(at)}  ${part.padEnd(15)}  ${line}`);
  return [
    `${sid} · ${story ? text(story.plan['scope']) : 'no worker has begun with it'}`,
    '',
    'What happened (UTC)',
    ...show(dated),
    ...(undated.length > 0 ? ['', 'What the functions wrote, in order', ...show(undated)] : []),
    '',
    summary(story, records),
  ].join('\n');
};

const functionLines = async (
  cloud: Cloud,
  sid: string,
  from: number,
  now: number,
  note: (text: string) => void,
): Promise<LogLine[]> => {
  if ('folder' in cloud.functionLogs) return localLines(cloud.functionLogs.folder, sid);
  try {
    return await linesWith(
      cloud.logs,
      cloud.functionLogs.groups,
      sid,
      from - 3_600_000,
      Math.min(now, from + LOOK_BACK_MS),
    );
  } catch (error) {
    // The rest of the story does not depend on it.
    note(`The functions’ logs cannot be read: ${error instanceof Error ? error.message : 'no reason given'}`);
    return [];
  }
};

/** How it stands, in a sentence. */
const summary = (story: StoredStory | null, records: readonly Located[]): string => {
  if (!story)
    return 'It has not been relayed: it waits in the queue, or it is in the dead-letter queue (./qdn replay-messages). Or it is the SID of a text that went out; trace the message that it was for.';
  const texts = story.effects.map((effect) => text(effect['state']));
  const open = texts.filter((state) => state !== 'ACCEPTED' && state !== 'REJECTED').length;
  const count = (state: string) => texts.filter((one) => one === state).length;
  const logged = records.some(({ record }) => record.type === 'message') ? '' : ' It is not in the compliance log yet.';
  if (texts.length === 0) return `No text has gone out because of it.${logged}`;
  return `${count('ACCEPTED')} accepted, ${count('REJECTED')} refused, ${open} open.${logged}`;
};
