import { type CompanyFile, isTimeZone, phoneFrom, timeZoneMeant } from '@qdn/company';
import { DEFAULT_JOB_PREFIX, DEFAULT_POLICY, NOTICE_KINDS } from '@qdn/domain';
import type { Asker } from './asker.ts';
import { STOPS, TEAM, TRAILERS } from './lists.ts';
import {
  askValue,
  type Draft,
  editList,
  hours,
  hoursText,
  list,
  wholeNumber,
  words,
  wordsOrNone,
} from './questions.ts';

type Relay = NonNullable<CompanyFile['relay']>;

const withRelay = (company: Draft, change: Relay): Draft => ({ ...company, relay: { ...company.relay, ...change } });
/** Defaults are not written, so that a better default of a later version applies to companies that never chose another. */
const unlessDefault = <T>(value: T, usual: T, present: T | undefined): T | undefined =>
  present === undefined && JSON.stringify(value) === JSON.stringify(usual) ? undefined : value;

const askPhone = (
  asker: Asker,
  company: Draft,
  key: 'phone' | 'textNumber' | 'operator',
  message: string,
  hint: string,
): Promise<Draft> =>
  askValue(
    asker,
    company,
    { message, initial: company[key] ?? '', hint },
    [key],
    (answer) =>
      answer === '' && key === 'operator'
        ? { value: undefined }
        : answer === ''
          ? { wrong: 'An answer is required.' }
          : { value: phoneFrom(answer, company) },
    (value) => ({ ...company, [key]: value }),
  );

const askTimeZone = (asker: Asker, company: Draft, usual: string): Promise<Draft> =>
  askValue(
    asker,
    company,
    { message: 'Your time zone?', initial: company.timeZone ?? usual, hint: 'America/Chicago' },
    ['timeZone'],
    (answer) => ({ value: isTimeZone(answer) ? answer : (timeZoneMeant(answer) ?? answer) }),
    (timeZone) => ({ ...company, timeZone }),
  );

const askJobPrefix = (asker: Asker, company: Draft): Promise<Draft> =>
  askValue(
    asker,
    company,
    {
      message: 'Letters at the start of your job IDs?',
      initial: company.jobPrefix ?? DEFAULT_JOB_PREFIX,
      hint: `${DEFAULT_JOB_PREFIX}, as in ${DEFAULT_JOB_PREFIX}-1042`,
    },
    ['jobPrefix'],
    (answer) => words(answer.toUpperCase()),
    (value) => ({ ...company, jobPrefix: unlessDefault(value, DEFAULT_JOB_PREFIX, company.jobPrefix) }),
  );

const askAlarmMail = (asker: Asker, company: Draft): Promise<Draft> =>
  askValue(
    asker,
    company,
    {
      message: 'Email address for alarms? (leave empty: none)',
      initial: company.deployment?.alarmEmail ?? '',
      hint: 'owner@example.com',
    },
    ['deployment', 'alarmEmail'],
    wordsOrNone,
    (alarmEmail) => {
      const { alarmEmail: _, ...others } = company.deployment ?? {};
      const deployment = alarmEmail === undefined ? others : { ...others, alarmEmail };
      return { ...company, deployment: Object.keys(deployment).length > 0 ? deployment : undefined };
    },
  );

/** Minutes that `init` suggests for each order: one contact after the other is only fast with a short wait. */
const SUGGESTED_MINUTES = { all: 15, 'in-order': 3 } as const;

const askCascade = async (asker: Asker, company: Draft, isNew: boolean): Promise<Draft> => {
  const present = company.relay?.cascade;
  const usual = DEFAULT_POLICY.cascade;
  const order = await asker.choose({
    message: 'Who gets a customer’s text?',
    options: [
      { value: 'all', label: 'All dispatchers at once: fastest, and each reads every text' },
      { value: 'in-order', label: 'One after the other: the next one only if no one has answered' },
    ],
    initial: present?.order ?? (isNew ? 'in-order' : usual.order),
  });
  return askValue(
    asker,
    company,
    {
      message: `Minutes without an answer until ${order === 'all' ? 'the operator' : 'the next dispatcher'} is texted?`,
      initial: String(present?.order === order ? present.minutes : SUGGESTED_MINUTES[order]),
    },
    ['relay', 'cascade'],
    wholeNumber,
    (minutes = SUGGESTED_MINUTES[order]) => {
      const cascade = unlessDefault({ order, minutes }, usual, present);
      return cascade === undefined ? company : withRelay(company, { cascade });
    },
  );
};

