import { choose } from '../choose.ts';
import type { OperatorContext } from '../operator-context.ts';
import { offsetTime } from './local-time.ts';
import { type Direction, readMoment } from './read-moment.ts';

/**
 * Returns the moment of a typed time in epoch ms, and prints it as understood. A doubtful one is asked about at a terminal.
 * @param option what stands before the time on the command line
 * @throws CommandError for a time that cannot be read, or that no one confirms
 */
export const momentMeant = async (
  typed: string,
  context: Pick<OperatorContext, 'time' | 'ask' | 'note'>,
  direction: Direction = 'ahead',
  option = '--at ',
): Promise<number> => {
  const clocks = context.time();
  const reading = readMoment(typed, clocks.zone, Date.now(), direction);
  if ('at' in reading) {
    context.note(`Time: ${clocks.inWords(reading.at)}`);
    return reading.at;
  }
  return choose(
    context,
    reading.question,
    reading.candidates.map((at) => ({
      value: at,
      label: clocks.inWords(at),
      option: `${option}${offsetTime(at, clocks.zone)}`,
    })),
  );
};
