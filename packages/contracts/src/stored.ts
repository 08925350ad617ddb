import {
  CHANGE_ORIGINS,
  CHANNELS,
  CONSENT_ORIGINS,
  CONVERSATION_SIDES,
  type Consent,
  type Conversation,
  type ConversationText,
  type Copy,
  DELIVERY_STATES,
  DESK_QUESTION_KINDS,
  type Desk,
  type DeskChoice,
  type DeskQuestion,
  type DutySwap,
  type DutySwaps,
  FAILURE_CLASSES,
  JOB_ID_PATTERN,
  JOB_KINDS,
  JOB_STATUSES,
  type Job,
  type JobSummary,
  LANGUAGES,
  type LastText,
  MESSAGE_SID_PATTERN,
  type MediaPart,
  NAME_PATTERN,
  NOTICE_KINDS,
  type Notice,
  OUTBOUND_MESSAGE_STATES,
  type OutboundMessage,
  PHONE_PATTERN,
  PLACE_QUALITIES,
  PLAN_KINDS,
  type PlannedCall,
  type RecentMessage,
  type Recipient,
  type RelayPlan,
  STOP_KINDS,
  type StatusChange,
  type Stop,
  SWAP_STATES,
  TEAM_ORDERS,
  type TeamMember,
  type TeamMessage,
} from '@qdn/domain';
import type { FromSchema } from 'json-schema-to-ts';
import type { WithProperties } from './job-fields.ts';

/*
 * Items of DynamoDB, as JSON Schema: the part of it that `readItem` of packages/aws knows. It leaves out attributes that the schema does
 * not have (the table's keys) and refuses an item with a missing or wrong one. Times are epoch ms.
 */
type ItemType = 'array' | 'boolean' | 'number' | 'null' | 'object' | 'string';
type TypedSchema = {
  readonly type: ItemType | readonly ItemType[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly default?: unknown;
  readonly additionalProperties?: false;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, ItemSchema>>;
  /** A list of schemas makes a row: each place has its own, and there are no further places. */
  readonly items?: ItemSchema | readonly ItemSchema[];
  readonly additionalItems?: false;
  readonly minItems?: number;
};
export type ItemSchema = TypedSchema | { readonly anyOf: readonly ItemSchema[] };

const text = { type: 'string' } as const;
const number = { type: 'number' } as const;
const booleanOrNull = { type: ['boolean', 'null'] } as const;
const numberOrNull = { type: ['number', 'null'] } as const;
/** A missing attribute is read as null. */
const textOrNothing = { type: ['string', 'null'], default: null } as const;
const numberOrNothing = { ...numberOrNull, default: null } as const;
const name = { type: 'string', pattern: NAME_PATTERN } as const;
const phone = { type: 'string', pattern: PHONE_PATTERN } as const;
const jobId = { type: 'string', pattern: JOB_ID_PATTERN } as const;
const status = { type: 'string', enum: JOB_STATUSES } as const;
const messageSid = { type: 'string', pattern: MESSAGE_SID_PATTERN } as const;

const storedStop = {
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'address', 'lat', 'lon', 'radiusM'],
  properties: {
    kind: { type: 'string', enum: STOP_KINDS },
    address: text,
    lat: number,
    lon: number,
    radiusM: number,
    quality: { type: 'string', enum: PLACE_QUALITIES },
  },
} as const satisfies WithProperties<keyof Stop>;

const storedChange = {
  type: 'object',
  additionalProperties: false,
  required: ['status', 'at', 'by', 'reason'],
  properties: {
    status,
    at: number,
    by: { type: 'string', enum: CHANGE_ORIGINS },
    reason: text,
    stop: number,
    trailerId: name,
    place: {
      type: 'object',
      additionalProperties: false,
      required: ['lat', 'lon'],
      properties: { lat: number, lon: number },
    },
    decidedAt: number,
    takesBack: status,
    isSentBack: { type: 'boolean' },
    isTakenBack: { type: 'boolean' },
    messageSid,
  },
} as const satisfies WithProperties<keyof StatusChange>;

