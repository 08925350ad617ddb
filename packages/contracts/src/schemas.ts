import {
  CHANGE_ORIGINS,
  CHANNELS,
  CONSENT_ORIGINS,
  CONVERSATION_COMMANDS,
  CONVERSATION_SIDES,
  CUSTOMER_STAGES,
  ETA_BASES,
  FAILURE_CLASSES,
  FRESHNESS,
  JOB_ID_PATTERN,
  JOB_KINDS,
  JOB_OUTCOMES,
  JOB_PREFIX_PATTERN,
  JOB_STATUSES,
  LANGUAGES,
  LINK_ID_PATTERN,
  MESSAGE_SID_PATTERN,
  NAME_PATTERN,
  NOTICE_KINDS,
  PHONE_PATTERN,
  PLACE_QUALITIES,
  PLACE_SOURCES,
  SIGN_KINDS,
  SILENCE_CAUSES,
  SPEED_UNIT_MPS,
  type SpeedUnitName,
  STOP_KINDS,
  TRACK_SOURCES,
  TRAILER_MOTIONS,
  TRAILER_STATES,
  TWILIO_SID_PATTERN,
  WEEKDAYS,
} from '@qdn/domain';
import type { JobSchema } from './job-fields.ts';
import {
  ACCOUNT_SID_PATTERN,
  CALL_SID_PATTERN,
  CERTIFICATE_PATTERN,
  COLOUR_PATTERN,
  COUNTRY_PATTERN,
  DATE_PATTERN,
  DOMAIN_PATTERN,
  LOGO_PATTERN,
  MAIL_PATTERN,
  TIME_OF_DAY_PATTERN,
  WEB_ADDRESS_PATTERN,
} from './patterns.ts';

/*
 * Every message that crosses a boundary, as JSON Schema 2020-12 and `as const`: the one source of the types (index.ts), of the
 * precompiled validators (src/generated) and of docs/openapi.yaml. Times on the wire are RFC 3339 in UTC.
 */

const time = { type: 'string', format: 'date-time' } as const;
const lat = { type: 'number', minimum: -90, maximum: 90 } as const;
const lon = { type: 'number', minimum: -180, maximum: 180 } as const;
const jobId = { type: 'string', pattern: JOB_ID_PATTERN } as const;
const name = { type: 'string', pattern: NAME_PATTERN } as const;
const phone = { type: 'string', pattern: PHONE_PATTERN, description: 'E.164' } as const;
const jobStatus = { type: 'string', enum: JOB_STATUSES } as const;
const stopKind = { type: 'string', enum: STOP_KINDS } as const;
const jobKind = { type: 'string', enum: JOB_KINDS } as const;

export const stop = {
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'address', 'lat', 'lon'],
  properties: {
    kind: stopKind,
    address: { type: 'string', minLength: 1, maxLength: 200 },
    lat,
    lon,
    radiusM: {
      type: 'number',
      minimum: 20,
      maximum: 5000,
      description: 'Arrival radius in metres; by default 100, 200 for the quality `street`, 400 for `area`',
    },
    quality: {
      type: 'string',
      enum: PLACE_QUALITIES,
      description: 'Accuracy of a place that was looked up by its address',
    },
  },
} as const;

const timeOfDay = { type: 'string', pattern: TIME_OF_DAY_PATTERN, description: 'HH:MM' } as const;

/** Maximum number of contacts of a company or job. */
const MAX_CONTACTS = 50;

const quietHours = {
  type: 'object',
  additionalProperties: false,
  required: ['from', 'to'],
  description: 'No texts between these times of day, in the company’s time zone. Contacts still get urgent ones',
  properties: { from: timeOfDay, to: timeOfDay },
} as const;

export const contact = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'name', 'phone'],
  properties: {
    id: name,
    name: { type: 'string', minLength: 1, maxLength: 60 },
    phone,
    quietHours,
  },
} as const;

const customer = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'phone'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 80 },
    phone,
    language: {
      type: 'string',
      enum: LANGUAGES,
      description: 'Language of notices and automatic texts. Without it, the customer’s texts show it',
    },
  },
} as const;

const stops = { type: 'array', minItems: 1, maxItems: 10, items: stop } as const;
const notes = {
  type: 'string',
  maxLength: 500,
  description: 'For the team: gate codes, units, wishes. Operators only',
} as const;

/** `GET /api/places` */
export const placeAnswer = {
  type: 'object',
  additionalProperties: false,
  required: ['outcome', 'says', 'places'],
  properties: {
    outcome: {
      type: 'string',
      enum: ['found', 'ask', 'refused'],
      description: '`found`: the first place is meant. `ask`: a person must choose, confirm or type more',
    },
    says: { type: 'string', description: 'A sentence for that person' },
    places: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['address', 'label', 'lat', 'lon', 'quality', 'source', 'kind', 'distanceM'],
        properties: {
          address: { type: 'string', description: 'For the stop: as typed, unless it was misspelt' },
          label: { type: 'string', description: 'The place that was found' },
          lat,
          lon,
          quality: { anyOf: [{ type: 'string', enum: PLACE_QUALITIES }, { type: 'null' }], description: 'Null: exact' },
          source: { type: 'string', enum: PLACE_SOURCES },
          kind: {
            anyOf: [stopKind, { type: 'null' }],
            description: 'That of a saved stop',
          },
          distanceM: { type: ['number', 'null'], description: 'From the company’s yard, in metres' },
        },
      },
    },
  },
} as const;

/** `POST /api/jobs` */
export const createJob = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'accountId', 'kind', 'customer', 'stops'],
  properties: {
    id: jobId,
    accountId: name,
    kind: jobKind,
    customer,
    stops,
    trailers: { type: 'array', maxItems: 10, uniqueItems: true, items: name },
    contacts: {
      type: 'array',
      maxItems: MAX_CONTACTS,
      items: contact,
      description: "Contacts of this job; the company's backup contacts when left out",
    },
    scheduledFor: time,
    notes,
  },
} as const satisfies JobSchema<'create'>;

/** `PATCH /api/jobs/{job_id}` */
export const patchJob = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    status: jobStatus,
    at: { ...time, description: 'Time of a change of status that is noted later; now by default' },
    customer: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: customer.properties,
    },
    stops: { ...stops, description: 'All stops. Those that the trailer has visited must stay' },
    currentStop: { type: 'integer', minimum: 0, maximum: 9 },
    trailers: { type: 'array', maxItems: 10, uniqueItems: true, items: name },
    contacts: { type: 'array', maxItems: MAX_CONTACTS, items: contact },
    scheduledFor: time,
    notes: { ...notes, description: 'For the team. Empty to remove them' },
    undo: {
      type: 'string',
      enum: ['last', 'with-trailer'],
      description:
        'Takes back the last change that the trailer’s positions or its driver’s text made, such as the end of the job. Refused with 409 when there is none, or when someone has done it already. While the trailer works on another job, this one waits; with `with-trailer` the trailer goes back to it, and the other one waits',
    },
    version: { type: 'integer', minimum: 1, description: 'Refused with 409 unless the job is still at this version' },
  },
} as const satisfies JobSchema<'patch', 'at' | 'undo'>;

export const fix = {
  type: 'object',
  additionalProperties: false,
  required: ['lat', 'lon', 'at'],
  properties: {
    trailerId: { ...name, description: 'Needed only when the device token names no trailer; must match it otherwise' },
    at: { ...time, description: 'Time of the position' },
    lat,
    lon,
    accuracyM: { type: 'number', minimum: 0, maximum: 100000 },
    speedMps: { type: 'number', minimum: 0, maximum: 150 },
    headingDeg: { type: 'number', minimum: 0, maximum: 360 },
    batteryPercent: { type: 'number', minimum: 0, maximum: 100, description: 'Battery of the device, percent' },
    charging: { type: 'boolean', description: 'The device is being charged' },
  },
} as const;

/** `POST /api/jobs/{job_id}/location`: one fix, or a batch. */
export const reportLocation = {
  oneOf: [
    fix,
    {
      type: 'object',
      additionalProperties: false,
      required: ['fixes'],
      properties: { fixes: { type: 'array', minItems: 1, maxItems: 500, items: fix } },
    },
  ],
} as const;

/** The answer to a device. Each point is accepted, or counted under the reason for its refusal. */
export const reportReceipt = {
  type: 'object',
  additionalProperties: false,
  required: ['accepted', 'ignored', 'status'],
  properties: {
    accepted: { type: 'integer', minimum: 0 },
    ignored: { type: 'object', additionalProperties: { type: 'integer', minimum: 1 } },
    status: jobStatus,
  },
} as const;

const customerStage = { type: 'string', enum: CUSTOMER_STAGES } as const;

const silenceCause = {
  anyOf: [{ type: 'string', enum: SILENCE_CAUSES }, { type: 'null' }],
  description: 'Reason for having no fresh position, when the last fixes show it; null while positions are fresh',
} as const;

