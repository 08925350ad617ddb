import type { BackupContact, Job, Notice, StatusChange, Stop } from '@qdn/domain';
import {
  isActive,
  JOB_KINDS,
  JOB_STATUSES,
  NOTICE_KINDS,
  parseAccountId,
  parseJobId,
  parsePhoneNumber,
  parseRecipientId,
  parseTrailerId,
  STOP_KINDS,
} from '@qdn/domain';
import { BrokenItem } from '../failures.ts';
import { jobKey, phoneKey, statusKey } from './keys.ts';

/** The job as an item. Index attributes are there only while the job is active: the indexes are sparse. */
export const toItem = (job: Job) => ({
  ...jobKey(job.id),
  ...job,
  customerName: job.customer.name,
  statusKey: statusKey(job.status),
  ...(isActive(job.status) ? { phoneKey: phoneKey(job.customer.phone) } : {}),
});

type Item = Record<string, unknown>;
const isItem = (value: unknown): value is Item => typeof value === 'object' && value !== null && !Array.isArray(value);

const broken = (what: string): never => {
  throw new BrokenItem(`An item of qdn-jobs is not a job: ${what}`);
};
const text = (item: Item, name: string): string => {
  const value = item[name];
  return typeof value === 'string' ? value : broken(name);
};
const number = (item: Item, name: string): number => {
  const value = item[name];
  return typeof value === 'number' ? value : broken(name);
};
const list = (item: Item, name: string): Item[] => {
  const value = item[name];
  return Array.isArray(value) && value.every(isItem) ? value : broken(name);
};
const texts = (item: Item, name: string): string[] => {
  const value = item[name];
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : broken(name);
};
const oneOf = <T extends string>(item: Item, name: string, values: readonly T[]): T =>
  values.find((value) => value === item[name]) ?? broken(name);
const parsed = <T>(item: Item, name: string, parse: (value: string) => T | null): T =>
  parse(text(item, name)) ?? broken(name);

const stop = (item: Item): Stop => ({
  kind: oneOf(item, 'kind', STOP_KINDS),
  address: text(item, 'address'),
  lat: number(item, 'lat'),
  lon: number(item, 'lon'),
  radiusM: number(item, 'radiusM'),
});
const change = (item: Item): StatusChange => ({
  status: oneOf(item, 'status', JOB_STATUSES),
  at: number(item, 'at'),
  by: oneOf(item, 'by', ['fixes', 'operator']),
  reason: text(item, 'reason'),
  ...(item['stop'] === undefined ? {} : { stop: number(item, 'stop') }),
  ...(item['trailerId'] === undefined ? {} : { trailerId: parsed(item, 'trailerId', parseTrailerId) }),
});
const notice = (item: Item): Notice => ({
  what: oneOf(item, 'what', NOTICE_KINDS),
  stop: number(item, 'stop'),
  at: number(item, 'at'),
  promised: item['promised'] === null ? null : number(item, 'promised'),
});
const contact = (item: Item): BackupContact => {
  const quiet = item['quietHours'];
  return {
    id: parsed(item, 'id', parseRecipientId),
    name: text(item, 'name'),
    phone: parsed(item, 'phone', parsePhoneNumber),
    ...(isItem(quiet) ? { quietHours: { from: text(quiet, 'from'), to: text(quiet, 'to') } } : {}),
  };
};

/**
 * Parses what was read. Nothing of the table is trusted: a hand-edited item fails here, with the attribute's name.
 * @throws BrokenItem that names the attribute
 */
export const fromItem = (item: Item): Job => {
  const customer = item['customer'];
  if (!isItem(customer)) return broken('customer');
  const scheduledFor = item['scheduledFor'];
  return {
    id: parsed(item, 'id', parseJobId),
    accountId: parsed(item, 'accountId', parseAccountId),
    kind: oneOf(item, 'kind', JOB_KINDS),
    customer: { name: text(customer, 'name'), phone: parsed(customer, 'phone', parsePhoneNumber) },
    stops: list(item, 'stops').map(stop),
    currentStop: number(item, 'currentStop'),
    trailers: texts(item, 'trailers').map((trailer) => parseTrailerId(trailer) ?? broken('trailers')),
    status: oneOf(item, 'status', JOB_STATUSES),
    history: list(item, 'history').map(change),
    contacts: list(item, 'contacts').map(contact),
    revokedLinks: texts(item, 'revokedLinks'),
    notices: list(item, 'notices').map(notice),
    scheduledFor: typeof scheduledFor === 'number' ? scheduledFor : null,
    createdAt: number(item, 'createdAt'),
    updatedAt: number(item, 'updatedAt'),
    version: number(item, 'version'),
  };
};
