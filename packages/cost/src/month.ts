import { ASSUMED } from './assumptions.ts';
import { baseUsage, type Counted, type ScenarioId } from './counted.ts';
import { addUsage, dollarsOf, freeDollarsOf, timesUsage, type Usage } from './prices.ts';

/** A company's month. */
export type Month = {
  trailers: number;
  /** Hours that each trailer is on the road. */
  hoursPerTrailer: number;
  /** How many fixes its device posts at once. */
  fixesPerPost: 1 | 6;
  jobs: number;
  /** Texts of customers, each relayed to two dispatchers. */
  messages: number;
  /** Answers of dispatchers to customers. */
  answers: number;
  /** Texts of status to customers; none as long as the company's file does not ask for them. */
  notices: number;
  /** Hours that customers look at the tracking page. */
  viewerHours: number;
};

/**
 * A month of which only some is known; the rest as with a company of four trailers: six jobs a day on 22 days, two texts of the customer and one
 * answer for each, half an hour of looking.
 */
export const monthOf = (known: Partial<Month>): Month => {
  const trailers = known.trailers ?? 4;
  const jobs = known.jobs ?? trailers * 33;
  const messages = known.messages ?? jobs * 2;
  return {
    trailers,
    hoursPerTrailer: known.hoursPerTrailer ?? ASSUMED.workHours,
    fixesPerPost: known.fixesPerPost ?? 1,
    jobs,
    messages,
    answers: known.answers ?? messages / 2,
    notices: known.notices ?? 0,
    viewerHours: known.viewerHours ?? jobs / 2,
  };
};

export type BillLine = { what: string; count: number; usage: Usage; dollars: number; aws: number; twilio: number };

/** All in US dollars. `free` is what AWS's free units take off, in every month and for good. */
export type Bill = { lines: BillLine[]; aws: number; twilio: number; together: number; free: number; toPay: number };

/** What a month costs. */
export const billOf = (month: Month, counted: Counted): Bill => {
  const line = (what: string, count: number, each: Usage): BillLine => {
    const usage = timesUsage(each, count);
    return {
      what,
      count,
      usage,
      dollars: dollarsOf(usage),
      aws: dollarsOf(usage, 'AWS'),
      twilio: dollarsOf(usage, 'Twilio'),
    };
  };
  const scenario = (id: ScenarioId) => counted.scenarios[id].usage;
  const lines = [
    line('texts of customers, each to two dispatchers', month.messages, scenario('relayed-text')),
    line('answers to customers', month.answers, scenario('answer')),
    line('texts of status to customers', month.notices, scenario('notice')),
    line('jobs', month.jobs, scenario('job')),
    line(
      'hours of trailers on the road',
      month.trailers * month.hoursPerTrailer,
      scenario(month.fixesPerPost === 6 ? 'trailer-hour-by-six' : 'trailer-hour'),
    ),
    line('hours of customers looking', month.viewerHours, scenario('viewer-hour')),
    line('the month itself, if nothing happened', 1, baseUsage(counted)),
  ];
  const all = addUsage(...lines.map(({ usage }) => usage));
  const together = dollarsOf(all);
  const free = freeDollarsOf(all);
  return {
    lines,
    aws: dollarsOf(all, 'AWS'),
    twilio: dollarsOf(all, 'Twilio'),
    together,
    free,
    toPay: together - free,
  };
};
