import type { Wire } from '@qdn/contracts';
import { CARTER, LANDFILL, LOPEZ, SHAH, YARD } from './routes.ts';

const DAY_MS = 24 * 3_600_000;

/** The customers' phones on the Phones page, and what it offers to text from them. */
export const CUSTOMERS = [
  {
    name: 'Maria Lopez',
    number: '+15125550111',
    suggestions: ['Running late, can you come after 3? QDN-1042'],
  },
  { name: 'Sam Carter', number: '+15125550112', suggestions: ['It is full. When do you swap it?'] },
  { name: 'Priya Shah', number: '+15125550113', suggestions: ['Can you call before you come?'] },
] as const;

const [maria, sam, priya] = CUSTOMERS;
const yard = { kind: 'yard', address: 'QuickDumpNow yard, 6400 Burleson Rd', ...YARD, radiusM: 120 } as const;
const landfill = { kind: 'dump_site', address: 'Landfill, 9500 Giles Ln', ...LANDFILL, radiusM: 150 } as const;

/** The demo's three jobs: one under way, one at the customer's site with two trailers, one for tomorrow. `now` is epoch ms. */
export const demoJobs = (now: number): Array<Wire<'createJob'>> => [
  {
    id: 'QDN-1042',
    accountId: 'lopez',
    kind: 'dump_and_return',
    customer: { name: maria.name, phone: maria.number },
    stops: [{ kind: 'drop_off', address: '4112 Avenue H', ...LOPEZ, radiusM: 80 }, landfill, yard],
    trailers: ['T1'],
  },
  {
    id: 'QDN-1043',
    accountId: 'carter',
    kind: 'exchange',
    customer: { name: sam.name, phone: sam.number },
    stops: [{ kind: 'drop_off', address: '1900 Bluebonnet Ln', ...CARTER, radiusM: 80 }, yard],
    trailers: ['T2', 'T4'],
  },
  {
    id: 'QDN-1044',
    accountId: 'shah',
    kind: 'delivery',
    customer: { name: priya.name, phone: priya.number },
    stops: [{ kind: 'drop_off', address: '2406 E 7th St', ...SHAH, radiusM: 80 }],
    trailers: ['T3'],
    scheduledFor: new Date(Math.ceil((now + DAY_MS / 2) / DAY_MS) * DAY_MS + 15 * 3_600_000).toISOString(),
  },
];
