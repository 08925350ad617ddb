import { CommandError } from '../connection.ts';
import { printableJson } from '../printable.ts';
import type { LocalTime } from '../times/local-time.ts';
import type { Cloud } from './cloud.ts';
import { logLine } from './log-report.ts';
import { type Wanted, wantedRecords } from './past-messages.ts';

/** Prints the log's records as they are read, one per line. @throws CommandError when there are none */
export const showLog = async (
  cloud: Cloud,
  wanted: Wanted,
  isJson: boolean,
  print: (line: string) => void,
  time: LocalTime,
): Promise<void> => {
  let count = 0;
  for await (const located of wantedRecords(cloud, wanted)) {
    print(isJson ? printableJson({ ...located.record, key: located.key }, 0) : logLine(located, time));
    count += 1;
  }
  if (count === 0) throw new CommandError('The log has no records of that time range or message.');
};
