import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Located } from '@qdn/aws/compliance-log';
import { type LogLine, linesWith, type StoredTimeline, storedTimeline } from '@qdn/aws/operator';
import { isJsonObject } from '@qdn/json';
import { CommandError } from '../connection.ts';
import { oneLine } from '../printable.ts';
import type { LocalTime } from '../times/local-time.ts';
import type { Cloud } from './cloud.ts';
import { recordSummary } from './log-report.ts';
import { messageSidOf, wantedRecords } from './past-messages.ts';

const DAY_MS = 24 * 3_600_000;
/** Period of the log that is searched for a message without a plan, in ms. */
const LOOK_BACK_MS = 15 * DAY_MS;

/** An event of a message. `at` is epoch ms; null when the time is not recorded. */
type Step = { at: number | null; part: string; line: string };

const text = (value: unknown): string =>
  value == null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
const objects = (value: unknown): Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];
const clock = (at: number | null, time: LocalTime): string =>
  at === null || Number.isNaN(at) ? ''.padEnd(23) : `${time.stamp(at)}.${String(at % 1000).padStart(3, '0')}`;

/** Returns the recipients and the text, which the plan pins before anything is sent. */
const planSteps = ({ plan }: StoredTimeline, time: LocalTime): Step[] => {
  const recipients = objects(plan['recipients']);
  const at = Number(plan['begunAt'] ?? plan['receivedAt']);
  const names = recipients.map(({ recipient, to }) => `${text(recipient)} (${text(to)})`).join(', ');
  const steps: Step[] = [
    { at, part: 'plan', line: `${text(plan['kind'])} of ${text(plan['timelineId'])}, to ${names || 'no one'}` },
  ];
  if (recipients.length > 0) steps.push({ at, part: 'plan', line: `the text: ${JSON.stringify(text(plan['body']))}` });
  for (const { recipient, notBefore } of recipients) {
    if (Number(notBefore) > at)
      steps.push({
        at,
        part: 'plan',
        line: `${text(recipient)} has quiet hours until ${clock(Number(notBefore), time)}`,
      });
  }
  if (typeof plan['heldUntil'] === 'number')
    steps.push({
      at,
      part: 'plan',
      line: `over the budget: goes into the summary at ${clock(plan['heldUntil'], time)}`,
    });
  if (typeof plan['answeredAt'] === 'number')
    steps.push({ at: plan['answeredAt'], part: 'answer', line: `${text(plan['answeredBy'])} has answered` });
  return steps;
};

const outboundSteps = (outbound: Readonly<Record<string, unknown>>): Step[] => {
  const { recipient, state, attempt, claims, carrier, carrierSid, errorCode, delivery, isDoubtful } = outbound;
  const details = [
    carrier && `via ${text(carrier)}`,
    Number(attempt) > 1 && `attempt ${text(attempt)}`,
    `claimed ${claims === 1 ? 'once' : `${text(claims)} times`}`,
    carrierSid,
    errorCode != null && `error ${text(errorCode)}`,
    delivery,
    isDoubtful && state !== 'ACCEPTED' && 'may have been sent',
  ].filter(Boolean);
  return [
    { at: Number(outbound['claimedAt']), part: 'outbound', line: `${text(recipient)}: started` },
    {
      at: Number(outbound['updatedAt']),
      part: 'outbound',
      line: `${text(recipient)}: ${text(state).toLowerCase()}, ${details.join(', ')}`,
    },
  ];
};

const messageSteps = ({ key, record }: Located, pinned: string): Step[] => {
  const at = Date.parse(record.at);
  const where = `${key}, record ${record.sequence}`;
  if (record.type !== 'message') {
    // The text is nearly always the plan's, which is printed above.
    const { body, ...rest } = record.data;
    const short = record.type === 'text' && body === pinned ? { ...record, data: rest } : record;
    return [{ at, part: record.type, line: `${recordSummary(short)}  [${where}]` }];
  }
  const queued = isJsonObject(record.data['record']) ? record.data['record'] : {};
  const webhook = isJsonObject(queued['webhook']) ? queued['webhook'] : null;
  const route = webhook
    ? `${webhook['overFallback'] ? 'through the fallback webhook, ' : ''}${text(webhook['path'])}`
    : '';
  return [
    {
      at,
      part: 'webhook',
      line: `received from ${text(queued['via']) || 'a carrier'}${route ? `, ${route}` : ''}, ${text(queued['from'])} to ${text(queued['to'])}`,
    },
    { at, part: 'message', line: `${recordSummary(record)}  [${where}]` },
    { at, part: 'queue', line: queueLine(queued, record.sid) },
  ];
};

