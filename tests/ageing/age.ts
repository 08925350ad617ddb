import { DANA, type Installation } from './installation.ts';

/** Messages of a job: three of the customer, two answers, one acknowledgement. */
const MESSAGES_PER_JOB = 6;
/** Of this many jobs, one customer is never answered, and one stranger writes. */
const UNANSWERED_EVERY = 12;
const STRANGER_EVERY = 5;
/** Number of customers: most have several jobs in three years. */
export const CUSTOMERS = 2000;
const YEARS = 3;
const YEAR_MIN = 365 * 24 * 60;

export const customerPhone = (n: number): string => `+1737${String(5_550_000 + n)}`;
const strangerPhone = (n: number): string => `+1830${String(5_550_000 + n)}`;
export const jobId = (n: number): string => `QDN-${n}`;

/** Creates a job of one delivery. */
export const createJob = (installation: Installation, n: number): Promise<unknown> =>
  installation.ask('POST', '/api/jobs', {
    id: jobId(n),
    accountId: 'lopez',
    kind: 'delivery',
    customer: { name: `Customer ${n % CUSTOMERS}`, phone: customerPhone(n % CUSTOMERS) },
    stops: [{ kind: 'drop_off', address: '1100 Congress Ave, Austin', lat: 30.2747, lon: -97.7404 }],
    trailers: [`T${(n % 4) + 1}`],
  });

/** Time from the first text of a job to the last answer, in minutes. */
const TALK_MIN = 38;

/** Plays one job from its creation to its end. */
const playJob = async (installation: Installation, n: number, minutes: number): Promise<void> => {
  const { say, wait, ask, sweep } = installation;
  const phone = customerPhone(n % CUSTOMERS);
  const handle = `@${n}`;
  const isAnswered = n % UNANSWERED_EVERY !== 0;
  await createJob(installation, n);
  await say(phone, 'Could you put it beside the garage, please?');
  await wait(2);
  if (isAnswered) await say(DANA, `${handle} yes, beside the garage`);
  await wait(30);
  await say(phone, 'The gate code is 4411');
  await wait(1);
  if (isAnswered) await say(DANA, 'ok');
  await say(phone, 'Is a check fine for you?');
  await wait(5);
  if (isAnswered) await say(DANA, `${handle} a check is fine`);
  if (n % STRANGER_EVERY === 0) await say(strangerPhone(n), 'Do you rent dumpsters by the week?');
  const rest = Math.max(2, minutes - TALK_MIN);
  await wait(rest - 1);
  await ask('PATCH', `/api/jobs/${jobId(n)}`, { status: 'completed' });
  await wait(1);
  await sweep();
};

/** The work of three years: its jobs, and the minutes between two of them. */
export type Work = { jobs: number; minutes: number };

/** Spreads a number of messages over three years. */
export const workOf = (messages: number): Work => {
  const jobs = Math.ceil(messages / MESSAGES_PER_JOB);
  return { jobs, minutes: (YEARS * YEAR_MIN) / jobs };
};

/** Plays jobs, one after the other. */
export const play = async (installation: Installation, { jobs, minutes }: Work): Promise<void> => {
  for (let n = 1; n <= jobs; n += 1) await playJob(installation, n, minutes);
};
