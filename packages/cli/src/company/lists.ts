import { type CompanyFile, idFrom, phoneFrom } from '@qdn/company';
import { STOP_KINDS } from '@qdn/domain';
import {
  askValue,
  coordinates,
  type Draft,
  hours,
  hoursText,
  type ItemList,
  type Meaning,
  wholeNumber,
  words,
  wordsOrNone,
} from './questions.ts';

type Contact = CompanyFile['contacts'][number];
type Trailer = NonNullable<CompanyFile['trailers']>[number];
type Stop = NonNullable<CompanyFile['stops']>[number];

/** Placeholder for the number that the next question asks for; fictional. */
const NO_NUMBER = '+12015550196';

/** Returns the first free ID of `wanted`, `wanted-2`, … */
const freeId = (wanted: string, taken: readonly string[]): string => {
  const isTaken = (id: string) => taken.some((other) => other.toLowerCase() === id.toLowerCase());
  for (let n = 1; ; n++) {
    const id = n === 1 ? wanted : `${wanted.slice(0, 28)}-${n}`;
    if (!isTaken(id)) return id;
  }
};

const replaced = <T>(items: readonly T[], i: number, change: Partial<T>): T[] =>
  items.map((item, at) => (at === i ? { ...item, ...change } : item));
const noneIfEmpty = <T>(items: T[]): T[] | undefined => (items.length > 0 ? items : undefined);

export const TEAM: ItemList<Contact> = {
  title: 'Dispatchers',
  one: 'dispatcher',
  least: 1,
  get: ({ contacts = [] }) => contacts,
  put: (company, contacts) => ({ ...company, contacts }),
  describe: ({ name, phone }) => `${name} ${phone}`,
  blank: ({ contacts = [] }) => ({
    id: freeId(
      'contact',
      contacts.map(({ id }) => id),
    ),
    name: '?',
    phone: NO_NUMBER,
  }),
  ask: async (asker, start, i, isNew) => {
    let company = start;
    const team = (): readonly Contact[] => company.contacts ?? [];
    const { name = '', phone = '', quietHours } = team()[i] ?? {};
    const put = (change: Partial<Contact>): Draft => ({ ...company, contacts: replaced(team(), i, change) });
    const others = team().flatMap(({ id }, at) => (at === i ? [] : [id]));
    company = await askValue(
      asker,
      company,
      { message: 'The dispatcher’s name?', initial: isNew ? '' : name, hint: 'Dana' },
      ['contacts', i],
      words,
      // Jobs name their contacts by ID: it stays when a name changes.
      (value = '') =>
        put({ name: value, ...(isNew ? { id: freeId(idFrom(value).toLowerCase() || 'contact', others) } : {}) }),
    );
    company = await askValue(
      asker,
      company,
      { message: `${team()[i]?.name}’s number?`, initial: isNew ? '' : phone, hint: '512 555 0171' },
      ['contacts', i, 'phone'],
      (answer) => (answer === '' ? { wrong: 'An answer is required.' } : { value: phoneFrom(answer, company) }),
      (value = '') => put({ phone: value }),
    );
    return askValue(
      asker,
      company,
      {
        message: `Quiet hours of ${team()[i]?.name}, for texts that are not urgent? (leave empty: none)`,
        initial: hoursText(quietHours),
        hint: '21:00-07:00',
      },
      ['contacts', i, 'quietHours'],
      hours,
      (value) => put({ quietHours: value }),
    );
  },
};