/** Asks for a rota of the weekend. Any other rota is written by hand, and stays as it is. */
const askWeekend = async (asker: Asker, company: Draft): Promise<Draft> => {
  const contacts = company.contacts ?? [];
  if (contacts.length < 2 || company.relay?.rota !== undefined) return company;
  if (!(await asker.confirm({ message: 'Does someone different answer at weekends?', initial: false }))) return company;
  const chosen = await asker.chooseSome({
    message: 'Who is on duty on Saturday and Sunday? (space selects; the others get a text when no answer comes)',
    options: contacts.map(({ id, name }) => ({ value: id, label: name })),
    initial: [],
  });
  if (chosen.length === 0) return company;
  return withRelay(company, { rota: { shifts: [{ days: ['sat', 'sun'], contacts: chosen.slice(0, 20) }] } });
};

/** Asks a question of yes or no. @returns the answer; undefined when it is the default and nothing else was written before */
const askSwitch = async (
  asker: Asker,
  message: string,
  present: boolean | undefined,
  usual: boolean,
): Promise<boolean | undefined> =>
  unlessDefault(await asker.confirm({ message, initial: present ?? usual }), usual, present);

const askTeam = async (asker: Asker, company: Draft): Promise<Draft> => {
  const present = company.relay?.team;
  const message =
    'Show dispatchers the answers of their colleagues? Each costs a text for everyone who got the question';
  const copies = await askSwitch(asker, message, present?.copies, DEFAULT_POLICY.team.copies);
  return copies === undefined ? company : withRelay(company, { team: { ...present, copies } });
};

const askCalls = async (asker: Asker, company: Draft): Promise<Draft> => {
  const present = company.relay?.calls;
  const message = 'Ring the dispatchers when a customer calls the number that texts? Twilio bills calls by the minute';
  const answer = await askSwitch(asker, message, present?.answer, DEFAULT_POLICY.calls.answer);
  return answer === undefined ? company : withRelay(company, { calls: { ...present, answer } });
};

const askNotices = async (asker: Asker, company: Draft): Promise<Draft> => {
  const present = company.relay?.notices;
  const kinds = await asker.chooseSome({
    message: 'Automatic updates to customers? (space selects)',
    options: NOTICE_KINDS.map((kind) => ({ value: kind, label: kind.replaceAll('-', ' ') })),
    initial: present?.kinds ?? [],
  });
  if (kinds.length === 0 && present === undefined) return company;
  const told = withRelay(company, { notices: { ...present, kinds } });
  if (kinds.length === 0) return told;
  const usual = DEFAULT_POLICY.notices.quietHours;
  return askValue(
    asker,
    told,
    { message: 'Quiet hours for updates?', initial: hoursText(present?.quietHours ?? usual), hint: '21:00-08:00' },
    ['relay', 'notices', 'quietHours'],
    // No quiet hours: a period that starts when it ends.
    (answer) => (answer === '' ? { value: { from: '00:00', to: '00:00' } } : hours(answer)),
    (value) =>
      withRelay(told, {
        notices: { ...told.relay?.notices, quietHours: unlessDefault(value, usual, present?.quietHours) },
      }),
  );
};

const askBudgets = async (asker: Asker, company: Draft): Promise<Draft> => {
  const usual = DEFAULT_POLICY.budgets;
  const present = company.relay?.budgets;
  let budgets = present ?? usual;
  let asked = company;
  for (const [key, message] of [
    ['perSender', 'Limit against floods: maximum number of texts from one sender …'],
    ['perJob', '… maximum number on one job …'],
    ['minutes', '… in this number of minutes?'],
  ] as const) {
    asked = await askValue(
      asker,
      asked,
      { message, initial: String(budgets[key]) },
      ['relay', 'budgets', key],
      wholeNumber,
      (value = budgets[key]) => {
        const changed = unlessDefault({ ...budgets, [key]: value }, usual, asked.relay?.budgets);
        return changed === undefined ? asked : withRelay(asked, { budgets: changed });
      },
    );
    budgets = asked.relay?.budgets ?? usual;
  }
  return asked;
};

