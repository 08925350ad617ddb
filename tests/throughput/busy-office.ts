import type { BackupContact, Job, JobId, PhoneNumber, RecipientId, TrailerId } from '@qdn/domain';
import { aJob } from '@qdn/domain/testing';
import type { Random } from '../nemesis/random.ts';

/*
 * An office with far more traffic than one company has: jobs with two dispatchers of their own, customers who write, and dispatchers who
 * answer by the job's handle.
 */

/** Jobs of each pair of dispatchers. */
const JOBS_OF_A_PAIR = 30;
/** Texts that a customer writes in an hour, on average. The budget is 12 in ten minutes. */
const TEXTS_OF_A_CUSTOMER = 10;
/** Share of customers' texts that a second line follows within seconds. */
const SECOND_LINE_SHARE = 0.1;
/** Time between the two lines, in ms. */
const SECOND_LINE_MS = { from: 1000, to: 3000 };
/** Time until a dispatcher answers, in ms. */
const ANSWER_AFTER_MS = { from: 20_000, to: 150_000 };
const HOUR_MS = 3_600_000;

export const COMPANY_NUMBER = '+15125550142';

const phone = (area: number, n: number): PhoneNumber => `+1${area}${String(2_000_000 + n)}` as PhoneNumber;
const contact = (n: number): BackupContact => ({
  id: `d${n}` as RecipientId,
  name: `Dispatcher ${n}`,
  phone: phone(737, n),
});

/** One text that a person writes. `at` is epoch ms. */
export type WrittenText = { at: number; from: string; body: string; isCustomer: boolean };

/** Returns the jobs of an office with this number of texts a second. */
export const officeJobs = (textsPerSecond: number, startAt: number): Job[] => {
  const customers = Math.max(JOBS_OF_A_PAIR, Math.ceil(((textsPerSecond / 2) * 3600) / TEXTS_OF_A_CUSTOMER));
  return Array.from({ length: customers }, (_, i) => {
    const pair = Math.floor(i / JOBS_OF_A_PAIR);
    return aJob({
      id: `QDN-${10_000 + i}` as JobId,
      trailers: [`T${i}` as TrailerId],
      customer: { name: `Customer ${i}`, phone: phone(512, i) },
      contacts: [contact(2 * pair), contact(2 * pair + 1)],
      status: 'in_transit',
      history: [],
      createdAt: startAt - HOUR_MS,
      updatedAt: startAt - HOUR_MS,
    });
  });
};

type OfficeTraffic = {
  textsPerSecond: number;
  seconds: number;
  /** Epoch ms. */
  startAt: number;
  secondLineMs?: { from: number; to: number } | undefined;
};

/**
 * Writes the texts of some seconds, at random moments with a constant rate: customers' lines, half of them, and as many answers.
 * @returns the texts in the order of their times
 */
export const officeTexts = (
  jobs: readonly Job[],
  { textsPerSecond, seconds, startAt, secondLineMs = SECOND_LINE_MS }: OfficeTraffic,
  random: Random,
): WrittenText[] => {
  const endAt = startAt + seconds * 1000;
  const texts: WrittenText[] = [];
  const lines = (textsPerSecond / 2) * seconds;
  const write = (job: Job, at: number, n: number, part: string): void => {
    const body = `The pile is behind the barn, gate ${n}${part}`;
    texts.push({ at, from: job.customer.phone, body, isCustomer: true });
  };
  for (let n = 0; n < lines; n += 1) {
    const job = random.pick(jobs);
    const at = startAt + Math.floor(random.fraction() * seconds * 1000);
    write(job, at, n, '');
    if (random.chance(SECOND_LINE_SHARE) && at + secondLineMs.to < endAt) {
      n += 1;
      write(job, at + random.between(secondLineMs.from, secondLineMs.to), n, ', the second one');
    }
    const [first] = job.contacts;
    // An answer that falls behind the end is written at the beginning, so that the rate is even.
    const after = at + random.between(ANSWER_AFTER_MS.from, ANSWER_AFTER_MS.to);
    const answeredAt = after < endAt ? after : startAt + random.between(0, Math.min(seconds, 120) * 1000);
    const handle = job.id.replace('QDN-', '@');
    texts.push({
      at: answeredAt,
      from: first?.phone ?? '',
      body: `${handle} we will be there, ${n}`,
      isCustomer: false,
    });
  }
  return texts.toSorted((a, b) => a.at - b.at);
};