/** `GET /api/jobs/{job_id}/location`, which the tracking page polls. */
export const jobLocation = {
  type: 'object',
  additionalProperties: false,
  required: [
    'jobId',
    'kind',
    'status',
    'statusSince',
    'stage',
    'stageSince',
    'stages',
    'outcome',
    'trailerCount',
    'trailersDone',
    'trailers',
    'serverTime',
    'company',
    'stop',
    'position',
    'trail',
    'eta',
    'scheduledFor',
  ],
  properties: {
    jobId,
    kind: jobKind,
    status: jobStatus,
    statusSince: time,
    stage: {
      ...customerStage,
      description:
        'The job as its customer sees it. under_way: at work for the job, not on the way to them yet; away: has left them and will return; done: has left them for good, though the job may go on',
    },
    stageSince: { ...time, description: 'Time from which the stage holds' },
    stages: {
      type: 'array',
      maxItems: 10,
      items: customerStage,
      description: 'The stages of this job, in their order',
    },
    outcome: { type: 'string', enum: JOB_OUTCOMES, description: 'Result of the job for its customer' },
    scheduledFor: { anyOf: [time, { type: 'null' }] },
    trailerCount: { type: 'integer', minimum: 0 },
    trailersDone: {
      description: 'The trailers that have left the customer for good while others have not, and the time of the last',
      anyOf: [
        {
          type: 'object',
          additionalProperties: false,
          required: ['count', 'at'],
          properties: { count: { type: 'integer', minimum: 1 }, at: time },
        },
        { type: 'null' },
      ],
    },
    trailers: {
      description: 'State of each trailer; null where the reader may not see it',
      type: 'array',
      maxItems: 10,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['trailerId', 'state', 'freshness', 'ageS', 'cause'],
        properties: {
          trailerId: name,
          state: {
            anyOf: [{ type: 'string', enum: TRAILER_STATES }, { type: 'null' }],
            description: 'at_stop: within the arrival radius of the current stop',
          },
          freshness: { anyOf: [{ type: 'string', enum: FRESHNESS }, { type: 'null' }] },
          ageS: { type: ['integer', 'null'], description: 'Age of its newest position in seconds' },
          cause: silenceCause,
        },
      },
    },
    serverTime: { ...time, description: "The origin's clock; add the Age header for the time of reading" },
    company: {
      type: 'object',
      additionalProperties: false,
      required: ['name', 'phone', 'textNumber', 'timeZone'],
      properties: {
        name: { type: 'string' },
        phone: { ...phone, description: 'To call' },
        textNumber: { ...phone, description: 'To text' },
        timeZone: { type: 'string', description: 'IANA name' },
      },
    },
    stop: {
      description:
        'The current stop: the next one, or the one where the trailer is. Null once the job has ended, and for a tracking token on any leg but the customer’s own',
      anyOf: [
        {
          type: 'object',
          additionalProperties: false,
          required: ['kind', 'lat', 'lon', 'radiusM', 'customerSite'],
          properties: {
            kind: stopKind,
            lat: { ...lat, type: ['number', 'null'] },
            lon: { ...lon, type: ['number', 'null'] },
            radiusM: { type: ['number', 'null'] },
            customerSite: { type: 'boolean' },
          },
        },
        { type: 'null' },
      ],
    },
    position: {
      description:
        'The newest fix; null when there is none, once the job has ended, and for a tracking token on any leg but the customer’s own',
      anyOf: [
        {
          type: 'object',
          additionalProperties: false,
          required: [
            'trailerId',
            'lat',
            'lon',
            'at',
            'ageS',
            'freshness',
            'cause',
            'accuracyM',
            'speedMps',
            'headingDeg',
          ],
          properties: {
            trailerId: name,
            lat,
            lon,
            at: time,
            ageS: { type: 'integer', minimum: 0, description: 'Age at serverTime, in seconds' },
            freshness: { type: 'string', enum: FRESHNESS },
            cause: silenceCause,
            accuracyM: { type: ['number', 'null'] },
            speedMps: { type: ['number', 'null'], description: 'From the fixes where the device does not say' },
            headingDeg: { type: ['number', 'null'], description: 'From the fixes where the device does not say' },
          },
        },
        { type: 'null' },
      ],
    },
    trail: {
      description: 'Recent positions of the same trailer, oldest first: [lat, lon, epoch ms]',
      type: 'array',
      maxItems: 60,
      items: { type: 'array', minItems: 3, maxItems: 3, items: { type: 'number' } },
    },
    eta: {
      anyOf: [
        {
          type: 'object',
          additionalProperties: false,
          required: ['earliest', 'likely', 'latest', 'distanceM', 'reason', 'basis', 'after', 'asOf'],
          properties: {
            earliest: { ...time, description: '80 % of arrivals are between this and `latest`' },
            likely: { ...time, description: 'The median: half of the arrivals are earlier' },
            latest: time,
            distanceM: { type: 'integer', minimum: 0, description: 'Estimated road distance left, metres' },
            reason: { type: 'string' },
            basis: {
              type: 'string',
              enum: ETA_BASES,
              description: 'Basis of the estimate: typical values, the company’s own drives, or a routing engine',
            },
            after: {
              description: 'The stops on the way there',
              type: 'array',
              maxItems: 10,
              items: stopKind,
            },
            asOf: { ...time, description: 'Time of the position that the estimate is based on' },
          },
        },
        { type: 'null' },
      ],
    },
  },
} as const;

const trailerPosition = {
  description: 'The newest accepted fix; null when there is none',
  anyOf: [
    {
      type: 'object',
      additionalProperties: false,
      required: ['lat', 'lon', 'at', 'ageS', 'freshness', 'cause', 'accuracyM', 'speedMps', 'headingDeg'],
      properties: {
        lat,
        lon,
        at: time,
        ageS: { type: 'integer', minimum: 0 },
        freshness: { type: 'string', enum: FRESHNESS },
        cause: silenceCause,
        accuracyM: { type: ['number', 'null'] },
        speedMps: { type: ['number', 'null'] },
        headingDeg: { type: ['number', 'null'] },
      },
    },
    { type: 'null' },
  ],
} as const;

const trackerBattery = {
  anyOf: [
    {
      type: 'object',
      additionalProperties: false,
      required: ['percent', 'charging'],
      properties: {
        percent: { type: 'number', minimum: 0, maximum: 100 },
        charging: { type: ['boolean', 'null'] },
      },
    },
    { type: 'null' },
  ],
} as const;

const ignoredPoints = {
  description: 'Rejected fixes by reason, each with the newest one as the device sent it',
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['reason', 'count', 'last'],
    properties: {
      reason: { type: 'string' },
      count: { type: 'integer', minimum: 1 },
      last: {
        anyOf: [
          {
            type: 'object',
            additionalProperties: false,
            required: ['at', 'lat', 'lon'],
            properties: { at: time, lat: { type: 'number' }, lon: { type: 'number' } },
          },
          { type: 'null' },
        ],
      },
    },
  },
} as const;

const activeJob = { anyOf: [jobId, { type: 'null' }], description: 'The active job of the trailer' } as const;
const trackerClient = { type: ['string', 'null'], description: 'The program that sends, where it is known' } as const;
const speedUnit = { type: 'string', enum: Object.keys(SPEED_UNIT_MPS) as SpeedUnitName[] } as const;
/** Cursor of a list that has pages; null on the last one. */
const nextPage = { type: ['string', 'null'], description: 'Pass as `after` for the next page' } as const;

/** `GET /api/trailers/{trailer_id}`: the state of a tracker. */
export const trailerState = {
  type: 'object',
  additionalProperties: false,
  required: [
    'trailerId',
    'jobId',
    'serverTime',
    'since',
    'position',
    'battery',
    'heardAt',
    'client',
    'intervalS',
    'signsToday',
    'speedUnit',
    'clockErrorS',
    'fixesToday',
    'drivenTodayM',
    'ignoredToday',
  ],
  properties: {
    trailerId: name,
    jobId: activeJob,
    serverTime: time,
    since: { ...time, description: 'Start of the day, in the company’s time zone' },
    position: trailerPosition,
    battery: trackerBattery,
    heardAt: {
      anyOf: [time, { type: 'null' }],
      description: 'Time of the last report today, accepted or not',
    },
    client: trackerClient,
    intervalS: {
      type: ['integer', 'null'],
      description: 'Usual time between two fixes on the road, in seconds; null without enough of them',
    },
    signsToday: {
      description: 'Messages of today without a fix, by kind; at most one a minute is counted',
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['kind', 'count'],
        properties: { kind: { type: 'string', enum: SIGN_KINDS }, count: { type: 'integer', minimum: 1 } },
      },
    },
    speedUnit: {
      description: 'Unit of its speeds, where the distances between its fixes show another one than expected',
      anyOf: [
        {
          type: 'object',
          additionalProperties: false,
          required: ['sends', 'expected', 'factor'],
          properties: {
            sends: speedUnit,
            expected: speedUnit,
            factor: { type: 'number', description: 'By which the position’s speed was corrected' },
          },
        },
        { type: 'null' },
      ],
    },
    clockErrorS: {
      type: ['integer', 'null'],
      description:
        'Error of its clock in seconds, positive when it is behind, by which the times were corrected; null for a right clock',
    },
    fixesToday: { type: 'integer', minimum: 0 },
    drivenTodayM: { type: 'integer', minimum: 0 },
    ignoredToday: ignoredPoints,
  },
} as const;

