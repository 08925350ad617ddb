import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from './connection.ts';
import { table } from './format.ts';

type Counted = { at: number; name: string; value: number };

/** Returns the metrics in a log line, if CloudWatch would count it (packages/lambda/src/metrics.ts). */
const countedIn = (line: string): Counted[] => {
  if (!line.includes('"_aws"')) return [];
  try {
    const members: Record<string, unknown> = JSON.parse(line.slice(line.indexOf('{')));
    const { Timestamp, CloudWatchMetrics } = Object(members['_aws']);
    const names: string[] = CloudWatchMetrics.flatMap(({ Metrics }: { Metrics: Array<{ Name: string }> }) =>
      Metrics.map(({ Name }) => Name),
    );
    return names.map((name) => ({ at: Number(Timestamp), name, value: Number(members[name]) }));
  } catch {
    // An incomplete line, still being written.
    return [];
  }
};

const short = (value: number): string => String(Math.round(value * 10_000) / 10_000);

/**
 * Returns the metrics that CloudWatch would have counted since a moment, from the logs of the local system.
 * @param since epoch ms
 * @throws CommandError when the local system is not running
 */
export const localMetrics = (repository: string, since: number): string => {
  const file = join(repository, '.local', 'local.json');
  const folder: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).cloud?.logs : undefined;
  if (typeof folder !== 'string' || !existsSync(folder))
    throw new CommandError(
      'The local system is not running. Start it with: npm start. On AWS, see the dashboard qdn-<stage>.',
    );
  const counted = readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .flatMap(countedIn)
    .filter(({ at }) => at >= since);
  if (counted.length === 0) return 'There are no metrics in that time range.';
  const rows = [...Map.groupBy(counted, ({ name }) => name)]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, all]) => {
      const values = all.map(({ value }) => value);
      const sum = values.reduce((total, value) => total + value, 0);
      return [name, String(values.length), short(sum), short(Math.max(...values)), short(values.at(-1) ?? 0)];
    });
  return table([['metric', 'times', 'sum', 'highest', 'last'], ...rows]);
};
