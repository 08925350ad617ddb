import {
  JOB_ID_PATTERN,
  JOB_KINDS,
  JOB_STATUSES,
  type Job,
  type JobSummary,
  NAME_PATTERN,
  NOTICE_KINDS,
  type Notice,
  PHONE_PATTERN,
  STOP_KINDS,
  type StatusChange,
  type Stop,
} from '@qdn/domain';
import type { FromSchema } from 'json-schema-to-ts';
import type { WithProperties } from './job-fields.ts';

/*
 * Items of DynamoDB, as JSON Schema: the part of it that `readItem` of packages/aws knows. It leaves out attributes that the schema does
 * not have (the table's keys) and refuses an item with a missing or wrong one. Times are epoch ms.
 */
type ItemType = 'array' | 'number' | 'null' | 'object' | 'string';
export type ItemSchema = {
  readonly type: ItemType | readonly ItemType[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly default?: unknown;
  readonly additionalProperties?: false;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, ItemSchema>>;
  readonly items?: ItemSchema;
};

const text = { type: 'string' } as const;
const number = { type: 'number' } as const;
const numberOrNull = { type: ['number', 'null'] } as const;
const name = { type: 'string', pattern: NAME_PATTERN } as const;
const phone = { type: 'string', pattern: PHONE_PATTERN } as const;
const jobId = { type: 'string', pattern: JOB_ID_PATTERN } as const;
const status = { type: 'string', enum: JOB_STATUSES } as const;

const storedStop = {
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'address', 'lat', 'lon', 'radiusM'],
  properties: { kind: { type: 'string', enum: STOP_KINDS }, address: text, lat: number, lon: number, radiusM: number },
} as const satisfies WithProperties<keyof Stop>;

const storedChange = {
  type: 'object',
  additionalProperties: false,
  required: ['status', 'at', 'by', 'reason'],
  properties: {
    status,
    at: number,
    by: { type: 'string', enum: ['fixes', 'operator'] },
    reason: text,
    stop: number,
    trailerId: name,
  },
} as const satisfies WithProperties<keyof StatusChange>;

const storedNotice = {
  type: 'object',
  additionalProperties: false,
  required: ['what', 'stop', 'at', 'promised'],
  properties: { what: { type: 'string', enum: NOTICE_KINDS }, stop: number, at: number, promised: numberOrNull },
} as const satisfies WithProperties<keyof Notice>;

const storedContact = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'name', 'phone'],
  properties: {
    id: name,
    name: text,
    phone,
    quietHours: {
      type: 'object',
      additionalProperties: false,
      required: ['from', 'to'],
      properties: { from: text, to: text },
    },
  },
} as const satisfies WithProperties<keyof Job['contacts'][number]>;

/** A job in the table `qdn-jobs`. */
export const storedJob = {
  type: 'object',
  additionalProperties: false,
  required: [
    'id',
    'accountId',
    'kind',
    'customer',
    'stops',
    'currentStop',
    'trailers',
    'status',
    'history',
    'contacts',
    'revokedLinks',
    'notices',
    'scheduledFor',
    'createdAt',
    'updatedAt',
    'version',
  ],
  properties: {
    id: jobId,
    accountId: name,
    kind: { type: 'string', enum: JOB_KINDS },
    customer: {
      type: 'object',
      additionalProperties: false,
      required: ['name', 'phone'],
      properties: { name: text, phone },
    },
    stops: { type: 'array', items: storedStop },
    currentStop: number,
    trailers: { type: 'array', items: name },
    status,
    history: { type: 'array', items: storedChange },
    contacts: { type: 'array', items: storedContact },
    revokedLinks: { type: 'array', items: text },
    notices: { type: 'array', items: storedNotice },
    scheduledFor: { ...numberOrNull, default: null },
    createdAt: number,
    updatedAt: number,
    version: number,
  },
} as const satisfies WithProperties<keyof Job>;

/** A job in the index `by-status`. */
export const storedJobSummary = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'accountId', 'customerName', 'status', 'trailers', 'updatedAt'],
  properties: {
    id: jobId,
    accountId: text,
    customerName: text,
    status,
    trailers: { type: 'array', items: text },
    updatedAt: number,
  },
} as const satisfies WithProperties<keyof JobSummary>;

export type StoredJob = FromSchema<typeof storedJob>;
export type StoredJobSummary = FromSchema<typeof storedJobSummary>;