const metres = { type: 'number', minimum: 0 } as const;

/** `GET /api/trailers/{trailer_id}/track`: one page, the part of one local day. */
export const trailerTrack = {
  type: 'object',
  additionalProperties: false,
  required: ['trailerId', 'from', 'to', 'timeZone', 'source', 'metres', 'points', 'halts', 'trips', 'next'],
  properties: {
    trailerId: name,
    from: time,
    to: { ...time, description: 'End of this page: of the range, or of the local day' },
    timeZone: { type: 'string', description: 'The company’s time zone, IANA name' },
    source: {
      type: 'string',
      enum: TRACK_SOURCES,
      description: 'The fixes of the last seven days, a thinned day that the company keeps, or none',
    },
    metres: { ...metres, description: 'Driven in this page' },
    points: {
      description: 'The way, oldest first. `metres` are driven since `from`',
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['at', 'lat', 'lon', 'metres'],
        properties: { at: time, lat, lon, metres },
      },
    },
    halts: {
      description: 'Places where the trailer stood for two minutes or more: arrival, departure or end of the page',
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['from', 'to', 'lat', 'lon'],
        properties: { from: time, to: time, lat, lon },
      },
    },
    trips: {
      description: 'Drives between the halts. `gapS` is the longest time without a fix, whose way is a straight line',
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['from', 'to', 'metres', 'gapS'],
        properties: { from: time, to: time, metres, gapS: { type: 'integer', minimum: 0 } },
      },
    },
    next: { anyOf: [time, { type: 'null' }], description: 'Pass as `from` for the next page' },
  },
} as const;

const visitTime = {
  anyOf: [
    {
      type: 'object',
      additionalProperties: false,
      required: ['at', 'by'],
      properties: { at: time, by: { type: 'string', enum: CHANGE_ORIGINS } },
    },
    { type: 'null' },
  ],
} as const;

const visit = {
  type: 'object',
  additionalProperties: false,
  required: ['jobId', 'kind', 'customerName', 'status', 'trailerId', 'stop', 'arrived', 'left', 'ended'],
  properties: {
    jobId,
    kind: jobKind,
    customerName: { type: 'string' },
    status: jobStatus,
    trailerId: { anyOf: [name, { type: 'null' }] },
    stop: {
      description: 'Null for a job that ended without a visit',
      anyOf: [
        {
          type: 'object',
          additionalProperties: false,
          required: ['index', 'kind', 'address'],
          properties: {
            index: { type: 'integer', minimum: 0 },
            kind: stopKind,
            address: { type: 'string' },
          },
        },
        { type: 'null' },
      ],
    },
    arrived: visitTime,
    left: { ...visitTime, description: 'Null while the trailer is there, and where the time is not known' },
    ended: { ...visitTime, description: 'End of the job' },
  },
} as const;

/** `GET /api/visits` */
export const visitList = {
  type: 'object',
  additionalProperties: false,
  required: ['visits', 'next'],
  properties: {
    visits: { type: 'array', items: visit },
    next: nextPage,
  },
} as const;

const trailerSummary = {
  type: 'object',
  additionalProperties: false,
  required: ['trailerId', 'jobId', 'position', 'motion', 'battery', 'heardAt', 'client', 'ignored'],
  properties: {
    trailerId: name,
    jobId: activeJob,
    position: trailerPosition,
    motion: {
      anyOf: [{ type: 'string', enum: TRAILER_MOTIONS }, { type: 'null' }],
      description: 'By the newest fixes; null where they do not tell',
    },
    battery: trackerBattery,
    heardAt: {
      anyOf: [time, { type: 'null' }],
      description: 'Time of the last report, accepted or not; up to a day early when it is over a week ago',
    },
    client: trackerClient,
    ignored: ignoredPoints,
  },
} as const;

/** `GET /api/trailers` */
export const trailerList = {
  type: 'object',
  additionalProperties: false,
  required: ['trailers', 'serverTime', 'next'],
  properties: {
    trailers: { description: 'In the order of their IDs', type: 'array', items: trailerSummary },
    serverTime: time,
    next: nextPage,
  },
} as const;

const errorCode = { type: ['integer', 'string', 'null'], description: 'As the carrier gives it' } as const;
const errorClass = {
  description: 'Class of the error',
  anyOf: [{ type: 'string', enum: FAILURE_CLASSES }, { type: 'null' }],
} as const;

const relayedMessage = {
  type: 'object',
  additionalProperties: false,
  required: ['recipient', 'attempt', 'state', 'claims', 'at'],
  properties: {
    recipient: { type: 'string' },
    state: { type: 'string', enum: ['PENDING', 'CLAIMED', 'ACCEPTED', 'REJECTED', 'UNKNOWN'] },
    delivery: {
      type: ['string', 'null'],
      description: "The carrier's newest status: sent, delivered, undelivered, failed",
    },
    carrierSid: { type: ['string', 'null'] },
    errorCode,
    errorClass,
    attempt: {
      type: 'integer',
      minimum: 1,
      description: 'Number of the attempt. Above 1 after a carrier failed to deliver the previous one',
    },
    claims: { type: 'integer', minimum: 0, description: 'Number of workers that started to send it' },
    at: time,
  },
} as const;

export const timelineMessage = {
  type: 'object',
  additionalProperties: false,
  required: ['sid', 'at', 'from', 'body', 'relays'],
  properties: {
    sid: { type: 'string' },
    at: time,
    from: { type: 'string', description: 'customer, a contact’s name, or a masked number' },
    body: { type: ['string', 'null'], description: 'null for readers who may not see it' },
    relays: { type: 'array', items: relayedMessage },
  },
} as const;

/** `GET /api/jobs/{job_id}`: full state. Phones are masked, and contacts left out, for a tracking token. */
export const jobState = {
  type: 'object',
  additionalProperties: false,
  required: [
    'id',
    'accountId',
    'kind',
    'customer',
    'pickupAddress',
    'dropOffAddress',
    'stops',
    'currentStop',
    'trailers',
    'status',
    'history',
    'scheduledFor',
    'createdAt',
    'updatedAt',
    'version',
    'location',
    'messages',
  ],
  properties: {
    id: jobId,
    accountId: name,
    kind: jobKind,
    customer: {
      type: 'object',
      additionalProperties: false,
      required: ['name', 'phone'],
      properties: {
        name: { type: 'string' },
        phone: { type: 'string', description: 'Masked to the last two digits for a tracking token' },
        language: customer.properties.language,
      },
    },
    pickupAddress: { type: ['string', 'null'] },
    dropOffAddress: { type: ['string', 'null'] },
    stops: { type: 'array', items: stop },
    currentStop: { type: 'integer' },
    trailers: { type: 'array', items: name },
    status: jobStatus,
    history: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['status', 'at', 'by', 'reason'],
        properties: {
          status: jobStatus,
          at: time,
          by: { type: 'string', enum: CHANGE_ORIGINS },
          reason: { type: 'string' },
          takenBack: { type: 'boolean', description: 'A later change has undone this one' },
        },
      },
    },
    contacts: { type: 'array', items: contact, description: 'Operators only' },
    scheduledFor: { anyOf: [time, { type: 'null' }] },
    notes,
    createdAt: time,
    updatedAt: time,
    version: { type: 'integer' },
    location: jobLocation,
    messages: { type: 'array', items: timelineMessage, description: 'The newest 50, oldest first' },
    olderMessages: { ...nextPage, description: 'Pass as `after` for the messages before these' },
  },
} as const satisfies JobSchema<'state', 'pickupAddress' | 'dropOffAddress' | 'location' | 'messages' | 'olderMessages'>;

const listedJob = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'accountId', 'customerName', 'status', 'trailers', 'scheduledFor', 'updatedAt'],
  properties: {
    id: jobId,
    accountId: name,
    customerName: { type: 'string' },
    status: jobStatus,
    trailers: { type: 'array', items: name },
    scheduledFor: { anyOf: [time, { type: 'null' }] },
    updatedAt: time,
  },
} as const satisfies JobSchema<'list', 'customerName'>;