const storedNotice = {
  type: 'object',
  additionalProperties: false,
  required: ['what', 'stop', 'at', 'promised'],
  properties: {
    what: { type: 'string', enum: NOTICE_KINDS },
    stop: number,
    at: number,
    promised: numberOrNull,
    visit: number,
  },
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
      properties: { name: text, phone, language: { type: 'string', enum: LANGUAGES } },
    },
    stops: { type: 'array', items: storedStop },
    currentStop: number,
    trailers: { type: 'array', items: name },
    status,
    history: { type: 'array', items: storedChange },
    contacts: { type: 'array', items: storedContact },
    revokedLinks: { type: 'array', items: text },
    notices: { type: 'array', items: storedNotice },
    scheduledFor: numberOrNothing,
    question: {
      type: 'object',
      additionalProperties: false,
      required: ['trailerId', 'stop', 'at', 'metres', 'minutes', 'place'],
      properties: {
        trailerId: name,
        stop: number,
        at: number,
        metres: number,
        minutes: number,
        place: {
          type: 'object',
          additionalProperties: false,
          required: ['lat', 'lon'],
          properties: { lat: number, lon: number },
        },
      },
    },
    notes: text,
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

const storedRecipient = {
  type: ['object', 'null'],
  additionalProperties: false,
  required: ['recipient', 'to'],
  properties: { recipient: name, to: text },
  default: null,
} as const satisfies WithProperties<keyof Recipient>;

const storedMember = {
  type: 'object',
  additionalProperties: false,
  required: ['recipient', 'to', 'notBefore'],
  properties: { recipient: name, to: text, notBefore: number, isBackup: { type: 'boolean' } },
} as const satisfies WithProperties<keyof TeamMember>;

const storedCall = {
  type: 'object',
  additionalProperties: false,
  required: ['ring', 'connect', 'who', 'handle'],
  properties: { ring: text, connect: text, who: text, handle: text },
} as const satisfies WithProperties<keyof PlannedCall>;

const storedMedium = {
  type: 'object',
  additionalProperties: false,
  required: ['what', 'link', 'contentType'],
  properties: { what: text, link: text, contentType: text },
} as const satisfies WithProperties<keyof MediaPart>;

const storedTeamMessage = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'handle', 'about', 'words', 'media', 'note', 'wholeLink'],
  properties: {
    name: text,
    handle: textOrNothing,
    about: textOrNothing,
    words: text,
    media: { type: 'array', items: storedMedium },
    note: textOrNothing,
    wholeLink: textOrNothing,
  },
} as const satisfies WithProperties<keyof TeamMessage>;

const storedDeskChoice = {
  type: 'object',
  additionalProperties: false,
  required: ['phone', 'timelineId'],
  properties: { phone: text, timelineId: text },
} as const satisfies WithProperties<keyof DeskChoice>;

const storedDeskQuestion = {
  type: 'object',
  additionalProperties: false,
  required: ['kind', 'text', 'media', 'choices'],
  properties: {
    kind: { type: 'string', enum: DESK_QUESTION_KINDS },
    text,
    media: { type: 'array', items: text },
    choices: { type: 'array', items: storedDeskChoice },
  },
} as const satisfies WithProperties<keyof DeskQuestion>;

const storedCopy = {
  type: 'object',
  additionalProperties: false,
  required: ['recipient', 'to', 'notBefore', 'body'],
  properties: { recipient: name, to: text, notBefore: number, isBackup: { type: 'boolean' }, body: text },
} as const satisfies WithProperties<keyof Copy>;

/** A consent in the table `qdn-jobs`; items of before its history have no reason. */
export const storedConsent = {
  type: 'object',
  additionalProperties: false,
  required: ['phone', 'isStopped', 'by', 'at'],
  properties: {
    phone: text,
    isStopped: { type: 'boolean' },
    by: { type: 'string', enum: CONSENT_ORIGINS },
    why: textOrNothing,
    actor: text,
    at: number,
  },
} as const satisfies WithProperties<keyof Consent>;

const storedSwap = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'date', 'giver', 'taker', 'asker', 'askedAt', 'endsAt', 'language', 'state'],
  properties: {
    id: messageSid,
    date: text,
    giver: name,
    taker: name,
    asker: name,
    askedAt: number,
    endsAt: number,
    language: { type: 'string', enum: LANGUAGES },
    state: { type: 'string', enum: SWAP_STATES },
  },
} as const satisfies WithProperties<keyof DutySwap>;

