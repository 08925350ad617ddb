import { answerMakesWrong, type CompanyFile } from '@qdn/company';
import type { Asker } from './asker.ts';

/** A company as far as it has been asked for. */
export type Draft = Partial<CompanyFile>;

/** What an answer means: a value, undefined for none, or what is wrong with it. */
export type Meaning<T> = { value: T | undefined } | { wrong: string };

/**
 * Asks for one value of the company, until its file would be right with it.
 * @param place where the value stands in the file
 * @param read what the answer means
 * @param put the company with the value; undefined where it has none
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

const NEEDED = 'This is needed.';

export const words = (answer: string): Meaning<string> => (answer === '' ? { wrong: NEEDED } : { value: answer });
export const wordsOrNone = (answer: string): Meaning<string> => ({ value: answer === '' ? undefined : answer });

export const wholeNumber = (answer: string): Meaning<number> =>
  /^\d{1,6}$/.test(answer) ? { value: Number(answer) } : { wrong: 'It takes a whole number.' };

type Hours = { from: string; to: string };

/** "21:00-07:00"; nothing for none. */
export const hours = (answer: string): Meaning<Hours> => {
  if (answer === '') return { value: undefined };
  const [, from, to] = /^(\d{1,2}:\d\d)\s*(?:-|–|to|until)\s*(\d{1,2}:\d\d)$/.exec(answer) ?? [];
  return from && to
    ? { value: { from: from.padStart(5, '0'), to: to.padStart(5, '0') } }
    : { wrong: 'Write two times of day, like 21:00-07:00, or nothing for none.' };
};
export const hoursText = (quiet: Hours | undefined): string => (quiet ? `${quiet.from}-${quiet.to}` : '');

/** "30.2211, -97.6972", as maps show and copy it. */
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

/** A list of the company that a person goes through: the team, the trailers, the stops. */
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
  /** Asks for the item at `i`, which is there already. */
  ask: (asker: Asker, company: Draft, i: number, isNew: boolean) => Promise<Draft>;
};

/** Lets a list be gone through: add, change, remove, until the person goes on. */
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
        { value: 'done', label: 'Go on' },
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
      const gone = await which('Which one goes?');
      company = put(
        company,
        now.filter((_, i) => i !== gone),
      );
    }
  }
};