/** Returns the rest of the queued message in short: parameters, media, and how the webhook was called. */
const queueLine = (queued: Readonly<Record<string, unknown>>, sid: string | null): string => {
  const { userAgent, idempotencyToken, isCut } = isJsonObject(queued['webhook']) ? queued['webhook'] : {};
  const parameters = isJsonObject(queued['parameters']) ? Object.keys(queued['parameters']).length : 0;
  const media = objects(queued['media']).length;
  const parts = [
    `${parameters} parameters`,
    media > 0 && `${media} ${media === 1 ? 'picture' : 'pictures'}`,
    userAgent && `by ${text(userAgent)}`,
    idempotencyToken && `token ${text(idempotencyToken)}`,
    isCut === true && 'the longest parameters are cut',
  ].filter(Boolean);
  return `${parts.join(', ')}; full record: ./qdn log show --sid ${sid} --json`;
};

const IN_EVERY_LINE = ['service', 'correlationId', '_aws'];

/** Returns a line of a function's log without the fields that every line has. */
const lineStep = ({ at, source, text: line }: LogLine): Step => {
  // A line of metrics (packages/lambda/src/metrics.ts) has no level.
  const start = Math.max(line.indexOf('{"level"'), line.indexOf('{"service"'));
  let words = line;
  try {
    const { level, message, ...fields }: Record<string, unknown> = JSON.parse(line.slice(start));
    const rest = Object.entries(fields).flatMap(([name, value]) =>
      value === null || IN_EVERY_LINE.includes(name) ? [] : [`${name}=${text(value)}`],
    );
    words = message
      ? `${text(level)}: ${text(message)}${rest.length > 0 ? ` (${rest.join(', ')})` : ''}`
      : `metrics: ${rest.join(', ')}`;
  } catch {
    // A line of the runtime: printed unchanged.
  }
  return { at: Number.isNaN(at) ? null : at, part: source, line: words };
};

const localLines = (folder: string, sid: string): LogLine[] => {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => /\.log(\.previous)?$/.test(file)) : [];
  return files.sort().flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line.includes(sid))
      // Some lines start with their time.
      .map((line) => ({ at: timeOf(line), source: file.replace(/\.log.*$/, ''), text: line })),
  );
};

const timeOf = (line: string): number => Date.parse(/^\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(line)?.[0] ?? '');

/** Returns the timeline of one message. @throws CommandError when no store knows the message */
export const trace = async (
  cloud: Cloud,
  sidText: string,
  now: number,
  note: (text: string) => void,
  time: LocalTime,
): Promise<string> => {
  const sid = messageSidOf(sidText);
  const timeline = await storedTimeline(cloud.table, cloud.tableName, sid);
  const receivedAt = timeline ? Number(timeline.plan['receivedAt']) : null;
  const from = receivedAt ?? now - LOOK_BACK_MS;
  const records: Located[] = [];
  // An answer may arrive days later; its records have their own times.
  for await (const located of wantedRecords(cloud, {
    from: from - DAY_MS,
    to: Math.min(now, from + LOOK_BACK_MS),
    sid,
  }))
    records.push(located);
  const lines = await functionLines(cloud, sid, from, now, note);
  if (!timeline && records.length === 0 && lines.length === 0) {
    throw new CommandError(
      `${cloud.place} does not know ${sid}. If Twilio called the webhook in the last minutes, try again. Otherwise look into Twilio’s debugger.`,
    );
  }
  const steps = [
    ...(timeline ? [...planSteps(timeline, time), ...timeline.outboundMessages.flatMap(outboundSteps)] : []),
    ...records.flatMap((located) => messageSteps(located, text(timeline?.plan['body']))),
    ...lines.map(lineStep),
  ];
  const dated = steps.filter(({ at }) => at !== null).sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  const undated = steps.filter(({ at }) => at === null);
  const show = (all: Step[]) =>
    all.map(({ at, part, line }) => oneLine(`  ${clock(at, time)}  ${part.padEnd(15)}  ${line}`));
  return [
    `${sid} · ${timeline ? text(timeline.plan['timelineId']) : 'not processed yet'}`,
    '',
    `Timeline (${time.label})`,
    ...show(dated),
    ...(undated.length > 0 ? ['', 'Lines of the functions’ logs without a time, in order', ...show(undated)] : []),
    '',
    summary(timeline, records),
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
    // The rest of the timeline does not depend on the logs.
    note(`The functions’ logs cannot be read: ${error instanceof Error ? error.message : 'unknown error'}`);
    return [];
  }
};

/** Returns the state of the message in a sentence. */
const summary = (timeline: StoredTimeline | null, records: readonly Located[]): string => {
  if (!timeline)
    return 'The message has not been relayed. It is in the queue, or in the dead-letter queue: see ./qdn replay-messages --dry-run. If this is the SID of an outbound message, trace the inbound message instead.';
  const texts = timeline.outboundMessages.map((outbound) => text(outbound['state']));
  const open = texts.filter((state) => state !== 'ACCEPTED' && state !== 'REJECTED').length;
  const count = (state: string) => texts.filter((one) => one === state).length;
  const logged = records.some(({ record }) => record.type === 'message') ? '' : ' It is not in the compliance log yet.';
  if (texts.length === 0) return `Nothing was sent for this message.${logged}`;
  return `${count('ACCEPTED')} accepted, ${count('REJECTED')} refused, ${open} open.${logged}`;
};