/** The plan of a message in the table `qdn-jobs`. */
export const storedPlan = {
  type: 'object',
  additionalProperties: false,
  required: [
    'kind',
    'timelineId',
    'sender',
    'from',
    'receivedAt',
    'begunAt',
    'recipients',
    'body',
    'acknowledges',
    'notice',
    'bounce',
    'heldUntil',
    'answeredBy',
  ],
  properties: {
    kind: { type: 'string', enum: PLAN_KINDS },
    timelineId: text,
    sender: text,
    from: text,
    receivedAt: number,
    begunAt: number,
    recipients: { type: 'array', items: storedMember },
    body: text,
    acknowledges: { type: 'array', items: messageSid },
    notice: textOrNothing,
    bounce: storedRecipient,
    copies: { type: 'array', items: storedCopy },
    heldUntil: numberOrNothing,
    forInformation: { type: 'boolean' },
    consent: { ...storedConsent, type: ['object', 'null'] },
    call: storedCall,
    person: text,
    order: { type: 'string', enum: TEAM_ORDERS },
    link: {
      type: 'object',
      additionalProperties: false,
      required: ['phone', 'name'],
      properties: { phone: text, name: text },
    },
    isLoop: { type: 'boolean' },
    isComplaint: { type: 'boolean' },
    asks: storedDeskQuestion,
    language: { type: 'string', enum: LANGUAGES },
    attachments: { type: 'array', items: text },
    source: storedTeamMessage,
    swap: storedSwap,
    claim: {
      type: 'object',
      additionalProperties: false,
      required: ['name', 'at'],
      properties: { name: text, at: number },
    },
    answeredBy: textOrNothing,
  },
} as const satisfies WithProperties<keyof RelayPlan>;

/** An outbound message in the table `qdn-jobs`. */
export const storedOutboundMessage = {
  type: 'object',
  additionalProperties: false,
  required: [
    'timelineId',
    'messageSid',
    'recipient',
    'attempt',
    'to',
    'body',
    'state',
    'carrier',
    'carrierSince',
    'isDoubtful',
    'owner',
    'fence',
    'leaseUntil',
    'claims',
    'claimedAt',
    'carrierSid',
    'errorCode',
    'errorClass',
    'delivery',
    'updatedAt',
  ],
  properties: {
    timelineId: text,
    messageSid,
    recipient: name,
    attempt: number,
    to: text,
    body: text,
    media: { type: 'array', items: text },
    state: { type: 'string', enum: OUTBOUND_MESSAGE_STATES },
    carrier: text,
    carrierSince: number,
    isDoubtful: { type: 'boolean' },
    owner: text,
    fence: number,
    leaseUntil: number,
    claims: number,
    claimedAt: number,
    carrierSid: textOrNothing,
    errorCode: { type: ['number', 'string', 'null'], default: null },
    errorClass: { type: ['string', 'null'], enum: [...FAILURE_CLASSES, null], default: null },
    delivery: { type: ['string', 'null'], enum: [...DELIVERY_STATES, null], default: null },
    updatedAt: number,
  },
} as const satisfies WithProperties<keyof OutboundMessage>;

/** A message of a timeline in the table `qdn-jobs`. */
export const storedMessage = {
  type: 'object',
  additionalProperties: false,
  required: ['messageSid', 'from', 'body', 'receivedAt', 'sender', 'heldUntil'],
  properties: { messageSid, from: text, body: text, receivedAt: number, sender: text, heldUntil: numberOrNothing },
} as const satisfies WithProperties<keyof RecentMessage | 'sender'>;

const storedLastText = {
  type: ['object', 'null'],
  additionalProperties: false,
  required: ['messageSid', 'timelineId', 'at', 'by', 'body', 'isQuestion'],
  properties: { messageSid, timelineId: text, at: number, by: text, body: text, isQuestion: { type: 'boolean' } },
  default: null,
} as const satisfies WithProperties<keyof LastText>;