const askUrgentWords = (asker: Asker, company: Draft): Promise<Draft> => {
  const usual = DEFAULT_POLICY.urgentWords;
  const present = company.relay?.urgentWords;
  return askValue(
    asker,
    company,
    { message: 'Urgent words, which reach dispatchers in their quiet hours?', initial: (present ?? usual).join(', ') },
    ['relay', 'urgentWords'],
    list,
    (value = []) => {
      const urgentWords = unlessDefault<readonly string[]>(value, usual, present);
      return urgentWords === undefined ? company : withRelay(company, { urgentWords: [...urgentWords] });
    },
  );
};

const askBrand = async (asker: Asker, start: Draft, saysOfLogo: (logo: string) => string | null): Promise<Draft> => {
  let company = start;
  const put = (key: 'colour' | 'darkColour' | 'logo') => (value: string | undefined) => {
    const brand = { ...company.brand, [key]: value };
    const isEmpty = Object.values(brand).every((part) => part === undefined);
    return { ...company, brand: isEmpty ? undefined : brand };
  };
  for (const [key, message, hint] of [
    ['colour', 'Colour of the tracking page?', 'ours: #c2410c'],
    ['darkColour', 'Colour in dark mode?', 'a lighter shade of it'],
    ['logo', 'Logo on the tracking page?', 'name of a file in config/, such as logo.svg; or none'],
  ] as const) {
    if (key === 'darkColour' && company.brand?.colour === undefined) continue;
    company = await askValue(
      asker,
      company,
      { message, initial: company.brand?.[key] ?? '', hint },
      ['brand', key],
      (answer) => {
        const wrong = key === 'logo' && answer !== '' ? saysOfLogo(answer) : null;
        return wrong ? { wrong } : wordsOrNone(answer);
      },
      put(key),
    );
  }
  return company;
};

/**
 * Asks for a company. Each question starts with the present value; other settings stay unchanged.
 * @param usualTimeZone of the machine
 * @param saysOfLogo returns the mistake about a logo of that name, or null
 */
export const interview = async (
  asker: Asker,
  present: Draft,
  { usualTimeZone, saysOfLogo }: { usualTimeZone: string; saysOfLogo: (logo: string) => string | null },
): Promise<Draft> => {
  let company = await askValue(
    asker,
    present,
    { message: 'Name of your company, as customers know it?', initial: present.name ?? '', hint: 'QuickDumpNow' },
    ['name'],
    words,
    (name) => ({ ...present, name }),
  );
  company = await askTimeZone(asker, company, usualTimeZone);
  company = await askPhone(asker, company, 'phone', 'Number that customers call?', '512 555 0100');
  company = await askPhone(asker, company, 'textNumber', 'Number that customers text, from Twilio?', '512 555 0142');
  company = await askJobPrefix(asker, company);
  asker.say('Dispatchers get every text from customers, and reply from their own phones.');
  company = await editList(asker, company, TEAM);
  company = await askPhone(
    asker,
    company,
    'operator',
    'Number to text when no dispatcher answers? (leave empty: none)',
    'the owner’s number',
  );
  company = await askAlarmMail(asker, company);
  company = await askCalls(asker, company);
  company = await askCascade(asker, company, present.name === undefined);
  company = await askWeekend(asker, company);
  company = await askTeam(asker, company);
  company = await editList(asker, company, TRAILERS);
  asker.say('Usual places of your trailers: the yard, landfills. You can use their names on the command line.');
  company = await editList(asker, company, STOPS);
  company = await askNotices(asker, company);
  company = await askBrand(asker, company, saysOfLogo);
  if (await asker.confirm({ message: 'Set limits and urgent words as well?', initial: false })) {
    company = await askBudgets(asker, company);
    company = await askUrgentWords(asker, company);
  }
  return company;
};