/** `GET /api/jobs` */
export const jobList = {
  type: 'object',
  additionalProperties: false,
  required: ['jobs', 'next'],
  properties: {
    jobs: {
      type: 'array',
      items: listedJob,
    },
    next: nextPage,
  },
} as const;

const jobOrNone = { anyOf: [jobId, { type: 'null' }], description: 'Null for a message without a job' } as const;

const conversationText = {
  type: 'object',
  additionalProperties: false,
  required: ['sid', 'at', 'jobId', 'side', 'sender', 'body'],
  properties: {
    sid: { type: 'string' },
    at: time,
    jobId: jobOrNone,
    side: {
      type: 'string',
      enum: CONVERSATION_SIDES,
      description: 'company: an automatic answer or a notice; note: for colleagues only',
    },
    sender: { type: 'string', description: '`customer` or a masked number, a dispatcher’s name, or `company`' },
    body: { type: 'string' },
  },
} as const;

/** A conversation as the list has it. */
export const listedConversation = {
  type: 'object',
  additionalProperties: false,
  required: [
    'id',
    'name',
    'handle',
    'otherPhoneOf',
    'from',
    'jobs',
    'channel',
    'waiting',
    'waitingSince',
    'isQuestion',
    'last',
    'claim',
    'closedAt',
  ],
  properties: {
    id: { type: 'string', description: 'Names the conversation in URLs. It has no phone number in it' },
    name: { type: ['string', 'null'], description: 'Null for someone without a job' },
    handle: { type: ['string', 'null'], description: 'A dispatcher’s text that begins with it goes to this person' },
    otherPhoneOf: {
      anyOf: [
        {
          type: 'object',
          additionalProperties: false,
          required: ['name', 'by', 'at'],
          properties: { name: { type: 'string' }, by: { type: 'string' }, at: time },
        },
        { type: 'null' },
      ],
      description: 'The customer whose other phone this is, with the dispatcher who has confirmed it',
    },
    from: { type: 'string', description: 'The masked number' },
    jobs: { type: 'array', items: jobId, description: 'Jobs of which the person is the customer, newest first' },
    channel: { type: 'string', enum: CHANNELS },
    waiting: { type: 'integer', description: 'Number of texts without an answer' },
    waitingSince: { anyOf: [time, { type: 'null' }] },
    isQuestion: { type: 'boolean', description: 'One of the texts that wait is a question' },
    last: {
      anyOf: [conversationText, { type: 'null' }],
      description: 'The last text of anyone, cut to 160 characters',
    },
    claim: {
      anyOf: [
        {
          type: 'object',
          additionalProperties: false,
          required: ['by', 'name', 'at'],
          properties: { by: { type: 'string' }, name: { type: 'string' }, at: time },
        },
        { type: 'null' },
      ],
      description: 'The dispatcher who takes care of it',
    },
    closedAt: { anyOf: [time, { type: 'null' }] },
  },
} as const;

/** `GET /api/conversations` */
export const conversationList = {
  type: 'object',
  additionalProperties: false,
  required: ['conversations', 'next'],
  properties: { conversations: { type: 'array', items: listedConversation }, next: nextPage },
} as const;

/** `GET /api/conversations/{conversation_id}` */
export const conversationState = {
  type: 'object',
  additionalProperties: false,
  required: ['conversation', 'phone', 'texts', 'next'],
  properties: {
    conversation: listedConversation,
    phone: { type: 'string', description: 'The person’s number' },
    texts: { type: 'array', items: conversationText, description: 'Newest first' },
    next: nextPage,
  },
} as const;

/** `POST /api/conversations/{conversation_id}` */
export const conversationCommand = {
  type: 'object',
  additionalProperties: false,
  required: ['command'],
  properties: {
    command: { type: 'string', enum: CONVERSATION_COMMANDS },
    by: { ...name, description: 'ID of the contact who commands. The operator when left out' },
    text: { type: 'string', maxLength: 1600, description: 'Words of a note' },
  },
} as const;

/** An entry in the history of a number’s consent. */
export const consent = {
  type: 'object',
  additionalProperties: false,
  required: ['phone', 'isStopped', 'by', 'why', 'actor', 'at'],
  properties: {
    phone: { type: 'string', description: 'E.164, or the short code or name that the texts came from' },
    isStopped: { type: 'boolean', description: 'The number gets no texts' },
    by: {
      type: 'string',
      enum: CONSENT_ORIGINS,
      description:
        'stop, start: a keyword; words: the person’s own words; carrier: the carrier refused the number; dispatcher: a dispatcher’s reply; operator: this API, or ./qdn consent, which calls it',
    },
    why: { type: ['string', 'null'], description: 'The words, the dispatcher’s name, or the operator’s reason' },
    actor: { type: ['string', 'null'], description: 'The label of the operator’s token; null for any other origin' },
    at: time,
  },
} as const;

/** `POST /api/consents/find` */
export const consentQuestion = {
  type: 'object',
  additionalProperties: false,
  properties: { phone: { ...phone, description: 'E.164. Those that opted out last when left out' } },
} as const;
export const consentList = {
  type: 'object',
  additionalProperties: false,
  required: ['consents'],
  properties: { consents: { type: 'array', items: consent } },
} as const;

/** `PUT /api/consents` */
export const consentChange = {
  type: 'object',
  additionalProperties: false,
  required: ['phone', 'isStopped', 'why'],
  properties: {
    phone,
    isStopped: { type: 'boolean', description: 'The number gets no texts' },
    why: {
      type: 'string',
      minLength: 1,
      maxLength: 200,
      pattern: '\\S',
      description: 'The reason, for the compliance log',
    },
  },
} as const;

/** `GET /api/attention`: items that need the operator's attention. */
export const attention = {
  type: 'object',
  additionalProperties: false,
  required: ['unresolved', 'unanswered', 'unmatched', 'ended', 'asked'],
  properties: {
    unresolved: {
      description: 'Outbound messages with an unknown outcome, the newest 50, oldest first',
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['sid', 'jobId', 'recipient', 'state', 'carrier', 'since'],
        properties: {
          sid: { type: 'string' },
          jobId: jobOrNone,
          recipient: { type: 'string' },
          state: { type: 'string' },
          carrier: { type: 'string' },
          since: time,
        },
      },
    },
    unanswered: {
      description: 'Messages that no one on the team has answered, the newest 50, oldest first',
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['sid', 'jobId', 'since'],
        properties: { sid: { type: 'string' }, jobId: jobOrNone, since: time },
      },
    },
    stoppedPhones: {
      description: 'Names of dispatchers, drivers and the operator whose phones have opted out: they get no texts',
      type: 'array',
      items: { type: 'string' },
    },
    counts: {
      type: 'object',
      additionalProperties: false,
      required: ['unresolved', 'unanswered'],
      properties: { unresolved: { type: 'integer' }, unanswered: { type: 'integer' } },
      description: 'How many there are, counted up to 1,000',
    },
    unmatched: {
      description: 'Unmatched messages of the last week, newest first; numbers are masked',
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['sid', 'from', 'body', 'at'],
        properties: { sid: { type: 'string' }, from: { type: 'string' }, body: { type: 'string' }, at: time },
      },
    },
    ended: {
      description:
        'Jobs that ended by themselves in the last 36 hours, the newest 50, newest first. `PATCH /api/jobs/{job_id}` with `undo` opens one again',
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['jobId', 'customerName', 'status', 'trailerId', 'at', 'seenAt', 'by', 'reason', 'version'],
        properties: {
          jobId,
          status: { type: 'string', enum: ['completed', 'failed'], description: 'failed: the work could not be done' },
          customerName: { type: 'string' },
          trailerId: { anyOf: [name, { type: 'null' }] },
          at: { ...time, description: 'When its work was over' },
          seenAt: { ...time, description: 'When that was seen' },
          by: { type: 'string', enum: ['fixes', 'driver'] },
          reason: { type: 'string' },
          version: { type: 'integer' },
        },
      },
    },
    asked: {
      description:
        'Jobs whose trailer has stood for eight minutes near a stop that it has not reached, newest first. Setting the status answers: `at_site` when it is there, the present one again when it is not',
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: [
          'jobId',
          'customerName',
          'status',
          'trailerId',
          'stop',
          'address',
          'at',
          'minutes',
          'metres',
          'lat',
          'lon',
        ],
        properties: {
          jobId,
          customerName: { type: 'string' },
          status: jobStatus,
          trailerId: name,
          stop: { type: 'integer', minimum: 0, description: 'Index of the stop' },
          address: { type: 'string', description: 'Address of the stop' },
          at: { ...time, description: 'When it had stood for that long' },
          minutes: { type: 'integer', description: 'Duration of the stand until then' },
          metres: { type: 'integer', description: 'Distance from the stop' },
          lat,
          lon,
        },
      },
    },
  },
} as const;