/** A conversation in the table `qdn-jobs`. */
export const storedConversation = {
  type: 'object',
  additionalProperties: false,
  required: [
    'id',
    'phone',
    'name',
    'jobs',
    'channel',
    'handle',
    'otherPhoneOf',
    'waiting',
    'lastOfPerson',
    'lastOfTeam',
    'lastOfCompany',
    'claim',
    'closedAt',
    'textTimes',
    'applied',
    'updatedAt',
    'version',
  ],
  properties: {
    id: messageSid,
    phone: text,
    name: textOrNothing,
    jobs: { type: 'array', items: jobId },
    channel: { type: 'string', enum: CHANNELS },
    handle: textOrNothing,
    otherPhoneOf: {
      type: ['object', 'null'],
      additionalProperties: false,
      required: ['phone', 'name', 'by', 'at'],
      properties: { phone: text, name: text, by: text, at: number },
      default: null,
    },
    waiting: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['messageSid', 'timelineId', 'since', 'isQuestion'],
        properties: { messageSid, timelineId: text, since: number, isQuestion: { type: 'boolean' } },
      },
    },
    lastOfPerson: storedLastText,
    lastOfTeam: storedLastText,
    lastOfCompany: storedLastText,
    claim: {
      type: ['object', 'null'],
      additionalProperties: false,
      required: ['by', 'name', 'at'],
      properties: { by: text, name: text, at: number },
      default: null,
    },
    closedAt: numberOrNothing,
    textTimes: { type: 'array', items: number },
    applied: { type: 'array', items: messageSid },
    updatedAt: number,
    version: number,
  },
} as const satisfies WithProperties<keyof Conversation>;

/** A text of a conversation in the table `qdn-jobs`. */
export const storedConversationText = {
  type: 'object',
  additionalProperties: false,
  required: ['messageSid', 'timelineId', 'at', 'side', 'sender', 'body'],
  properties: {
    messageSid,
    timelineId: text,
    at: number,
    side: { type: 'string', enum: CONVERSATION_SIDES },
    sender: text,
    body: text,
  },
} as const satisfies WithProperties<keyof ConversationText>;

/** The desk of a team phone in the table `qdn-jobs`. */
export const storedDesk = {
  type: 'object',
  additionalProperties: false,
  required: ['phone', 'conversations', 'open', 'question', 'lastSent', 'ownTexts', 'applied', 'updatedAt', 'version'],
  properties: {
    phone: text,
    conversations: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['phone', 'timelineId', 'at', 'answerShownAt'],
        properties: { ...storedDeskChoice.properties, at: number, answerShownAt: numberOrNothing },
      },
    },
    open: {
      type: ['object', 'null'],
      additionalProperties: false,
      required: ['phone', 'timelineId', 'at'],
      properties: { ...storedDeskChoice.properties, at: number },
      default: null,
    },
    question: {
      type: ['object', 'null'],
      additionalProperties: false,
      required: [...storedDeskQuestion.required, 'messageSid', 'at'],
      properties: { ...storedDeskQuestion.properties, messageSid, at: number },
      default: null,
    },
    lastSent: {
      type: ['object', 'null'],
      additionalProperties: false,
      required: ['messageSid', 'phone', 'timelineId', 'at', 'body'],
      properties: { ...storedDeskChoice.properties, messageSid, at: number, body: text },
      default: null,
    },
    ownTexts: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['at', 'body'],
        properties: { at: number, body: text },
      },
    },
    applied: { type: 'array', items: messageSid },
    updatedAt: number,
    version: number,
  },
} as const satisfies WithProperties<keyof Desk>;

/** The swaps of the rota in the table `qdn-jobs`. */
export const storedDutySwaps = {
  type: 'object',
  additionalProperties: false,
  required: ['swaps', 'version'],
  properties: { swaps: { type: 'array', items: storedSwap }, version: number },
} as const satisfies WithProperties<keyof DutySwaps>;

/** A fix in the table `qdn-job-locations`: epoch ms, lat, lon, accuracy in m, speed in m/s, heading in degrees. */
const storedFix = {
  type: 'array',
  items: [number, number, number, numberOrNull, numberOrNull, numberOrNull],
  minItems: 6,
  additionalItems: false,
} as const satisfies ItemSchema;

/**
 * A report in the table `qdn-job-locations`: fixes, the battery at the newest one in percent with its charging state, and the note on its
 * tracker's clock: time of receipt in epoch ms, and the corrected error in ms.
 */
export const storedReport = {
  type: 'object',
  additionalProperties: false,
  required: ['pk', 'sk', 'f'],
  properties: {
    pk: text,
    sk: text,
    f: { type: 'array', items: storedFix },
    m: text,
    b: { type: 'array', items: [number, booleanOrNull], minItems: 2, additionalItems: false },
    t: { type: 'array', items: [number, number], minItems: 2, additionalItems: false },
  },
} as const satisfies ItemSchema;