/** A driver in an answer: the name, then the number. */
const DRIVER = /^(?<name>\D*[^\d\s+(])\s*(?<phone>[+(]?\d.*)$/;

/** Reads drivers out of an answer: `Ray 512 555 0131, Luis 512 555 0132`. */
const driversFrom = (answer: string, company: Draft): Meaning<Trailer['drivers']> => {
  const parts = answer.split(',').map((part) => part.trim());
  const read = parts.filter((part) => part !== '').map((part) => DRIVER.exec(part)?.groups);
  if (read.includes(undefined)) return { wrong: 'Write a name and a number, like "Ray 512 555 0131".' };
  const drivers = read.map((groups) => ({
    name: groups?.['name'] ?? '',
    phone: phoneFrom(groups?.['phone'] ?? '', company),
  }));
  return { value: noneIfEmpty(drivers) };
};

export const TRAILERS: ItemList<Trailer> = {
  title: 'Trailers',
  one: 'trailer',
  least: 0,
  get: ({ trailers = [] }) => trailers,
  put: (company, trailers) => ({ ...company, trailers: noneIfEmpty(trailers) }),
  describe: ({ id, name }) => (name === undefined ? id : `${id} (${name})`),
  blank: ({ trailers = [] }) => ({
    id: freeId(
      `T${trailers.length + 1}`,
      trailers.map(({ id }) => id),
    ),
  }),
  ask: async (asker, start, i) => {
    let company = start;
    const fleet = (): readonly Trailer[] => company.trailers ?? [];
    const { id = '', name = '', drivers = [] } = fleet()[i] ?? {};
    const put = (change: Partial<Trailer>): Draft => ({ ...company, trailers: replaced(fleet(), i, change) });
    company = await askValue(
      asker,
      company,
      { message: 'Short name of the trailer, for its tracker and jobs?', initial: id, hint: 'T1' },
      ['trailers', i, 'id'],
      words,
      (value = '') => put({ id: value }),
    );
    company = await askValue(
      asker,
      company,
      { message: 'Name that the team uses? (optional)', initial: name, hint: '14-yard dump trailer' },
      ['trailers', i, 'name'],
      wordsOrNone,
      (value) => put({ name: value }),
    );
    return askValue(
      asker,
      company,
      {
        message: 'Drivers who may text HERE and DONE? (optional)',
        initial: drivers.map((driver) => `${driver.name} ${driver.phone}`).join(', '),
        hint: 'Ray 512 555 0131, Luis 512 555 0132',
      },
      ['trailers', i, 'drivers'],
      (answer) => driversFrom(answer, company),
      (value) => put({ drivers: value }),
    );
  },
};

const KINDS = { pickup: 'pickup', drop_off: 'drop-off', dump_site: 'landfill or transfer station', yard: 'yard' };

export const STOPS: ItemList<Stop> = {
  title: 'Stops',
  one: 'stop',
  least: 0,
  get: ({ stops = [] }) => stops,
  put: (company, stops) => ({ ...company, stops: noneIfEmpty(stops) }),
  describe: ({ id, address }) => `${id} (${address})`,
  blank: ({ stops = [] }) => ({
    id: freeId(
      'stop',
      stops.map(({ id }) => id),
    ),
    kind: 'yard',
    address: '?',
    // A place that is valid for every time zone.
    lat: 1,
    lon: -1,
  }),
  ask: async (asker, start, i, isNew) => {
    let company = start;
    const places = (): readonly Stop[] => company.stops ?? [];
    const present = places()[i];
    const put = (change: Partial<Stop>): Draft => ({ ...company, stops: replaced(places(), i, change) });
    const others = places().flatMap(({ id }, at) => (at === i ? [] : [id]));
    const kind = await asker.choose({
      message: 'Kind of place?',
      options: STOP_KINDS.map((value) => ({ value, label: KINDS[value] })),
      initial: present?.kind ?? 'yard',
    });
    company = put({ kind });
    company = await askValue(
      asker,
      company,
      {
        message: 'Short name, for the command line?',
        initial: isNew ? freeId(kind === 'dump_site' ? 'landfill' : kind, others) : (present?.id ?? ''),
      },
      ['stops', i, 'id'],
      words,
      (value = '') => put({ id: value }),
    );
    company = await askValue(
      asker,
      company,
      { message: 'Address?', initial: isNew ? '' : (present?.address ?? ''), hint: '6400 Burleson Rd' },
      ['stops', i, 'address'],
      words,
      (value = '') => put({ address: value }),
    );
    company = await askValue(
      asker,
      company,
      {
        message: 'Latitude and longitude, as a map shows them?',
        initial: isNew || !present ? '' : `${present.lat}, ${present.lon}`,
        hint: '30.2211, -97.6972',
      },
      ['stops', i],
      coordinates,
      (value) => put(value ?? {}),
    );
    return askValue(
      asker,
      company,
      { message: 'Radius for arrival, in metres?', initial: String(present?.radiusM ?? 100) },
      ['stops', i, 'radiusM'],
      wholeNumber,
      (value) => put({ radiusM: value === 100 && present?.radiusM === undefined ? undefined : value }),
    );
  },
};