/** `POST /api/jobs/{job_id}/tracking-links` */
export const createTrackingLink = {
  type: 'object',
  additionalProperties: false,
  properties: { expiresInHours: { type: 'integer', minimum: 1, maximum: 24 * 30, default: 72 } },
} as const;

export const trackingLink = {
  type: 'object',
  additionalProperties: false,
  required: ['linkId', 'url', 'token', 'expiresAt'],
  properties: {
    linkId: { type: 'string', pattern: LINK_ID_PATTERN },
    url: { type: 'string' },
    token: { type: 'string' },
    expiresAt: time,
  },
} as const;

/** RFC 9457 */
export const problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'correlationId'],
  properties: {
    type: { type: 'string', description: 'Stable; documented under docs/problems' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    correlationId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
} as const;

/**
 * Twilio's inbound-message webhook, form-encoded. New parameters arrive unannounced, so unknown ones pass.
 * https://www.twilio.com/docs/messaging/guides/webhook-request
 */
export const twilioInbound = {
  type: 'object',
  required: ['MessageSid', 'AccountSid', 'From', 'To', 'Body'],
  properties: {
    MessageSid: { type: 'string', pattern: TWILIO_SID_PATTERN },
    AccountSid: { type: 'string', pattern: ACCOUNT_SID_PATTERN },
    MessagingServiceSid: { type: 'string' },
    From: { type: 'string', minLength: 1, maxLength: 64 },
    To: { type: 'string', minLength: 1, maxLength: 64 },
    Body: { type: 'string', maxLength: 16000, description: 'Twilio sends at most 1600; a longer text is accepted too' },
    NumMedia: { type: 'string', pattern: '^([0-9]|10)$', description: 'Number of MediaUrlN and MediaContentTypeN' },
    NumSegments: { type: 'string', pattern: '^[0-9]{1,3}$' },
    MediaUrl0: { type: 'string', description: 'To MediaUrl9' },
    MediaContentType0: { type: 'string', description: 'To MediaContentType9' },
    OptOutType: {
      type: 'string',
      examples: ['STOP', 'START', 'HELP'],
      description: 'Only with Advanced Opt-Out on a Messaging Service',
    },
    FromCity: { type: 'string' },
    FromState: { type: 'string' },
    FromZip: { type: 'string' },
    FromCountry: { type: 'string' },
    ToCity: { type: 'string' },
    ToState: { type: 'string' },
    ToZip: { type: 'string' },
    ToCountry: { type: 'string' },
    ButtonText: { type: 'string' },
    ButtonPayload: { type: 'string' },
    SmsSid: { type: 'string', description: 'As MessageSid' },
    SmsMessageSid: { type: 'string', description: 'As MessageSid' },
    SmsStatus: { type: 'string' },
    ApiVersion: { type: 'string' },
  },
} as const;

/**
 * Twilio's request for the next step of a call. It adds fields without notice.
 * https://www.twilio.com/docs/voice/twiml#twilios-request-to-your-application
 * https://www.twilio.com/docs/voice/twiml/dial#action
 */
export const twilioCall = {
  type: 'object',
  required: ['CallSid', 'AccountSid', 'From', 'To', 'CallStatus'],
  properties: {
    CallSid: { type: 'string', pattern: CALL_SID_PATTERN },
    AccountSid: { type: 'string', pattern: ACCOUNT_SID_PATTERN },
    From: { type: 'string', maxLength: 256, description: 'A number, a SIP address, or a word such as `anonymous`' },
    To: { type: 'string', maxLength: 256 },
    CallStatus: {
      type: 'string',
      examples: ['queued', 'ringing', 'in-progress', 'completed', 'busy', 'failed', 'no-answer', 'canceled'],
    },
    Direction: { type: 'string', examples: ['inbound', 'outbound-api', 'outbound-dial'] },
    ForwardedFrom: { type: 'string' },
    ParentCallSid: { type: 'string' },
    Digits: { type: 'string', maxLength: 64, description: 'Keys that were pressed' },
    DialCallStatus: { type: 'string', description: 'How the ringing of a contact ended' },
    DialBridged: { type: 'string', description: '`false` when the two were not connected, such as by voicemail' },
    DialCallSid: { type: 'string' },
    DialCallDuration: { type: 'string' },
    ApiVersion: { type: 'string' },
  },
} as const;

/** Twilio's delivery receipt. https://www.twilio.com/docs/messaging/guides/track-outbound-message-status */
export const twilioStatus = {
  type: 'object',
  required: ['MessageSid', 'AccountSid', 'MessageStatus'],
  properties: {
    MessageSid: { type: 'string', pattern: TWILIO_SID_PATTERN },
    AccountSid: { type: 'string', pattern: ACCOUNT_SID_PATTERN },
    MessageStatus: {
      type: 'string',
      minLength: 1,
      examples: ['queued', 'sent', 'delivered', 'undelivered', 'failed', 'read'],
      description: 'A status that is unknown, or only says that Twilio has the text, means `accepted`',
    },
    ErrorCode: { type: 'string', pattern: '^[0-9]{0,6}$', description: 'Blank or left out unless it failed' },
  },
} as const;

/*
 * Records of the relay's queue, distinguished by `kind`. Everything that changes the relay's state goes through this queue.
 */
const messageSid = { type: 'string', pattern: MESSAGE_SID_PATTERN } as const;
const carrierName = { type: 'string', pattern: '^[a-z][a-z0-9-]{0,31}$' } as const;

/** An inbound message, with everything that the worker needs. */
export const inboundMessage = {
  type: 'object',
  additionalProperties: false,
  required: [
    'schema',
    'kind',
    'via',
    'messageSid',
    'pathJob',
    'receivedAt',
    'from',
    'to',
    'body',
    'media',
    'parameters',
  ],
  properties: {
    schema: { const: 1 },
    kind: { const: 'message' },
    via: { ...carrierName, description: 'The carrier of the message' },
    messageSid,
    pathJob: { anyOf: [jobId, { type: 'null' }], description: 'The job in the webhook’s path; null for `inbound`' },
    receivedAt: time,
    from: { type: 'string' },
    to: { type: 'string' },
    body: { type: 'string' },
    optOutType: { type: ['string', 'null'] },
    follows: {
      type: 'array',
      maxItems: 20,
      items: messageSid,
      description:
        'The sender’s texts of the last seconds, oldest first, as far as the container of the webhook knows them',
    },
    media: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['url', 'contentType'],
        properties: { url: { type: 'string' }, contentType: { type: 'string' } },
      },
    },
    parameters: {
      description: 'All parameters as received, for debugging; repeated keys are arrays',
      type: 'object',
      additionalProperties: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    },
    webhook: {
      description:
        'The webhook call, for debugging, without the signature and other headers. Left out when the message did not come by a webhook',
      type: 'object',
      additionalProperties: false,
      required: ['path', 'query', 'userAgent', 'idempotencyToken', 'overFallback', 'isCut'],
      properties: {
        path: { type: 'string' },
        query: { type: 'string' },
        userAgent: { type: ['string', 'null'] },
        idempotencyToken: { type: ['string', 'null'], description: 'The same for each attempt of one webhook' },
        overFallback: { type: 'boolean' },
        isCut: {
          type: 'boolean',
          description: 'Parameters were left out because of SQS’s limit. The text is complete',
        },
      },
    },
  },
} as const;

/**
 * A carrier's report about a text that it accepted. The callback's URL, or the text's context, names the outbound message. Or the
 * operator's report, after asking the recipient (`./qdn resolve`).
 */
export const deliveryReceipt = {
  type: 'object',
  additionalProperties: false,
  required: [
    'schema',
    'kind',
    'outboundMessageId',
    'carrier',
    'carrierSid',
    'status',
    'errorCode',
    'errorClass',
    'receivedAt',
  ],
  properties: {
    schema: { const: 1 },
    kind: { const: 'receipt' },
    outboundMessageId: { type: 'string', minLength: 1, maxLength: 120 },
    carrier: { ...carrierName, description: 'The carrier that reports it, or `operator`' },
    carrierSid: { type: 'string', minLength: 1, maxLength: 80 },
    status: {
      type: 'string',
      enum: ['accepted', 'sent', 'delivered', 'undelivered', 'failed'],
      description: '`accepted`: the carrier has it, and nothing else is known',
    },
    errorCode,
    errorClass,
    receivedAt: time,
  },
} as const;

/** An order to look at a message again later. */
export const followUp = {
  type: 'object',
  additionalProperties: false,
  required: ['schema', 'kind', 'what', 'timelineId', 'messageSid', 'dueAt'],
  properties: {
    schema: { const: 1 },
    kind: { const: 'follow-up' },
    what: { type: 'string', enum: ['look-again', 'summary', 'called', 'unreachable', 'swap'] },
    timelineId: { type: 'string', minLength: 1, maxLength: 16, description: 'A job ID, or `UNMATCHED`' },
    messageSid,
    dueAt: time,
  },
} as const;

