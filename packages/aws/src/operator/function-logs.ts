import {
  type CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';

/** A line of a function's log. `at` is epoch ms. */
export type LogLine = { at: number; source: string; text: string };

/**
 * Finds the lines of a service's functions that contain a word.
 * @param prefix of the log groups, such as `/aws/lambda/sms-relay-dev-`
 * @param from epoch ms; `to` likewise
 */
export const linesWith = async (
  logs: CloudWatchLogsClient,
  prefix: string,
  word: string,
  from: number,
  to: number,
): Promise<LogLine[]> => {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: prefix }));
  const found = await Promise.all(
    logGroups.map(({ logGroupName = '' }) => linesOfGroup(logs, logGroupName, word, from, to)),
  );
  return found.flat().map((line) => ({ ...line, source: line.source.slice(prefix.length) }));
};

const linesOfGroup = async (
  logs: CloudWatchLogsClient,
  logGroupName: string,
  word: string,
  startTime: number,
  endTime: number,
): Promise<LogLine[]> => {
  const lines: LogLine[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.send(
      new FilterLogEventsCommand({
        logGroupName,
        filterPattern: `"${word}"`,
        startTime,
        endTime,
        ...(nextToken ? { nextToken } : {}),
      }),
    );
    for (const { timestamp = 0, message = '' } of page.events ?? [])
      lines.push({ at: timestamp, source: logGroupName, text: message.trimEnd() });
    nextToken = page.nextToken;
  } while (nextToken);
  return lines;
};
