import { ASSUMED, polling } from './assumptions.ts';
import { baseUsage, type Counted, SCENARIO_IDS, SCENARIOS } from './counted.ts';
import { TOLERATED } from './dearer.ts';
import { type BillLine, billOf, monthOf } from './month.ts';
import { OTHERS } from './others.ts';
import {
  addUsage,
  dollarsOf,
  METERS,
  PRICES,
  PRICES_AS_OF,
  PRICES_REGION,
  timesUsage,
  type Usage,
  unitUsd,
} from './prices.ts';
import { cents, money, quantity } from './words.ts';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const parts = (usage: Usage): [aws: string, twilio: string, together: string] => [
  money(dollarsOf(usage, 'AWS')),
  money(dollarsOf(usage, 'Twilio')),
  money(dollarsOf(usage)),
];

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** What makes up a sum, the dearest first, down to a hundredth of it. */
const madeOf = (usage: Usage, by: 'AWS' | 'Twilio'): string => {
  const all = dollarsOf(usage, by);
  return METERS.filter((meter) => PRICES[meter].by === by)
    .map((meter) => ({ meter, usd: (usage[meter] ?? 0) * unitUsd(meter) }))
    .filter(({ usd }) => usd > all / 100)
    .toSorted((a, b) => b.usd - a.usd)
    .map(
      ({ meter, usd }) =>
        `${percent(usd / all)} ${PRICES[meter].service}, ${quantity(usage[meter] ?? 0)} × ${PRICES[meter].unit}`,
    )
    .join('; ');
};

const billRow = ({ what, count, aws, twilio, dollars }: BillLine): string[] => [
  what,
  quantity(count),
  cents(aws),
  cents(twilio),
  cents(dollars),
];

/** docs/cost.md, all of it. */
export const costPage = (counted: Counted): string => {
  const of = (id: (typeof SCENARIO_IDS)[number]) => counted.scenarios[id].usage;
  const month = monthOf({});
  const bill = billOf(month, counted);
  const base = baseUsage(counted);
  const moving = addUsage(...bill.lines.slice(0, -1).map(({ usage }) => usage));
  const wholeJob = timesUsage(moving, 1 / month.jobs);
  const { workHours, monthHours } = ASSUMED;
  return `# What it costs

Made by \`npm run cost:accept\` from the calls that were counted on the local system (packages/cost/src/counted.json) and the table of
prices (packages/cost/src/prices.ts): change those, not this page. US dollars, AWS on demand in ${PRICES_REGION}, Twilio in the USA, prices of
${PRICES_AS_OF}, without free tiers unless it says so. For your own month: \`./qdn cost --help\`.

${table(
  ['', 'AWS', 'Twilio', 'together'],
  [
    ['**a relayed message**: a customer’s text to two dispatchers', ...parts(of('relayed-text'))],
    [
      `**a trailer-month**: ${workHours} hours on the road, a fix every 10 s, each posted by itself`,
      ...parts(timesUsage(of('trailer-hour'), workHours)),
    ],
    ['the same, six fixes to a post', ...parts(timesUsage(of('trailer-hour-by-six'), workHours))],
    ['**a viewer-hour**: one alone, following a trailer', ...parts(of('viewer-hour'))],
    ['**a job** by itself', ...parts(of('job'))],
    ['a job with its texts, driving and viewers, in the month below', ...parts(wholeJob)],
    ['**a month in which nothing happens**', ...parts(base)],
  ],
)}

Of what moves in the month below, ${percent(dollarsOf(moving, 'Twilio') / dollarsOf(moving))} is Twilio’s. Of AWS’s bill for it, ${percent(dollarsOf(base, 'AWS') / bill.aws)} is for what stands still: dashboard, alarms, metrics,
secrets, the polling of the queues.

## A month of four trailers

${table(['what', 'how many', 'AWS', 'Twilio', 'together'], bill.lines.map(billRow))}

Together **${money(bill.together)}**: ${money(bill.twilio)} to Twilio, ${money(bill.aws)} to AWS. What AWS gives every account each month, for good,
takes off up to ${money(bill.free)} (if nothing else in the account uses it): then ${money(bill.toPay)}. What AWS gives new accounts is not counted.

Once, before the first text: about $4.50 for the brand and $15 for the campaign (A2P 10DLC registration; [second hand](https://help.textvolt.com/en/articles/13702582-10dlc-tfn-and-short-code-fees-and-charges)).

## Beside others

A month of four trailers. None does the same: Samsara’s price has devices and their data plans in it, which ours has not, and no others here
take customers’ texts to a team of dispatchers, as far as is known to us.

${table(
  ['', 'a month', 'a trailer-month', 'on what grounds'],
  [
    [
      '**QDN Relay**, all of the month above',
      money(bill.together),
      money(bill.together / month.trailers),
      'this page; without trackers and their data plans',
    ],
    [
      'QDN Relay, without texts',
      money(bill.aws),
      money(bill.aws / month.trailers),
      'tracking and page alone, AWS’s bill',
    ],
    ...OTHERS.map(({ name, what, monthly, basis, source }) => [
      `${name}: ${what}`,
      money(monthly(month.trailers)),
      money(monthly(month.trailers) / month.trailers),
      source ? `${basis} ([source](${source}))` : basis,
    ]),
  ],
)}

No price list of Samsara’s was found; these are contracts of public bodies. Onfleet’s page could not be opened; its prices are a transcript
of it, of September 2026.

## What each is made of

${SCENARIO_IDS.map((id) => {
  const [name = '', what = ''] = SCENARIOS[id].split(': ');
  const { usage, calls } = counted.scenarios[id];
  const called = Object.entries(calls).map(([call, count]) => `${quantity(count)} \`${call}\``);
  return `**${name[0]?.toUpperCase()}${name.slice(1)}** (${money(dollarsOf(usage))}): ${what}.
AWS ${money(dollarsOf(usage, 'AWS'))}: ${madeOf(usage, 'AWS')}.${
    dollarsOf(usage, 'Twilio') > 0 ? ` Twilio ${money(dollarsOf(usage, 'Twilio'))}: ${madeOf(usage, 'Twilio')}.` : ''
  }
Calls: ${called.join(', ')}.`;
}).join('\n\n')}

