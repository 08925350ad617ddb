import { answerMakesWrong, type CompanyFile } from '@qdn/company';
import type { Asker } from './asker.ts';

/** A company with the answers so far. */
export type Draft = Partial<CompanyFile>;

/** A parsed answer: a value, undefined for none, or the mistake. */
export type Meaning<T> = { value: T | undefined } | { wrong: string };

/**
 * Asks for one value of the company until the answer is valid.
 * @param place the place of the value in the file
 * @param read parses the answer
 * @param put returns the company with the value; undefined removes it
 */
export const askValue = async <T>(
  asker: Asker,
  company: Draft,
  question: { message: string; initial: string; hint?: string },
  place: ReadonlyArray<string | number>,
  read: (answer: string) => Meaning<T>,
  put: (value: T | undefined) => Draft,
): Promise<Draft> => {
  const answer = await asker.text({
    ...question,
    check: (typed) => {
      const meaning = read(typed);
      return 'wrong' in meaning ? meaning.wrong : answerMakesWrong(company, put(meaning.value), place);
    },
  });
  const meaning = read(answer);
  return 'wrong' in meaning ? company : put(meaning.value);
};

const NEEDED = 'An answer is required.';

export const words = (answer: string): Meaning<string> => (answer === '' ? { wrong: NEEDED } : { value: answer });
export const wordsOrNone = (answer: string): Meaning<string> => ({ value: answer === '' ? undefined : answer });

export const wholeNumber = (answer: string): Meaning<number> =>
  /^\d{1,6}$/.test(answer) ? { value: Number(answer) } : { wrong: 'Type a whole number.' };

type Hours = { from: string; to: string };

/** Parses "21:00-07:00"; an empty answer means none. */
export const hours = (answer: string): Meaning<Hours> => {
  if (answer === '') return { value: undefined };
  const [, from, to] = /^(\d{1,2}:\d\d)\s*(?:-|–|to|until)\s*(\d{1,2}:\d\d)$/.exec(answer) ?? [];
  return from && to
    ? { value: { from: from.padStart(5, '0'), to: to.padStart(5, '0') } }
    : { wrong: 'Type two times of day, like 21:00-07:00, or leave it empty.' };
};
export const hoursText = (quiet: Hours | undefined): string => (quiet ? `${quiet.from}-${quiet.to}` : '');

/** Parses "30.2211, -97.6972", as maps show and copy it. */
export const coordinates = (answer: string): { value: { lat: number; lon: number } } | { wrong: string } => {
  const [, lat, lon] = /^\(?\s*([+-]?\d{1,3}(?:\.\d+)?)\s*[,; ]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*\)?$/.exec(answer) ?? [];
  return lat && lon
    ? { value: { lat: Number(lat), lon: Number(lon) } }
    : {
        wrong:
          'Write latitude and longitude in degrees, like 30.2211, -97.6972: right-click the place on a map to copy it.',
      };
};

export const list = (answer: string): Meaning<string[]> => ({
  value: answer
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== ''),
});

/** A list that a person edits: the team, the trailers, the stops. */
export type ItemList<T> = {
  /** "Trailers" */
  title: string;
  /** "trailer" */
  one: string;
  least: number;
  get: (company: Draft) => readonly T[];
  put: (company: Draft, items: T[]) => Draft;
  describe: (item: T) => string;
  blank: (company: Draft) => T;
  /** Asks for changes of the item at `i`. */
  ask: (asker: Asker, company: Draft, i: number, isNew: boolean) => Promise<Draft>;
};

/** Lets a person add, change and remove items of a list, until they continue. */
export const editList = async <T>(asker: Asker, start: Draft, items: ItemList<T>): Promise<Draft> => {
  const { title, one, least, get, put, describe, blank, ask } = items;
  let company = start;
  const add = async () => {
    const now = [...get(company), blank(company)];
    company = await ask(asker, put(company, now), now.length - 1, true);
  };
  const which = async (message: string): Promise<number> => {
    const options = get(company).map((item, i) => ({ value: String(i), label: describe(item) }));
    return Number(await asker.choose({ message, options, initial: '0' }));
  };
  for (;;) {
    const now = get(company);
    if (now.length < least) {
      await add();
      continue;
    }
    const act = await asker.choose({
      message: `${title}: ${now.map(describe).join('; ') || 'none'}`,
      options: [
        { value: 'done', label: 'Continue' },
        { value: 'add', label: `Add a ${one}` },
        ...(now.length > 0 ? [{ value: 'change', label: `Change a ${one}` } as const] : []),
        ...(now.length > least ? [{ value: 'remove', label: `Remove a ${one}` } as const] : []),
      ],
      initial: 'done',
    });
    if (act === 'done') return company;
    if (act === 'add') await add();
    if (act === 'change') company = await ask(asker, company, await which('Which one?'), false);
    if (act === 'remove') {
      const gone = await which('Which one should be removed?');
      company = put(
        company,
        now.filter((_, i) => i !== gone),
      );
    }
  }
};
