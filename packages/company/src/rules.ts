import { carrierProblems } from '@qdn/carriers/facts';
import { closest } from './closest.ts';
import { contrast, LEAST_CONTRAST, PAPER } from './colour.ts';
import type { CompanyFile } from './company-file.ts';
import { functionsLine, MAX_COMPANY_BYTES } from './for-functions.ts';
import { isShortened } from './phone-number.ts';
import type { Finding } from './sentences.ts';
import { isTimeZone, timeZoneMeant } from './time-zone.ts';
import type { Place } from './written.ts';

type Rule = (company: CompanyFile) => Finding[];
type RotaShift = NonNullable<NonNullable<CompanyFile['relay']>['rota']>['shifts'][number];

/** Returns a finding for each repetition of a value that must be unique. */
const findingsForRepeats = <T>(
  list: readonly T[],
  key: (one: T) => string,
  tell: (one: T, earlier: number) => string,
  place: (i: number) => Place,
): Finding[] =>
  list.flatMap((one, i) => {
    const earlier = list.findIndex((other) => key(other) === key(one));
    return earlier < i ? [{ place: place(i), says: tell(one, earlier) }] : [];
  });

const oneIdEach =
  (section: 'contacts' | 'trailers' | 'stops'): Rule =>
  (company) =>
    findingsForRepeats<{ id: string }>(
      company[section] ?? [],
      // On a phone's keyboard T1 and t1 are the same.
      ({ id }) => id.toLowerCase(),
      ({ id }, earlier) => `"${id}" is already the ID of ${section}[${earlier}]; each needs its own.`,
      (i) => [section, i, 'id'],
    );

const oneNumberEach: Rule = ({ contacts }) =>
  findingsForRepeats(
    contacts,
    ({ phone }) => phone,
    ({ phone }, earlier) =>
      `"${phone}" is already the number of ${contacts[earlier]?.name}; the sender of an answer would be unclear. Keep one of them.`,
    (i) => ['contacts', i, 'phone'],
  );

/** Returns all drivers, with their places in the file. */
const driversIn = (trailers: CompanyFile['trailers'] = []): Array<{ name: string; phone: string; place: Place }> =>
  trailers.flatMap(({ drivers = [] }, i) =>
    drivers.map(({ name, phone }, at) => ({ name, phone, place: ['trailers', i, 'drivers', at] })),
  );

/** Refuses textNumber as a person's own number: a text from it would be relayed to itself. */
const noLoops: Rule = ({ contacts, operator, textNumber, trailers }) =>
  [
    ...driversIn(trailers).map((driver) => ({ phone: driver.phone, place: [...driver.place, 'phone'] })),
    ...contacts.map(({ phone }, i) => ({ phone, place: ['contacts', i, 'phone'] })),
    { phone: operator, place: ['operator'] },
  ]
    .filter(({ phone }) => phone === textNumber)
    .map(({ place }) => ({
      place,
      says: `"${textNumber}" is textNumber, which customers text: the message would reach no one. Write this person's own number.`,
    }));

/** Refuses a driver's number that is listed twice at one trailer, or under two names. */
const oneNameForADriver: Rule = ({ trailers = [] }) => [
  ...trailers.flatMap(({ drivers = [] }, i) =>
    findingsForRepeats(
      drivers,
      ({ phone }) => phone,
      ({ phone }) => `"${phone}" is already a driver of this trailer. Remove it.`,
      (at) => ['trailers', i, 'drivers', at, 'phone'],
    ),
  ),
  ...driversIn(trailers).flatMap(({ name, phone, place }, i, all): Finding[] => {
    const earlier = all.slice(0, i).find((other) => other.phone === phone && other.name !== name);
    return earlier
      ? [
          {
            place: [...place, 'name'],
            says: `is "${name}", but ${phone} is "${earlier.name}" at another trailer. Write one name.`,
          },
        ]
      : [];
  }),
];

const wholeNumbers: Rule = ({ phone, textNumber, operator, contacts, trailers }) =>
  [
    ...driversIn(trailers).map((driver) => ({ number: driver.phone, place: [...driver.place, 'phone'] })),
    { number: phone, place: ['phone'] },
    { number: textNumber, place: ['textNumber'] },
    { number: operator ?? '', place: ['operator'] },
    ...contacts.map((contact, i) => ({ number: contact.phone, place: ['contacts', i, 'phone'] })),
  ]
    .filter(({ number }) => isShortened(number))
    .map(({ number, place }) => ({
      place,
      says:
        number.length === 12
          ? `"${number}" cannot be a North American number: area code and exchange start with 2 to 9.`
          : `"${number}" has ${number.length - 2} digits after +1; a North American number has 10.`,
    }));