/**
 * A webhook on the fallback path, in the other queue. Its signature has not been checked yet.
 */
export const unverifiedMessage = {
  type: 'object',
  additionalProperties: false,
  required: [
    'schema',
    'kind',
    'signature',
    'job',
    'path',
    'query',
    'body64',
    'userAgent',
    'idempotencyToken',
    'receivedAt',
  ],
  properties: {
    schema: { const: 1 },
    kind: { const: 'unverified-message' },
    signature: { type: 'string' },
    job: { type: 'string', description: 'Job in the path' },
    path: { type: 'string' },
    query: { type: 'string' },
    body64: { type: 'string', description: 'The unchanged form in base64, which keeps it far below SQS’s limit' },
    userAgent: { type: ['string', 'null'] },
    idempotencyToken: { type: ['string', 'null'] },
    receivedAt: time,
  },
} as const;

/** An order to send a notice to a customer, because of a job's new state. */
export const noticeOrder = {
  type: 'object',
  additionalProperties: false,
  required: ['schema', 'kind', 'jobId', 'what', 'stop', 'at', 'eta'],
  properties: {
    schema: { const: 1 },
    kind: { const: 'notice' },
    jobId,
    what: { type: 'string', enum: NOTICE_KINDS },
    stop: { type: 'integer', minimum: 0, maximum: 9, description: 'Index of the stop that the leg leads to' },
    visit: { type: 'integer', minimum: 1, description: 'Number of visits before at which the job could not be done' },
    at: time,
    turnAt: { ...time, description: 'The turn that it waits for, so that people’s texts pass it' },
    eta: {
      anyOf: [
        {
          type: 'object',
          additionalProperties: false,
          required: ['earliest', 'latest'],
          properties: { earliest: time, latest: time },
        },
        { type: 'null' },
      ],
    },
  },
} as const;

/** An order to text the operator about a trailer: it moved without a job, or it stands near a stop that it has not reached. */
export const alertOrder = {
  type: 'object',
  additionalProperties: false,
  required: ['schema', 'kind', 'what', 'key', 'trailerId', 'at', 'lat', 'lon', 'metres', 'jobId', 'stop', 'minutes'],
  properties: {
    schema: { const: 1 },
    kind: { const: 'alert' },
    what: { type: 'string', enum: ['moved', 'near-stop'] },
    key: { type: 'string', minLength: 1, maxLength: 100, description: 'The event: each has one text' },
    trailerId: name,
    at: time,
    lat: { type: 'number' },
    lon: { type: 'number' },
    metres: { type: 'integer', minimum: 0 },
    jobId: { type: ['string', 'null'] },
    stop: { type: 'integer', minimum: 0, maximum: 9 },
    minutes: { type: 'integer', minimum: 0 },
  },
} as const;

/** A call that came to nothing: a caller without an answer, or a dispatcher whose phone did not pick up. */
export const callRecord = {
  type: 'object',
  additionalProperties: false,
  required: ['schema', 'kind', 'what', 'callSid', 'from', 'to', 'messageSid', 'at'],
  properties: {
    schema: { const: 1 },
    kind: { const: 'call' },
    what: { type: 'string', enum: ['missed', 'not-picked-up'] },
    callSid: { type: 'string', pattern: CALL_SID_PATTERN },
    from: { type: 'string', maxLength: 256 },
    to: { type: 'string', maxLength: 256 },
    messageSid: { type: ['string', 'null'], description: '`not-picked-up`: the dispatcher’s message' },
    at: time,
  },
} as const;

/** The operator's decision about the consent of a number. */
export const consentOrder = {
  type: 'object',
  additionalProperties: false,
  required: ['schema', 'kind', 'phone', 'isStopped', 'why', 'at'],
  properties: {
    schema: { const: 1 },
    kind: { const: 'consent' },
    phone,
    isStopped: { type: 'boolean', description: 'The number gets no texts' },
    why: { type: 'string', minLength: 1, maxLength: 200, description: 'The operator’s reason' },
    actor: { type: 'string', maxLength: 64, description: 'The label of the operator’s token' },
    at: time,
  },
} as const;

/** The scheduled order to look for outbound messages with an unknown outcome. */
export const sweepOrder = {
  type: 'object',
  additionalProperties: false,
  required: ['schema', 'kind'],
  properties: { schema: { const: 1 }, kind: { const: 'sweep' } },
} as const;

/**
 * An event of AWS End User Messaging for an outbound message, as SNS puts it into the queue (raw message delivery). AWS adds
 * fields without notice, so unknown ones are allowed.
 * https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html
 */
export const awsSmsEvent = {
  type: 'object',
  required: ['eventType', 'messageId'],
  properties: {
    eventType: {
      type: 'string',
      pattern: '^TEXT_[A-Z_]{1,60}$',
      examples: ['TEXT_QUEUED', 'TEXT_SENT', 'TEXT_DELIVERED', 'TEXT_CARRIER_BLOCKED', 'TEXT_UNKNOWN'],
    },
    messageId: { type: 'string', minLength: 1, maxLength: 80 },
    isFinal: { type: 'boolean', description: 'True when this is the last event' },
    context: {
      description: 'The context that the message was sent with',
      type: 'object',
      properties: { message: { type: 'string' } },
    },
  },
} as const;

/**
 * A text to the number at AWS, as SNS puts it into the queue (raw message delivery).
 * https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html
 */
export const awsSmsInbound = {
  type: 'object',
  required: ['originationNumber', 'destinationNumber', 'messageBody', 'inboundMessageId'],
  properties: {
    originationNumber: { type: 'string', minLength: 1, maxLength: 64 },
    destinationNumber: { type: 'string', minLength: 1, maxLength: 64 },
    messageBody: { type: 'string', maxLength: 16000 },
    inboundMessageId: { type: 'string', minLength: 1, maxLength: 128 },
  },
} as const;

/**
 * An event of Telnyx's webhooks. New fields arrive unannounced, so unknown ones pass.
 * https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks
 */
export const telnyxEvent = {
  type: 'object',
  required: ['data'],
  properties: {
    data: {
      type: 'object',
      required: ['event_type', 'payload'],
      properties: {
        id: { type: 'string' },
        event_type: { type: 'string', examples: ['message.received', 'message.sent', 'message.finalized'] },
        payload: {
          type: 'object',
          required: ['id'],
          properties: {
            id: { type: 'string', minLength: 1, maxLength: 80 },
            webhook_url: { type: ['string', 'null'] },
            from: { type: 'object', properties: { phone_number: { type: 'string' } } },
            to: {
              type: 'array',
              items: { type: 'object', properties: { phone_number: { type: 'string' }, status: { type: 'string' } } },
            },
            text: { type: ['string', 'null'] },
            autoresponse_type: { type: ['string', 'null'] },
            media: {
              type: 'array',
              items: {
                type: 'object',
                required: ['url'],
                properties: { url: { type: 'string' }, content_type: { type: ['string', 'null'] } },
              },
            },
            errors: { type: 'array', items: { type: 'object', properties: { code: { type: ['string', 'integer'] } } } },
          },
        },
      },
    },
  },
} as const;

/** Any record of the relay's queue: our own, and those that SNS puts there for AWS. */
export const relayRecord = {
  anyOf: [
    inboundMessage,
    deliveryReceipt,
    followUp,
    noticeOrder,
    alertOrder,
    callRecord,
    consentOrder,
    sweepOrder,
    awsSmsEvent,
    awsSmsInbound,
  ],
} as const;

/** Claims of the three kinds of token, distinguished by `aud`. Names are short because tracking tokens are part of an SMS. */
export const trackClaims = {
  type: 'object',
  required: ['iss', 'aud', 'exp', 'sub', 'acc', 'jti'],
  properties: {
    iss: { const: 'qdn' },
    aud: { const: 'track' },
    exp: { type: 'integer' },
    sub: jobId,
    acc: name,
    jti: { type: 'string', pattern: LINK_ID_PATTERN },
  },
} as const;
export const deviceClaims = {
  type: 'object',
  required: ['iss', 'aud', 'exp', 'sub'],
  properties: {
    iss: { const: 'qdn' },
    aud: { const: 'device' },
    exp: { type: 'integer' },
    sub: { ...name, description: 'The trailer' },
  },
} as const;
export const hubClaims = {
  type: 'object',
  required: ['iss', 'aud', 'exp', 'sub'],
  properties: {
    iss: { const: 'qdn' },
    aud: { const: 'hub' },
    exp: { type: 'integer' },
    sub: { ...name, description: 'Name of the hub' },
  },
} as const;
export const operatorClaims = {
  type: 'object',
  required: ['iss', 'aud', 'exp', 'sub'],
  properties: {
    iss: { const: 'qdn' },
    aud: { const: 'operator' },
    exp: { type: 'integer' },
    // Written to logs and the timeline, so it has no line breaks and nothing that looks like a path.
    sub: { type: 'string', pattern: '^[^\\u0000-\\u001f\\u007f/\\\\<>]{1,64}$', description: 'Label of the operator' },
  },
} as const;

