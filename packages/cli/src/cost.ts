import {
  type Bill,
  billOf,
  cents,
  type Month,
  monthOf,
  PRICES_AS_OF,
  PRICES_REGION,
  quantity,
  readCounted,
} from '@qdn/cost';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { table } from './format.ts';

const number = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0) || value > 1e9)
    throw new InvalidArgumentError('It must be a number of 0 or more.');
  return value;
};

/** Returns the bill as text. */
export const billReport = (bill: Bill, month: Month): string => {
  const rows = bill.lines
    .filter(({ count }) => count > 0)
    .map(({ what, count, dollars, twilio }) => [what, quantity(count), cents(dollars), cents(twilio)]);
  return [
    `A month of ${month.trailers === 1 ? 'one trailer' : `${quantity(month.trailers)} trailers`}, in US dollars at prices of ${PRICES_AS_OF} (${PRICES_REGION}, USA)`,
    table([['ITEM', 'COUNT', 'COST', 'TWILIO’S PART'], ...rows]),
    `Together ${cents(bill.together)}: ${cents(bill.twilio)} to Twilio, ${cents(bill.aws)} to AWS.`,
    `AWS’s permanent free tier reduces this by up to ${cents(bill.free)}, to ${cents(bill.toPay)}.`,
    'Counted on the local system. Assumptions and sources of prices: docs/cost.md. Trackers and their data plans are not included.',
  ].join('\n\n');
};

type Options = Partial<Omit<Month, 'hoursPerTrailer' | 'fixesPerPost'>> & {
  hours?: number;
  fixesPerPost?: string;
  json?: boolean;
};

/** Adds `./qdn cost`. It makes no request: the counts are in the repository. */
export const addCostCommand = (program: Command, print: (text: string) => void): void => {
  program
    .command('cost')
    .description('computes the cost of a month: messages, trailers, jobs, viewers and fixed costs')
    .option('--trailers <number>', 'number of trailers (default: 4)', number)
    .option('--hours <number>', 'hours on the road per trailer (default: 176)', number)
    .addOption(
      new Option('--fixes-per-post <number>', 'number of fixes in one post of a tracker (default: 1)').choices([
        '1',
        '6',
      ]),
    )
    .option('--jobs <number>', 'number of jobs (default: 33 per trailer)', number)
    .option('--messages <number>', 'messages from customers, each to two dispatchers (default: 2 per job)', number)
    .option('--answers <number>', 'answers to customers (default: half the number of messages)', number)
    .option('--notices <number>', 'automatic updates to customers (default: none)', number)
    .option('--viewer-hours <number>', 'hours of customers on the page (default: half an hour per job)', number)
    .option('--json', 'as JSON, with the usage of each line')
    .addHelpText('after', '\nExample:\n  ./qdn cost --trailers 10 --messages 800')
    .action(({ hours, fixesPerPost, json, ...rest }: Options) => {
      const month = monthOf({
        ...rest,
        ...(hours === undefined ? {} : { hoursPerTrailer: hours }),
        ...(fixesPerPost === '6' ? { fixesPerPost: 6 } : {}),
      });
      const bill = billOf(month, readCounted());
      print(
        json
          ? JSON.stringify({ pricesAsOf: PRICES_AS_OF, region: PRICES_REGION, currency: 'USD', month, bill }, null, 2)
          : billReport(bill, month),
      );
    });
};
