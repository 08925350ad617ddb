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
    throw new InvalidArgumentError('It takes a number from 0 on.');
  return value;
};

/** The bill in words. */
export const billReport = (bill: Bill, month: Month): string => {
  const rows = bill.lines
    .filter(({ count }) => count > 0)
    .map(({ what, count, dollars, twilio }) => [what, quantity(count), cents(dollars), cents(twilio)]);
  return [
    `A month of ${month.trailers === 1 ? 'one trailer' : `${quantity(month.trailers)} trailers`}, in US dollars at prices of ${PRICES_AS_OF} (${PRICES_REGION}, USA)`,
    table([['WHAT', 'HOW MANY', 'COSTS', 'OF IT TWILIO'], ...rows]),
    `Together ${cents(bill.together)}: ${cents(bill.twilio)} to Twilio, ${cents(bill.aws)} to AWS.`,
    `What AWS gives every account each month takes off up to ${cents(bill.free)}: then ${cents(bill.toPay)}.`,
    'Counted on the local system; what is assumed, and where prices are from: docs/cost.md. Trackers and their data plans are not in it.',
  ].join('\n\n');
};

type Options = Partial<Omit<Month, 'hoursPerTrailer' | 'fixesPerPost'>> & {
  hours?: number;
  fixesPerPost?: string;
  json?: boolean;
};

/** `./qdn cost`. It asks nothing of anybody: what things take is in the repository. */
export const addCostCommand = (program: Command, print: (text: string) => void): void => {
  program
    .command('cost')
    .description('says what a month costs: texts, trailers, jobs, viewers, and what stands still')
    .option('--trailers <number>', 'how many there are (default: 4)', number)
    .option('--hours <number>', 'hours that each is on the road (default: 176)', number)
    .addOption(
      new Option('--fixes-per-post <number>', 'how many fixes a tracker sends at once (default: 1)').choices([
        '1',
        '6',
      ]),
    )
    .option('--jobs <number>', 'jobs (default: 33 for each trailer)', number)
    .option('--messages <number>', 'texts of customers, each to two dispatchers (default: 2 for each job)', number)
    .option('--answers <number>', 'answers to customers (default: half as many as messages)', number)
    .option('--notices <number>', 'texts of status to customers (default: none)', number)
    .option(
      '--viewer-hours <number>',
      'hours that customers look at the page (default: half of one for each job)',
      number,
    )
    .option('--json', 'with what each line is made of')
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