/** The secret that holds the signing keys, one pair per audience. `key` is base64url of at least 32 bytes. */
const signingKey = {
  type: 'object',
  additionalProperties: false,
  required: ['kid', 'key'],
  properties: { kid: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,16}$' }, key: { type: 'string', minLength: 43 } },
} as const;
const keyPair = {
  type: 'object',
  additionalProperties: false,
  required: ['current'],
  properties: { current: signingKey, previous: signingKey },
} as const;
export const tokenKeys = {
  type: 'object',
  additionalProperties: false,
  required: ['track', 'device', 'operator'],
  properties: { track: keyPair, device: keyPair, operator: keyPair },
} as const;
/** Administration and webhook signatures. */
export const twilioAdminSecret = {
  type: 'object',
  additionalProperties: false,
  required: ['accountSid', 'authToken'],
  properties: {
    accountSid: { type: 'string', pattern: ACCOUNT_SID_PATTERN },
    authToken: { type: 'string', minLength: 16 },
    rotation: { type: 'string', description: 'Marks a version that only records the start of a rotation' },
  },
} as const;
/** Telnyx: the key to send with. The public key that checks webhooks is not a secret; it is a setting of the carrier. */
export const telnyxSecret = {
  type: 'object',
  additionalProperties: false,
  required: ['apiKey'],
  properties: { apiKey: { type: 'string', minLength: 5 } },
} as const;
/** Sending. */
export const twilioSenderSecret = {
  type: 'object',
  additionalProperties: false,
  required: ['accountSid', 'apiKeySid', 'apiKeySecret'],
  properties: {
    accountSid: { type: 'string', pattern: ACCOUNT_SID_PATTERN },
    apiKeySid: { type: 'string', pattern: '^SK[0-9a-fA-F]{32}$' },
    apiKeySecret: { type: 'string', minLength: 16 },
  },
} as const;

const minutes = (description: string, most = 1440) =>
  ({ type: 'integer', minimum: 1, maximum: most, description }) as const;

/** The weekly rota: who is on duty when. */
const rota = {
  type: 'object',
  additionalProperties: false,
  description:
    'Who is on duty when, by the clock of timeZone. Without it, and in hours without a shift, all contacts are',
  required: ['shifts'],
  properties: {
    shifts: {
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['contacts'],
        properties: {
          days: {
            type: 'array',
            minItems: 1,
            maxItems: 7,
            items: { type: 'string', enum: WEEKDAYS },
            description: 'Weekdays on which the shift starts',
            examples: [['sat', 'sun']],
          },
          dates: {
            type: 'array',
            minItems: 1,
            maxItems: 40,
            items: { type: 'string', pattern: DATE_PATTERN },
            description: 'Dates in place of weekdays, such as holidays: they go before the weekly shifts',
            examples: [['2026-12-25']],
          },
          from: { ...timeOfDay, description: 'Start; midnight when left out' },
          to: {
            ...timeOfDay,
            description: 'End, on the next day when it is not after the start; midnight when left out',
          },
          contacts: {
            type: 'array',
            minItems: 1,
            maxItems: 20,
            items: name,
            description: 'IDs of the contacts on duty, in the order in which they are texted',
            examples: [['luis']],
          },
          turnsSince: {
            type: 'string',
            pattern: DATE_PATTERN,
            description:
              'The contacts take turns, a week each: the first one has the week that begins on this date. The turn changes with the shift of its weekday',
            examples: ['2026-11-30'],
          },
        },
      },
    },
    others: {
      type: 'string',
      enum: ['after', 'never'],
      description:
        'Contacts who are not on duty get a text after those who are, when no answer comes (`after`, the default), or never. The operator is the last in both cases',
    },
  },
} as const;

/** Policy for relaying customers' messages. Defaults are in packages/domain/src/relay/policy.ts. */
const relayPolicy = {
  type: 'object',
  additionalProperties: false,
  properties: {
    cascade: {
      type: 'object',
      additionalProperties: false,
      required: ['order', 'minutes'],
      properties: {
        order: { type: 'string', enum: ['all', 'in-order'] },
        minutes: minutes(
          'Time until the next contact gets a text; after the last contact, until the operator gets one',
        ),
      },
    },
    team: {
      type: 'object',
      additionalProperties: false,
      properties: {
        copies: {
          type: 'boolean',
          description: 'Dispatchers who got a customer’s text also see the answer of a colleague',
        },
        undoSeconds: {
          type: 'integer',
          minimum: 0,
          maximum: 120,
          description:
            'Time in which a dispatcher can take back, with UNDO, a text to another conversation than the open one; with 0 it goes at once, without a confirmation',
        },
      },
    },
    rota,
    receipt: {
      type: 'boolean',
      description: 'Customers get a receipt with the number of dispatchers who have their text',
    },
    failoverMinutes: minutes('Time that a carrier may be down before the next one is used'),
    mms: {
      type: 'boolean',
      description: 'Pictures go along with a text as MMS where the carrier can; with false, as links alone',
    },
    plainPunctuation: {
      type: 'boolean',
      description: 'Curly quotes and similar characters in customers’ texts may become plain ones to save a segment',
    },
    budgets: {
      type: 'object',
      additionalProperties: false,
      required: ['perSender', 'perJob', 'minutes'],
      properties: {
        perSender: { type: 'integer', minimum: 1, maximum: 1000 },
        perJob: { type: 'integer', minimum: 1, maximum: 1000 },
        minutes: minutes('Length of the window of both budgets'),
      },
    },
    urgentWords: {
      type: 'array',
      maxItems: 50,
      items: { type: 'string', minLength: 2, maxLength: 40 },
      description:
        'A text with one of these words reaches contacts in their quiet hours. Texts to customers mention the first word',
    },
    notices: {
      type: 'object',
      additionalProperties: false,
      description: 'Notices that customers get, each at most once per leg',
      properties: {
        kinds: { type: 'array', maxItems: 6, items: { type: 'string', enum: NOTICE_KINDS } },
        soonMinutes: minutes('`arriving-soon`: sent when the trailer is expected within this time'),
        lateMinutes: minutes(
          '`delayed`: sent when the trailer is expected this much later than the customer’s last notice says',
        ),
        quietHours,
      },
    },
    advancedOptOut: {
      type: 'boolean',
      description:
        'The Messaging Service of textNumber has Advanced Opt-Out without CANCEL, END and QUIT (docs/calls.md): the team gets them as words',
    },
    calls: {
      type: 'object',
      additionalProperties: false,
      description:
        'Calls to textNumber. They cost extra: see docs/calls.md. With `answer: false` no phone is rung, and dispatchers cannot call by text',
      properties: {
        answer: { type: 'boolean', description: 'Rings the contacts on call' },
        ringSeconds: {
          type: 'integer',
          minimum: 5,
          maximum: 60,
          description: 'Time for which each contact is rung; 20 when left out',
        },
      },
    },
  },
} as const;

const carrierSetting = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { ...carrierName, examples: ['twilio', 'aws'] },
    number: {
      ...phone,
      description: 'The number that sends and receives the company’s texts',
      examples: ['+15125550143'],
    },
    identity: {
      type: 'string',
      minLength: 1,
      maxLength: 200,
      description: 'The carrier’s ID of the sender: for `aws`, the ARN of the number or pool',
      examples: ['arn:aws:sms-voice:us-east-1:123456789012:phone-number/phone-0123456789abcdef'],
    },
    publicKeys: {
      type: 'array',
      minItems: 1,
      maxItems: 2,
      items: { type: 'string', pattern: '^[A-Za-z0-9+/]{43}=$' },
      description: 'Public keys that check its webhooks, in base64: for `telnyx`; two while the key is replaced',
    },
    apiUrl: { type: 'string', maxLength: 200, description: 'Another base URL of its API, for an emulator' },
  },
} as const;

/** The environment variable CARRIERS: the company's carriers in order. */
export const carrierSettings = { type: 'array', minItems: 1, maxItems: 9, items: carrierSetting } as const;

const contacts = { type: 'array', minItems: 1, maxItems: MAX_CONTACTS, items: contact } as const;
const colour = (description: string) =>
  ({ type: 'string', pattern: COLOUR_PATTERN, description, examples: ['#1d4ed8'] }) as const;