const timeZone: Rule = ({ timeZone: name }) => {
  if (isTimeZone(name)) return [];
  const meant = timeZoneMeant(name);
  const advice = meant ? `Did you mean "${meant}"?` : 'Write a name such as "America/Chicago".';
  return [{ place: ['timeZone'], says: `"${name}" is not the name of a time zone. ${advice}` }];
};

const quietHours: Rule = ({ contacts }) =>
  contacts.flatMap(({ quietHours: hours, name }, i) =>
    hours && hours.from === hours.to
      ? [
          {
            place: ['contacts', i, 'quietHours'],
            says: `start and end at ${hours.from}, so they have no length. Leave them out if ${name} may be texted at any hour.`,
          },
        ]
      : [],
  );

/** Refuses coordinates in an unlikely place: off the coast of Africa, or in Asia because a minus sign is missing. */
const placesMeant: Rule = ({ stops = [], timeZone: zone }) =>
  stops.flatMap(({ lat, lon, id }, i): Finding[] => {
    if (lat === 0 && lon === 0)
      return [
        { place: ['stops', i, 'lat'], says: 'and lon are 0, which is in the Atlantic. Give the place of the stop.' },
      ];
    if (zone.startsWith('America/') && lon > 0)
      return [
        {
          place: ['stops', i, 'lon'],
          says: `is ${lon}, which is in Europe, Africa or Asia; in the Americas it is negative. Write ${-lon} if "${id}" is there.`,
        },
      ];
    return [];
  });

/** Words that people write before numbers: `at 3`, `gate 5`. As a prefix, such a word would turn the numbers into job IDs. */
const WORDS_BEFORE_NUMBERS = [
  ...['AFTER', 'APT', 'AT', 'BY', 'EXIT', 'FM', 'FOR', 'GATE', 'HWY', 'IH', 'IN', 'IS', 'JOB', 'LOT', 'MAY', 'NO'],
  ...['NR', 'OF', 'ON', 'ONLY', 'OR', 'ROAD', 'ROUTE', 'STE', 'SUITE', 'THE', 'TIL', 'TO', 'UNIT', 'UNTIL', 'US'],
];

const distinctPrefix: Rule = ({ jobPrefix }) =>
  jobPrefix !== undefined && WORDS_BEFORE_NUMBERS.includes(jobPrefix)
    ? [
        {
          place: ['jobPrefix'],
          says: `"${jobPrefix}" is a word that people write before numbers, which would then be taken for jobs. Choose letters that are not a word, like "QDN".`,
        },
      ]
    : [];

const unrepeatedWords: Rule = ({ relay }) => [
  ...findingsForRepeats(
    relay?.urgentWords ?? [],
    (word) => word.toLowerCase(),
    (word) => `"${word}" is already in the list.`,
    (i) => ['relay', 'urgentWords', i],
  ),
  ...findingsForRepeats(
    relay?.notices?.kinds ?? [],
    (kind) => kind,
    (kind) => `"${kind}" is already in the list.`,
    (i) => ['relay', 'notices', 'kinds', i],
  ),
];

/** Returns the findings about one shift of the rota. @param at its place */
const findingsInShift = (
  { days, dates, contacts: ids, turnsSince }: RotaShift,
  contacts: CompanyFile['contacts'],
  at: Place,
): Finding[] => {
  const known = contacts.map(({ id }) => id);
  const unknown = ids.flatMap((id, i): Finding[] => {
    if (known.includes(id)) return [];
    const meant = closest(id, known);
    const advice = meant ? `Did you mean "${meant}"?` : `Known IDs: ${known.slice(0, 10).join(', ')}`;
    return [
      { place: [...at, 'contacts', i], says: `"${id}" is not the ID of a contact. ${advice}${meant ? '' : '.'}` },
    ];
  });
  const repeated = findingsForRepeats(
    ids,
    (id) => id,
    (id) => `"${id}" is already in this shift.`,
    (i) => [...at, 'contacts', i],
  );
  const missing = [...(dates ?? []), ...(turnsSince ? [turnsSince] : [])].filter((date) => !isDate(date));
  const says = [
    ...(days === undefined && dates === undefined ? ['needs days, like ["sat", "sun"], or dates.'] : []),
    ...(days !== undefined && dates !== undefined ? ['has days and dates. Write two shifts.'] : []),
    ...(turnsSince !== undefined && (ids.length < 2 || days === undefined)
      ? ['has turnsSince, which needs days and at least two contacts who take turns.']
      : []),
    ...missing.map((date) => `has ${date}, which is not in the calendar.`),
  ];
  return [...says.map((one) => ({ place: at, says: one })), ...unknown, ...repeated];
};

