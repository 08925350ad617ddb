import type { Wire } from '@qdn/contracts';
import type { JobStatus } from '@qdn/domain';
import { CARTER, LANDFILL, LOPEZ, SHAH, YARD } from '@qdn/domain/testing/austin-roads';

const DAY_MS = 24 * 3_600_000;

const CUSTOMERS = [
  {
    name: 'Maria Lopez',
    number: '+15125550111',
    suggestions: (jobPrefix: string) => [`Running late, can you come after 3? ${jobPrefix}-1042`],
  },
  { name: 'Sam Carter', number: '+15125550112', suggestions: () => ['It is full. When do you swap it?'] },
  { name: 'Priya Shah', number: '+15125550113', suggestions: () => ['Can you call before you come?'] },
] as const;

/** The customers' phones on the Phones page, and the texts that it suggests for them. */
export const demoCustomers = (jobPrefix: string) =>
  CUSTOMERS.map(({ suggestions, ...customer }) => ({ ...customer, suggestions: suggestions(jobPrefix) }));

/** IDs of the demo's jobs: T1's, the one of T2 and T4, and T3's. */
export const demoJobIds = (jobPrefix: string) =>
  ({ t1: `${jobPrefix}-1042`, t2: `${jobPrefix}-1043`, t3: `${jobPrefix}-1044` }) as const;

const [maria, sam, priya] = CUSTOMERS;
const yard = { kind: 'yard', address: 'QuickDumpNow yard, 6400 Burleson Rd', ...YARD, radiusM: 120 } as const;
const landfill = { kind: 'dump_site', address: 'Landfill, 9500 Giles Ln', ...LANDFILL, radiusM: 150 } as const;

/** The demo's jobs that show each status; it ends no job. The compiler reports a status that is not here. */
export const JOBS_SHOWING: Readonly<Record<JobStatus, ReadonlyArray<keyof ReturnType<typeof demoJobIds>>>> = {
  scheduled: ['t3'],
  in_transit: ['t1'],
  at_site: ['t1', 't2'],
  en_route_to_next: ['t1'],
  completed: [],
  failed: [],
  cancelled: [],
};

/** Fields that the demo's jobs leave to their defaults. The compiler reports another one that a demo job lacks. */
type LeftOut = Extract<keyof Wire<'createJob'>, 'contacts' | 'scheduledFor' | 'notes'>;
type DemoJob = Wire<'createJob'> & Required<Omit<Wire<'createJob'>, LeftOut>>;

/** The demo's three jobs: one under way, one at the customer's site with two trailers, one for tomorrow. `now` is epoch ms. */
export const demoJobs = (now: number, ids: ReturnType<typeof demoJobIds>): DemoJob[] => [
  {
    id: ids.t1,
    accountId: 'lopez',
    kind: 'dump_and_return',
    customer: { name: maria.name, phone: maria.number },
    stops: [{ kind: 'drop_off', address: '4112 Avenue H', ...LOPEZ, radiusM: 80 }, landfill, yard],
    trailers: ['T1'],
  },
  {
    id: ids.t2,
    accountId: 'carter',
    kind: 'exchange',
    customer: { name: sam.name, phone: sam.number },
    stops: [{ kind: 'drop_off', address: '1900 Bluebonnet Ln', ...CARTER, radiusM: 80 }, yard],
    trailers: ['T2', 'T4'],
  },
  {
    id: ids.t3,
    accountId: 'shah',
    kind: 'delivery',
    customer: { name: priya.name, phone: priya.number },
    stops: [{ kind: 'drop_off', address: '2406 E 7th St', ...SHAH, radiusM: 80 }],
    trailers: ['T3'],
    scheduledFor: new Date(Math.ceil((now + DAY_MS / 2) / DAY_MS) * DAY_MS + 15 * 3_600_000).toISOString(),
  },
];
