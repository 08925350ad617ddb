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
/** Defaults are not written out: a better default of a later version shall reach whoever never chose another. */
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
          ? { wrong: 'This is needed.' }
          : { value: phoneFrom(answer, company) },
    (value) => ({ ...company, [key]: value }),
  );

const askTimeZone = (asker: Asker, company: Draft, usual: string): Promise<Draft> =>
  askValue(
    asker,
    company,
    { message: 'The time zone that you work in?', initial: company.timeZone ?? usual, hint: 'America/Chicago' },
    ['timeZone'],
    (answer) => ({ value: isTimeZone(answer) ? answer : (timeZoneMeant(answer) ?? answer) }),
    (timeZone) => ({ ...company, timeZone }),
  );

const askJobPrefix = (asker: Asker, company: Draft): Promise<Draft> =>
  askValue(
    asker,
    company,
    {
      message: 'Which letters do your job IDs begin with?',
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
      message: 'Who gets mail when something is wrong with the system? (nothing: nobody)',
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

const askCascade = async (asker: Asker, company: Draft): Promise<Draft> => {
  const present = company.relay?.cascade;
  const usual = DEFAULT_POLICY.cascade;
  const order = await asker.choose({
    message: 'When a customer texts, who gets it?',
    options: [
      { value: 'all', label: 'All dispatchers at once' },
      { value: 'in-order', label: 'One after the other, until somebody answers' },
    ],
    initial: present?.order ?? usual.order,
  });
  return askValue(
    asker,
    company,
    {
      message: `After how many minutes without an answer ${order === 'all' ? 'is the operator told' : 'is the next one texted'}?`,
      initial: String(present?.minutes ?? usual.minutes),
    },
    ['relay', 'cascade'],
    wholeNumber,
    (minutes = usual.minutes) => {
      const cascade = unlessDefault({ order, minutes }, usual, present);
      return cascade === undefined ? company : withRelay(company, { cascade });
    },
  );
};

const askNotices = async (asker: Asker, company: Draft): Promise<Draft> => {
  const present = company.relay?.notices;
  const kinds = await asker.chooseSome({
    message: 'What are customers told without asking? (space chooses)',
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
    { message: 'When are they told nothing?', initial: hoursText(present?.quietHours ?? usual), hint: '21:00-08:00' },
    ['relay', 'notices', 'quietHours'],
    // No quiet hours at all are a day that begins when it ends.
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
    ['perSender', 'Against floods: how many texts of one sender are passed on at most …'],
    ['perJob', '… how many on one job …'],
    ['minutes', '… in how many minutes?'],
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
    { message: 'Which words in a text wake dispatchers in their quiet hours?', initial: (present ?? usual).join(', ') },
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
    ['colour', 'The colour of the tracking page?', 'ours: #c2410c'],
    ['darkColour', 'The colour in the dark?', 'a lighter one of the same'],
    ['logo', 'The logo on the tracking page?', 'the name of a file in config/, such as logo.svg; or none'],
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
 * Asks for a company. What was there is what stands in each question already; what is not asked for stays.
 * @param usualTimeZone of the machine
 * @param saysOfLogo what is wrong with a logo of that name, or null
 */
export const interview = async (
  asker: Asker,
  present: Draft,
  { usualTimeZone, saysOfLogo }: { usualTimeZone: string; saysOfLogo: (logo: string) => string | null },
): Promise<Draft> => {
  let company = await askValue(
    asker,
    present,
    { message: 'What do customers know your company by?', initial: present.name ?? '', hint: 'QuickDumpNow' },
    ['name'],
    words,
    (name) => ({ ...present, name }),
  );
  company = await askTimeZone(asker, company, usualTimeZone);
  company = await askPhone(asker, company, 'phone', 'The number that customers call?', '512 555 0100');
  company = await askPhone(
    asker,
    company,
    'textNumber',
    'The number that customers text: yours at Twilio?',
    '512 555 0142',
  );
  company = await askJobPrefix(asker, company);
  asker.say('Dispatchers get every text of a customer, and answer it from their own phones.');
  company = await editList(asker, company, TEAM);
  company = await askPhone(
    asker,
    company,
    'operator',
    'Who is texted when no dispatcher answers? (nothing: nobody)',
    'the owner’s number',
  );
  company = await askAlarmMail(asker, company);
  company = await askCascade(asker, company);
  company = await editList(asker, company, TRAILERS);
  asker.say('Places that trailers come to again and again: the yard, landfills. The command line knows them by name.');
  company = await editList(asker, company, STOPS);
  company = await askNotices(asker, company);
  company = await askBrand(asker, company, saysOfLogo);
  if (await asker.confirm({ message: 'Also go through limits and urgent words?', initial: false })) {
    company = await askBudgets(asker, company);
    company = await askUrgentWords(asker, company);
  }
  return company;
};