const isDate = (date: string): boolean => {
  const at = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
};

const rota: Rule = ({ relay, contacts }) =>
  (relay?.rota?.shifts ?? []).flatMap((shift, i) => findingsInShift(shift, contacts, ['relay', 'rota', 'shifts', i]));

const readableColours: Rule = ({ brand = {} }) =>
  (
    [
      ['colour', brand.colour, PAPER.light, 'darker'],
      ['darkColour', brand.darkColour, PAPER.dark, 'lighter'],
    ] as const
  ).flatMap(([name, colour, paper, advice]) => {
    if (colour === undefined || contrast(colour, paper) >= LEAST_CONTRAST) return [];
    const ratio = contrast(colour, paper).toFixed(1);
    return [
      {
        place: ['brand', name],
        says: `${colour} is not readable on the page (contrast ${ratio}, at least ${LEAST_CONTRAST} is needed). Choose a ${advice} colour.`,
      },
    ];
  });

const routerNeeds: Rule = ({ router }) => {
  if (router?.engine === 'osrm' && router.server === undefined)
    return [{ place: ['router', 'server'], says: 'is missing: the address of your OSRM server.' }];
  if (router?.engine === 'amazon-location' && router.server !== undefined)
    return [{ place: ['router', 'server'], says: 'is only for "osrm"; Amazon Location needs none. Remove it.' }];
  return [];
};

const geocoderNeeds: Rule = ({ geocoder }) => {
  const hasServer = geocoder?.engine === 'nominatim' || geocoder?.engine === 'photon';
  if (hasServer && geocoder.server === undefined)
    return [{ place: ['geocoder', 'server'], says: `is missing: the address of your ${geocoder.engine} server.` }];
  if (geocoder && !hasServer && geocoder.server !== undefined)
    return [{ place: ['geocoder', 'server'], says: 'is only for "nominatim" and "photon". Remove it.' }];
  return [];
};

/** Requires settings that only work together. */
const goTogether: Rule = ({ deployment = {} }) => {
  const { siteDomain, certificateArn } = deployment;
  const missing = (name: string, says: string): Finding => ({ place: ['deployment', name], says });
  return [
    ...(siteDomain !== undefined && certificateArn === undefined
      ? [missing('certificateArn', `is missing: the certificate for ${siteDomain}, created in ACM in us-east-1.`)]
      : []),
    ...(siteDomain === undefined && certificateArn !== undefined
      ? [missing('siteDomain', 'is missing: the domain that the certificate is for.')]
      : []),
  ];
};

/** Requires each carrier to be known, listed once, and complete. */
const carriers: Rule = ({ deployment: { carriers: list = [] } = {} }) =>
  carrierProblems(list).map(({ index, setting, says }) => ({
    place: ['deployment', 'carriers', index, setting],
    says,
  }));

const logLives: Rule = ({ deployment: { logArchiveDays = 90, logExpireDays = 2557 } = {} }) =>
  logArchiveDays < logExpireDays
    ? []
    : [
        {
          place: ['deployment', 'logArchiveDays'],
          says: `is ${logArchiveDays}, but the log is deleted after ${logExpireDays} days. Write a smaller number.`,
        },
      ];

const fitsFunctions: Rule = (company) => {
  const bytes = Buffer.byteLength(functionsLine(company));
  return bytes <= MAX_COMPANY_BYTES
    ? []
    : [
        {
          place: [],
          says: `has ${bytes} bytes without brand, trailers and stops, compressed; AWS Lambda allows ${MAX_COMPANY_BYTES}. Shorten names, or leave out urgentWords or contacts.`,
        },
      ];
};

/** Rules that a schema cannot express. */
export const RULES: readonly Rule[] = [
  oneIdEach('contacts'),
  oneIdEach('trailers'),
  oneIdEach('stops'),
  oneNumberEach,
  oneNameForADriver,
  noLoops,
  wholeNumbers,
  timeZone,
  quietHours,
  placesMeant,
  distinctPrefix,
  unrepeatedWords,
  rota,
  readableColours,
  routerNeeds,
  geocoderNeeds,
  goTogether,
  carriers,
  logLives,
  fitsFunctions,
];
