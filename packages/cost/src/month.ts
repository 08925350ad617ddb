import { ASSUMED } from './assumptions.ts';
import { baseUsage, type Counted, type ScenarioId } from './counted.ts';
import { addUsage, dollarsOf, freeDollarsOf, timesUsage, type Usage } from './prices.ts';

/** A company's month. */
export type Month = {
  trailers: number;
  /** Hours on the road per trailer. */
  hoursPerTrailer: number;
  /** Number of fixes in one post of its device. */
  fixesPerPost: 1 | 6;
  jobs: number;
  /** Messages from customers, each relayed to two dispatchers. */
  messages: number;
  /** Answers of dispatchers to customers. */
  answers: number;
  /** Automatic updates to customers; none unless the company file switches them on. */
  notices: number;
  /** Hours of customers on the tracking page. */
  viewerHours: number;
};

/**
 * Completes a month. The defaults are a company with four trailers: six jobs a day on 22 days, and for each job two messages of the customer, one
 * answer, and half an hour on the tracking page.
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

/** All in US dollars. `free` is the value of AWS's permanent monthly free units. */
export type Bill = { lines: BillLine[]; aws: number; twilio: number; together: number; free: number; toPay: number };

/** Returns the bill of a month. */
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
    line('messages from customers, each to two dispatchers', month.messages, scenario('relayed-text')),
    line('answers to customers', month.answers, scenario('answer')),
    line('automatic updates to customers', month.notices, scenario('notice')),
    line('jobs', month.jobs, scenario('job')),
    line(
      'hours of trailers on the road',
      month.trailers * month.hoursPerTrailer,
      scenario(month.fixesPerPost === 6 ? 'trailer-hour-by-six' : 'trailer-hour'),
    ),
    line('hours of customers on the page', month.viewerHours, scenario('viewer-hour')),
    line('base cost of the month', 1, baseUsage(counted)),
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
