import type { CorpusEntry, CorpusSituation } from '../corpus.ts';
import type { WorldCompany } from '../system.ts';

/** Someone outside the company. */
export type Outsider = {
  name: string;
  phone: string;
  /** The address that dispatchers type after the sign: the number of the job, or u and four digits of the phone. */
  handle: string;
  jobId: string | null;
  /** Text that opened a conversation, or null. */
  asked: string | null;
};

/** The people of one entry. */
export type Cast = {
  company: WorldCompany;
  /** The customer or stranger of the entry: the writer, or the one who asked. */
  subject: Outsider;
  /** All customers and strangers, the subject first. */
  outsiders: readonly Outsider[];
  writer: { name: string; phone: string; isStaff: boolean };
  dispatchers: readonly { name: string; phone: string }[];
  operatorPhone: string;
};

export const TEXT_NUMBER = '+15125550142';
const DANA = { id: 'dana', name: 'Dana', phone: '+15125550171' };
const LUIS = { id: 'luis', name: 'Luis', phone: '+15125550172' };
const OPERATOR_PHONE = '+15125550180';
const OTHER_PHONE = '+15125550167';
const STRANGER_PHONE = '+15125550166';
const DRIVER_PHONE = '+15125550168';
const NIGHT = { from: '20:00', to: '07:00' };
const PREFIX = 'QDN';

/** Customers of jobs that every entry has, so that words can reach the wrong one. */
const NEIGHBOURS = [
  { handle: '4401', name: 'Ann Lee' },
  { handle: '1042', name: 'Bob Ray' },
  { handle: '1044', name: 'Cara Diaz' },
] as const;

/** Two strangers may have numbers that end in the same four digits. */
const STRANGER_AREAS = ['512555', '737555'] as const;

const customerOf = (handle: string, name: string, asked: string | null, place: number): Outsider => ({
  name,
  handle,
  jobId: `${PREFIX}-${handle}`,
  phone: `+151255501${String(place + 1).padStart(2, '0')}`,
  asked,
});

const strangerOf = (handle: string, asked: string | null, place: number): Outsider => ({
  name: 'unknown',
  handle,
  jobId: null,
  phone: `+1${STRANGER_AREAS[place]}${handle.slice(1)}`,
  asked,
});

const strangerFrom = (phone: string): Outsider => ({
  name: 'unknown',
  handle: `u${phone.slice(-4)}`,
  jobId: null,
  phone,
  asked: null,
});

/** Returns the job number and the customer's name of `QDN-4748 (Eve, next week)`. */
const otherJobOf = (text: string): { handle: string; name: string } => {
  const [, handle = '1', name = 'Eve'] = text.match(/-(\d+)\s*\(([^,)]+)/) ?? [];
  return { handle, name };
};

const outsidersOf = ({ conversations = [], otherJobs = [] }: CorpusSituation): Outsider[] => {
  const talking = conversations.map(({ handle, name, asked }, place) =>
    handle.startsWith('u')
      ? strangerOf(handle, asked, conversations.slice(0, place).filter((other) => other.handle === handle).length)
      : customerOf(handle, name, asked, place),
  );
  const others = [...otherJobs.map(otherJobOf), ...NEIGHBOURS].filter(
    ({ handle }, place, all) =>
      !talking.some((one) => one.handle === handle) && all.findIndex((one) => one.handle === handle) === place,
  );
  return [...talking, ...others.map(({ handle, name }, i) => customerOf(handle, name, null, talking.length + i))];
};

const writerPhones: Readonly<Partial<Record<CorpusEntry['from'], string>>> = {
  'other-phone': OTHER_PHONE,
  stranger: STRANGER_PHONE,
  driver: DRIVER_PHONE,
};

/** Returns the people of an entry. Dispatchers have quiet hours in entries of the night, except the one who writes. */
export const castOf = ({ from, given }: CorpusEntry): Cast => {
  const outsiders = outsidersOf(given);
  const ownPhone = writerPhones[from];
  const stranger = ownPhone === undefined || from === 'driver' ? null : strangerFrom(ownPhone);
  const subject = stranger ?? outsiders[0];
  if (!subject) throw new Error('An entry needs someone outside the company.');
  const isNight = given.setting === 'after-hours';
  const dispatchers = [DANA, LUIS].map((member) =>
    isNight && !(from === 'dispatcher' && member === DANA) ? { ...member, quietHours: NIGHT } : member,
  );
  const writers: Readonly<Record<string, Cast['writer']>> = {
    dispatcher: { ...DANA, isStaff: true },
    'second-dispatcher': { ...LUIS, isStaff: true },
    operator: { name: 'operator', phone: OPERATOR_PHONE, isStaff: true },
    driver: { name: 'driver', phone: DRIVER_PHONE, isStaff: false },
  };
  return {
    company: {
      name: 'QuickDumpNow',
      textNumber: TEXT_NUMBER,
      timeZone: 'America/Chicago',
      jobPrefix: PREFIX,
      dispatchers,
      operator: OPERATOR_PHONE,
      trailerIds: ['T1', 'T2', 'T3'],
      stops: [],
      cascade: { order: 'all', minutes: ALARM_MINUTES },
    },
    subject,
    outsiders: stranger ? [stranger, ...outsiders] : outsiders,
    writer: writers[from] ?? { name: subject.name, phone: subject.phone, isStaff: false },
    dispatchers: [DANA, LUIS],
    operatorPhone: OPERATOR_PHONE,
  };
};

/** Minutes without an answer until the operator gets an alarm. */
export const ALARM_MINUTES = 15;