**A month in which nothing happens** (${money(dollarsOf(base))}): the idle hour ${monthHours} times, and what is deployed:
${counted.stack.alarmMetrics} metrics under alarms, ${counted.stack.dashboards} dashboard, ${counted.stack.secrets} secrets, ${counted.stack.polledQueues} queues that Lambda polls, ${counted.metrics.always} metrics of our own all the time and
${counted.metrics.atWork} in working hours, a number, a campaign. AWS ${money(dollarsOf(base, 'AWS'))}: ${madeOf(base, 'AWS')}. Twilio ${money(dollarsOf(base, 'Twilio'))}: ${madeOf(base, 'Twilio')}.

## Prices

None of the pages that decide could be opened from where this was written, on ${PRICES_AS_OF}. So each line says where it was read in their place:
in a stored copy, on another page, or not at all, from memory. Check a line before you rely on it. What is free each month, for good, is in no
number above but the one that names it.

${table(
  ['price', 'for', 'of', 'free each month', 'decides', 'read'],
  METERS.map((meter) => {
    const { usd, per, unit, service, free, read, source } = PRICES[meter];
    return [
      money(usd),
      per === 1 ? '1' : quantity(per),
      `${service}: ${unit}`,
      free > 0 ? quantity(free) : '–',
      `[page](${source})`,
      read === null ? 'not checked' : read === 'a copy' ? read : `[second hand](${read})`,
    ];
  }),
)}

## What is assumed, since a laptop cannot show it

- Lambda bills ${ASSUMED.handlerMs} ms of each invocation for the handler, ${ASSUMED.awsCallMs} ms for each call of AWS (as if one came after another), ${ASSUMED.carrierCallMs} ms for each of Twilio, and
  ${ASSUMED.coldStartMs} ms for a cold start, at the ${counted.stack.memoryMb} MB of the templates. A function that was not called for ${ASSUMED.warmForMs / 60_000} minutes starts cold, and reads its secrets again.
- Lambda adds ${ASSUMED.lambdaLogBytes} bytes to the log for each invocation.
- Lambda polls each queue ${ASSUMED.pollers} times at once for ${ASSUMED.pollS} s, day and night: ${quantity(polling(counted.stack.polledQueues).queueRequest ?? 0)} requests a month.
- DynamoDB asks KMS for the key of a table every ${ASSUMED.tableKeyMs / 60_000} minutes for each function that uses it. The keys are AWS’s own: they cost nothing by
  themselves, asking for them does.
- Jobs, texts and the compliance log are paid for as if they had been kept for ${ASSUMED.keptMonths} months; fixes for seven days. Point-in-time recovery is
  paid for by the size of the tables.
- ${ASSUMED.headerBytes} bytes of headers for each answer; ${ASSUMED.answerBytes} bytes for answers that no viewer reads. Nobody has streets under the map: they would add a few
  parts of one file to the opening of a page.
- What T-Mobile adds to received segments is counted for all networks; and to those sent, what T-Mobile and Verizon add, although AT&T takes less.
- Writing is counted with its indexes, one by one: the embedded DynamoDB leaves those out.
- Not in it: tracking devices and their data plans, a domain, support plans, taxes, and your time.

## When it becomes more expensive

\`npm test\` counts every scenario anew and fails when AWS’s or Twilio’s part of one, or of the month in which nothing happens, is more than
${TOLERATED * 100} % above what was accepted last. It says what rose. If it is worth it, \`npm run cost:accept\` counts again, writes counted.json and this page;
say in the commit why. Why so: [ADR 28](adr/0028-cost.md).
`;
};