/**
 * A thinned day in the table `qdn-job-locations`. `w`: points of the way (epoch ms, lat, lon, metres); `h`: halts (from and to in epoch ms,
 * lat, lon); `l`: trips (from and to in epoch ms, metres, longest gap in s); `m`: metres of the day.
 */
const fourNumbers = {
  type: 'array',
  items: [number, number, number, number],
  minItems: 4,
  additionalItems: false,
} as const satisfies ItemSchema;
export const storedDay = {
  type: 'object',
  additionalProperties: false,
  required: ['w', 'h', 'l', 'm'],
  properties: {
    w: { type: 'array', items: fourNumbers },
    h: { type: 'array', items: fourNumbers },
    l: { type: 'array', items: fourNumbers },
    m: number,
  },
} as const satisfies ItemSchema;

/** Refused points of one reason: reason, count, then epoch ms, lat and lon of the newest one where it had a usable place. */
const storedRefusal = {
  anyOf: [
    { type: 'array', items: [text, number], minItems: 2, additionalItems: false },
    { type: 'array', items: [text, number, number, number, number], minItems: 5, additionalItems: false },
  ],
} as const satisfies ItemSchema;

/** The quarantine of a report or a note in the table `qdn-job-locations`. */
export const storedQuarantine = {
  type: 'object',
  additionalProperties: false,
  properties: { q: { type: 'array', items: storedRefusal } },
} as const satisfies ItemSchema;

/** The company's drives in the table `qdn-jobs`: rows as JSON texts, see `storedLeg` and `storedDwell`. */
export const storedTravel = {
  type: 'object',
  additionalProperties: false,
  required: ['legs', 'dwells', 'version'],
  properties: { legs: text, dwells: text, sites: text, version: number },
} as const satisfies ItemSchema;

/** A driven leg of before the areas were noted: ID, epoch ms, straight line and road in m, seconds, and the share that the estimate missed. */
const storedLegWithoutAreas = {
  type: 'array',
  items: [text, number, number, numberOrNull, number, number],
  minItems: 6,
  additionalItems: false,
} as const satisfies ItemSchema;

/** A driven leg, with the areas of its start and end at the end of the row. */
export const storedLeg = {
  anyOf: [
    {
      type: 'array',
      items: [text, number, number, numberOrNull, number, number, number, number],
      minItems: 8,
      additionalItems: false,
    },
    storedLegWithoutAreas,
  ],
} as const satisfies ItemSchema;

/** A stay at a stop: ID, epoch ms, kind of the stop, seconds. */
/** A visit beside its stop: ID, epoch ms, lat and lon of the stop, lat and lon of the stand, and 1 when a person has confirmed it. */
export const storedSite = {
  type: 'array',
  items: [text, number, number, number, number, number, number],
  minItems: 7,
  additionalItems: false,
} as const satisfies ItemSchema;
export const storedDwell = {
  type: 'array',
  items: [text, number, { type: 'string', enum: STOP_KINDS }, number],
  minItems: 4,
  additionalItems: false,
} as const satisfies ItemSchema;

export type StoredPlan = FromSchema<typeof storedPlan>;
export type StoredConsent = FromSchema<typeof storedConsent>;
export type StoredOutboundMessage = FromSchema<typeof storedOutboundMessage>;
export type StoredMessage = FromSchema<typeof storedMessage>;
export type StoredConversation = FromSchema<typeof storedConversation>;
export type StoredConversationText = FromSchema<typeof storedConversationText>;
export type StoredDesk = FromSchema<typeof storedDesk>;
export type StoredDutySwaps = FromSchema<typeof storedDutySwaps>;
export type StoredReport = FromSchema<typeof storedReport>;
export type StoredFix = FromSchema<typeof storedFix>;
export type StoredDay = FromSchema<typeof storedDay>;
export type StoredRefusal = FromSchema<typeof storedRefusal>;
export type StoredQuarantine = FromSchema<typeof storedQuarantine>;
export type StoredTravel = FromSchema<typeof storedTravel>;
export type StoredLeg = [...FromSchema<typeof storedLegWithoutAreas>, from?: number, to?: number];
export type StoredDwell = FromSchema<typeof storedDwell>;
export type StoredSite = FromSchema<typeof storedSite>;
export type StoredJob = FromSchema<typeof storedJob>;
export type StoredJobSummary = FromSchema<typeof storedJobSummary>;