/** Params of the services' serverless.yml, which has the defaults. */
const deployment = {
  description: 'Settings of the deployment on AWS. Deploy again after a change',
  type: 'object',
  additionalProperties: false,
  properties: {
    alarmEmail: {
      type: 'string',
      pattern: MAIL_PATTERN,
      maxLength: 200,
      description: 'Email address for alarms; AWS sends a confirmation request to it first',
      examples: ['owner@example.com'],
    },
    requestsPerSecond: {
      type: 'integer',
      minimum: 100,
      maximum: 20_000,
      description:
        'Limit of requests a second on each route of the API, 100 by default; twice as many at once (docs/scale.md)',
    },
    relayWorkers: {
      type: 'integer',
      minimum: 2,
      maximum: 1000,
      description: 'Functions that relay texts at once, 5 by default (docs/scale.md)',
    },
    smsDollarsPerHour: {
      type: 'number',
      minimum: 0.01,
      maximum: 100_000,
      description: 'Alarm when texts cost more than this within an hour',
    },
    twilioBalanceFloor: {
      type: 'number',
      minimum: 0.01,
      maximum: 100_000,
      description: 'Alarm when the balance of the Twilio account is below this',
    },
    twilioSubaccounts: {
      type: 'string',
      pattern: '^AC[0-9a-fA-F]{32}( AC[0-9a-fA-F]{32})*$',
      maxLength: 400,
      description:
        'SIDs of Twilio subaccounts whose signed webhooks count too, separated by spaces. Those of any other account are refused',
    },
    siteDomain: {
      type: 'string',
      pattern: DOMAIN_PATTERN,
      maxLength: 253,
      description: 'The domain of the tracking page; without one CloudFront gives it a name',
      examples: ['track.example.com'],
    },
    certificateArn: {
      type: 'string',
      pattern: CERTIFICATE_PATTERN,
      maxLength: 200,
      description: 'The certificate of siteDomain',
      examples: ['arn:aws:acm:us-east-1:123456789012:certificate/1b2c3d4e-0000-4000-8000-000000000000'],
    },
    priceClass: {
      type: 'string',
      enum: ['PriceClass_100', 'PriceClass_200', 'PriceClass_All'],
      description: 'Price class of CloudFront: the regions that serve the page',
    },
    carriers: {
      ...carrierSettings,
      description: 'Carriers in order: the next one sends when the one before fails. Twilio only by default',
    },
    logArchiveDays: {
      type: 'integer',
      minimum: 30,
      maximum: 36_500,
      description: 'Time until the compliance log is archived',
    },
    logExpireDays: {
      type: 'integer',
      minimum: 31,
      maximum: 36_500,
      description: 'Time until the compliance log is deleted',
    },
    logObjectLock: {
      type: 'string',
      enum: ['none', 'GOVERNANCE', 'COMPLIANCE'],
      description: 'Lock mode of the compliance log, which decides who may delete it earlier',
    },
    logLockDays: {
      type: 'integer',
      minimum: 1,
      maximum: 36_500,
      description: 'Time for which the compliance log cannot be deleted',
    },
  },
} as const;

/**
 * `config/company.json`: the company. packages/company reports its errors in sentences, and checks rules that a schema cannot
 * express. Editors complete it by config/company.schema.json, which is generated from this.
 */
export const companyFile = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'phone', 'textNumber', 'timeZone', 'contacts'],
  properties: {
    $schema: { type: 'string', description: 'For editors: ./company.schema.json' },
    name: {
      type: 'string',
      minLength: 1,
      maxLength: 60,
      description: 'Name of the company, as customers know it',
      examples: ['QuickDumpNow'],
    },
    phone: { ...phone, description: 'Customers call this number', examples: ['+15125550100'] },
    textNumber: { ...phone, description: 'Customers text this number: the one at Twilio', examples: ['+15125550142'] },
    senders: {
      type: 'object',
      additionalProperties: false,
      description:
        'Senders of the Twilio account on other channels. Answers go out on the channel of the person’s last text (docs/channels.md)',
      properties: {
        whatsapp: { ...phone, description: 'The number on WhatsApp, often textNumber', examples: ['+15125550142'] },
        rcs: {
          type: 'string',
          pattern: '^[A-Za-z0-9_.-]{1,100}$',
          description: 'The ID of the RCS sender, as the Twilio Console shows it after rcs:',
          examples: ['quickdumpnow_x1y2z3_agent'],
        },
      },
    },
    timeZone: {
      type: 'string',
      description: 'Time zone of the company, as an IANA name',
      examples: ['America/Chicago'],
    },
    jobPrefix: {
      type: 'string',
      pattern: JOB_PREFIX_PATTERN,
      description: 'Letters that job IDs begin with. Texts may leave them out. QDN by default',
      examples: ['QDN'],
    },
    contacts: { ...contacts, description: 'The dispatchers who get texts, in order' },
    operator: { ...phone, description: 'Gets a text when no one on the team answers a customer' },
    trailers: {
      type: 'array',
      maxItems: 200,
      description: 'Trailers of the fleet. Each has one tracker',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id'],
        properties: {
          id: { ...name, description: 'ID in its tracker and in jobs', examples: ['T1'] },
          name: { type: 'string', minLength: 1, maxLength: 60, description: 'Name that the team uses' },
          externalId: {
            type: 'string',
            pattern: '^[A-Za-z0-9._:-]{1,40}$',
            description: 'ID of its GPS unit at a hub: unique ID in Traccar, vehicle ID at Samsara or Motive, IMEI',
            examples: ['860000000000013'],
          },
          drivers: {
            type: 'array',
            maxItems: 5,
            description:
              'Drivers who may correct its jobs by text: HERE, DONE, UNDO, a photo. A driver of several trailers is listed at each',
            items: {
              type: 'object',
              additionalProperties: false,
              required: ['name', 'phone'],
              properties: {
                name: { type: 'string', minLength: 1, maxLength: 40, examples: ['Ray'] },
                phone: { ...phone, examples: ['+15125550131'] },
              },
            },
          },
        },
      },
    },
    stops: {
      type: 'array',
      maxItems: 100,
      description: 'Regular stops: yards, landfills, transfer stations',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'kind', 'address', 'lat', 'lon'],
        properties: {
          id: { ...name, description: 'Name on the command line', examples: ['yard'] },
          kind: stop.properties.kind,
          address: stop.properties.address,
          lat,
          lon,
          radiusM: {
            type: 'number',
            minimum: 20,
            maximum: 5000,
            description: 'Arrival radius in metres; 100 by default',
          },
        },
      },
    },
    tracks: {
      description: 'Tracks of trailers. Fixes are always deleted after seven days',
      type: 'object',
      additionalProperties: false,
      properties: {
        keepDays: {
          type: 'integer',
          minimum: 8,
          maximum: 730,
          description:
            'Days for which each day is kept, thinned to a point in half a minute. Left out: nothing is kept beyond seven days. It is a record of where your drivers were: tell them',
        },
      },
    },
    jobs: {
      description: 'How jobs follow their trailers',
      type: 'object',
      additionalProperties: false,
      properties: {
        endByThemselves: {
          type: 'boolean',
          default: true,
          description: 'A job whose trailer has left its last stop is completed without a person. `attention` lists it',
        },
        tellMoves: {
          type: 'boolean',
          default: true,
          description: 'The operator gets one text when a trailer moves at night or on a weekend without a job',
        },
      },
    },
    relay: relayPolicy,
    brand: {
      description: 'Appearance of the tracking page',
      type: 'object',
      additionalProperties: false,
      properties: {
        colour: colour('For what matters, on light paper'),
        darkColour: colour('In the dark; else a lighter `colour`'),
        logo: {
          type: 'string',
          pattern: LOGO_PATTERN,
          maxLength: 100,
          description: 'A file beside company.json, at most 50 KB',
          examples: ['logo.svg'],
        },
      },
    },
    geocoder: {
      description: 'Finds addresses for the command line and the API. Amazon Location by default',
      type: 'object',
      additionalProperties: false,
      required: ['engine'],
      properties: {
        engine: { type: 'string', enum: ['amazon-location', 'nominatim', 'photon', 'none'] },
        server: {
          type: 'string',
          pattern: WEB_ADDRESS_PATTERN,
          maxLength: 200,
          description: 'The URL of any Nominatim or Photon server',
          examples: ['https://nominatim.example'],
        },
        country: {
          type: 'string',
          pattern: COUNTRY_PATTERN,
          description: 'Only addresses of this country, as two capital letters',
          examples: ['US'],
        },
      },
    },
    router: {
      description: 'A routing engine for arrival times; without one they come from the company’s own drives',
      type: 'object',
      additionalProperties: false,
      required: ['engine'],
      properties: {
        engine: { type: 'string', enum: ['osrm', 'amazon-location'] },
        server: {
          type: 'string',
          pattern: WEB_ADDRESS_PATTERN,
          maxLength: 200,
          description: 'The URL of any OSRM server',
          examples: ['https://osrm.example'],
        },
      },
    },
    deployment,
  },
} as const;
