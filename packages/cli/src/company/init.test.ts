import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkCompany } from '@qdn/company';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import type { Asker } from './asker.ts';
import { initCompany } from './init.ts';

let repository: string;
let printed: string[];
let notes: string[];
beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'init-'));
  mkdirSync(join(repository, 'config'));
  [printed, notes] = [[], []];
});
afterEach(() => rmSync(repository, { recursive: true }));

const file = () => join(repository, 'config', 'company.json');
const surroundings = () => ({
  environment: {},
  repository,
  print: (text: string) => void printed.push(text),
  note: (text: string) => void notes.push(text),
});
const written = () => JSON.parse(readFileSync(file(), 'utf8'));

/** Answers questions by the first pattern that fits; Enter where none does. What is refused comes out as an error. */
const person = (answers: Array<[RegExp, string]>) => {
  const left = [...answers];
  const seen: string[] = [];
  const answerTo = (message: string): string | undefined => {
    const at = left.findIndex(([pattern]) => pattern.test(message));
    return at < 0 ? undefined : left.splice(at, 1)[0]?.[1];
  };
  const asker: Asker = {
    text: async ({ message, initial, check }) => {
      const answer = answerTo(message) ?? initial;
      const wrong = check(answer);
      seen.push(message);
      if (wrong) throw new Error(`${message} ${answer}: ${wrong}`);
      return answer;
    },
    choose: async ({ message, options, initial }) => {
      seen.push(message);
      const answer = answerTo(message);
      return options.find(({ value }) => value === answer)?.value ?? initial;
    },
    chooseSome: async ({ options, initial, message }) => {
      const chosen = answerTo(message)?.split(',');
      return chosen ? options.map(({ value }) => value).filter((value) => chosen.includes(value)) : [...initial];
    },
    confirm: async ({ message, initial }) => (answerTo(message) ?? (initial ? 'yes' : 'no')) === 'yes',
    say: (text) => void seen.push(text),
  };
  return { asker, seen, left };
};
const init = (answers: Array<[RegExp, string]>) => {
  const someone = person(answers);
  return { ...someone, done: initCompany(surroundings(), {}, async () => someone.asker) };
};

const FIRST: Array<[RegExp, string]> = [
  [/customers know it/, 'Blue Bins'],
  [/time zone/, 'Central'],
  [/customers call/, '(512) 555-0100'],
  [/customers text/, '512.555.0142'],
  [/dispatcher’s name/, 'Zoë Müller'],
  [/’s number/, '1 512 555 0171'],
  [/Quiet hours of/, '9:00-17:00'],
];

describe('./qdn init', () => {
  test('asks a new company for the required settings, and normalizes numbers, zone and hours', async () => {
    const { done, left } = init(FIRST);
    await done;
    expect(left).toEqual([]);
    expect(written()).toEqual({
      $schema: './company.schema.json',
      name: 'Blue Bins',
      phone: '+15125550100',
      textNumber: '+15125550142',
      timeZone: 'America/Chicago',
      contacts: [
        { id: 'zoe-muller', name: 'Zoë Müller', phone: '+15125550171', quietHours: { from: '09:00', to: '17:00' } },
      ],
      relay: { cascade: { order: 'in-order', minutes: 3 } },
    });
    expect(checkCompany(readFileSync(file(), 'utf8'))).toEqual([]);
    expect(readdirSync(join(repository, 'config'))).toEqual(['company.json']);
  });

  test('asks for the letters of job IDs, in any case', async () => {
    await init([...FIRST, [/job IDs/, 'haul']]).done;
    expect(written()).toMatchObject({ jobPrefix: 'HAUL' });
    await expect(init([...FIRST, [/job IDs/, 'gate']]).done).rejects.toThrow(
      'is a word that people write before numbers',
    );
  });

  test('has all trailers, stops and settings', async () => {
    await init([
      ...FIRST,
      [/Ring the dispatchers/, 'no'],
      [/Who gets a/, 'in-order'],
      [/Minutes without/, '5'],
      [/no dispatcher answers/, '5125550180'],
      [/for alarms/, 'owner@example.com'],
      [/^Trailers: none/, 'add'],
      [/^Short name of/, 'T7'],
      [/team uses/, 'The red one'],
      [/^Stops: none/, 'add'],
      [/Kind of place/, 'dump_site'],
      [/^Address/, '9500 Giles Ln'],
      [/Latitude/, '30.3345, -97.6281'],
      [/Automatic updates/, 'arrived,delayed'],
      [/Quiet hours for/, '22:00-06:30'],
      [/^Colour of/, '#1d4ed8'],
      [/Set limits/, 'yes'],
      [/one sender/, '5'],
      [/quiet hours\?/, 'fire, flood'],
    ]).done;
    expect(written()).toMatchObject({
      operator: '+15125550180',
      trailers: [{ id: 'T7', name: 'The red one' }],
      stops: [{ id: 'landfill', kind: 'dump_site', address: '9500 Giles Ln', lat: 30.3345, lon: -97.6281 }],
      relay: {
        calls: { answer: false },
        cascade: { order: 'in-order', minutes: 5 },
        notices: { kinds: ['arrived', 'delayed'], quietHours: { from: '22:00', to: '06:30' } },
        budgets: { perSender: 5, perJob: 30, minutes: 10 },
        urgentWords: ['fire', 'flood'],
      },
      brand: { colour: '#1d4ed8' },
      deployment: { alarmEmail: 'owner@example.com' },
    });
  });

  test('asks for the weekend when there are several dispatchers, and keeps a rota that was written by hand', async () => {
    const contacts = ['dana', 'luis'].map((id, i) => ({ id, name: id, phone: `+1512555017${i + 1}` }));
    const company = { name: 'Blue Bins', phone: '+15125550100', textNumber: '+15125550142', timeZone: 'UTC', contacts };
    writeFileSync(file(), JSON.stringify(company));
    await init([
      [/weekends/, 'yes'],
      [/on duty on Saturday/, 'luis'],
      [/answers of their colleagues/, 'no'],
    ]).done;
    const rota = { shifts: [{ days: ['sat', 'sun'], contacts: ['luis'] }] };
    expect(written().relay).toEqual({ rota, team: { copies: false } });
    const again = init([[/weekends/, 'yes']]);
    await again.done;
    expect(written().relay).toEqual({ rota, team: { copies: false } });
    expect(again.left).toHaveLength(1);
  });

  test('starts with the present values on a second run, and keeps other settings', async () => {
    await init(FIRST).done;
    const router = { engine: 'osrm', server: 'https://osrm.example' };
    writeFileSync(file(), JSON.stringify({ ...written(), router, relay: { receipt: true, failoverMinutes: 7 } }));
    const untouched = init([]);
    await untouched.done;
    expect(untouched.seen.at(-1)).toBe('config/company.json is unchanged.');

    const { done, seen } = init([
      [/^Dispatchers/, 'change'],
      [/dispatcher’s name/, 'Zoe'],
    ]);
    await done;
    expect(written()).toMatchObject({ router, relay: { receipt: true, failoverMinutes: 7 } });
    // Jobs name contacts by their IDs.
    expect(written().contacts[0]).toMatchObject({ id: 'zoe-muller', name: 'Zoe' });
    expect(seen.at(-1)).toMatch(/^- .*Zoë Müller.*\n\+ .*Zoe/);
  });

  test.each([
    [/customers call/, '555', '"555" is not a number in international form'],
    [/time zone/, 'Nowhere', '"Nowhere" is not the name of a time zone'],
    [/’s number/, '+15125550142', 'is textNumber, which customers text'],
    [/dispatcher’s name/, '', 'An answer is required'],
    [/Quiet hours of/, 'nights', 'like 21:00-07:00'],
  ])('%s %s is refused where it is asked', async (pattern, answer, words) => {
    const others = FIRST.filter(([one]) => one.source !== pattern.source);
    const refused = expect(init([[pattern, answer], ...others]).done).rejects;
    await refused.toThrow(words);
    // By the question itself, not at the end.
    await refused.not.toThrow('Nothing was written');
    expect(existsSync(file())).toBe(false);
  });

  test('writes nothing without a confirmation', async () => {
    await expect(init([...FIRST, [/^Write/, 'no']]).done).rejects.toThrow('Nothing was written.');
    expect(existsSync(file())).toBe(false);
  });

  test('leaves a file with a mistake unchanged, and reports the mistake', async () => {
    writeFileSync(file(), '{ "name": "Mine", }');
    await expect(init(FIRST).done).rejects.toThrow('Line 1, column 19: there is a comma after the last entry');
    expect(readFileSync(file(), 'utf8')).toBe('{ "name": "Mine", }');
  });

  test('whatever is answered and accepted, the file that it writes is right', async () => {
    const pool = fc.oneof(
      fc.constantFrom('', 'T1', 't1', 'Dana', '+15125550142', '512 555 0171', '+442071838750', '5', '0', '21:00-07:00'),
      fc.constantFrom(
        '30.1, -97.5',
        '30.1, 97.5',
        '0, 0',
        'UTC',
        'Europe/Paris',
        'pacific',
        '#1d4ed8',
        '#ffffff',
        'a, A, fire',
      ),
      fc.string({ maxLength: 70 }),
      fc.string({ unit: 'grapheme', maxLength: 70 }).map((text) => text.trim()),
    );
    /** Accepted wherever it fits, for when nothing that was drawn is. */
    const sure = [
      'Ann',
      'Europe/Paris',
      '+33612345678',
      '512 555 0143',
      '512 555 0177',
      '',
      '7',
      '9',
      'X9',
      '40.5, -3.5',
      '08:00-09:00',
      'fire, flood',
    ];
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (draw) => {
        rmSync(file(), { force: true });
        // The second time over what the first has written.
        for (const _ of [1, 2]) {
          let steps = 0;
          const asker: Asker = {
            text: async ({ initial, check }) => {
              const tried = [
                draw(() => pool).trim(),
                initial,
                ...sure,
                ...sure.map((_, n) => `+1512555${2000 + n + steps++}`),
              ];
              const answer = tried.find((one) => check(one) === null);
              if (answer === undefined) throw new Error(`nothing is accepted, not even: ${check(initial)}`);
              return answer;
            },
            choose: async ({ options, initial }) => {
              const wanted = steps++ > 40 ? initial : draw(() => fc.constantFrom(...options.map(({ value }) => value)));
              return options.find(({ value }) => value === wanted)?.value ?? initial;
            },
            chooseSome: async ({ options }) => draw(() => fc.subarray(options.map(({ value }) => value))),
            confirm: async ({ message }) => message.startsWith('Write') || draw(fc.boolean),
            say: () => {},
          };
          await initCompany(surroundings(), {}, async () => asker);
          expect(checkCompany(readFileSync(file(), 'utf8'))).toEqual([]);
        }
      }),
      { numRuns: runs(30) },
    );
  }, 120_000);
});

describe('./qdn init --answers', () => {
  const answer = (answers: unknown) => {
    const answersFile = join(repository, 'answers.json');
    writeFileSync(answersFile, JSON.stringify(answers));
    return initCompany(surroundings(), { answers: answersFile }, null);
  };
  const whole = {
    name: 'Blue Bins',
    phone: '+15125550100',
    textNumber: '+15125550142',
    timeZone: 'America/Chicago',
    contacts: [{ id: 'dana', name: 'Dana', phone: '+15125550171' }],
  };

  test('asks no questions; sections are merged, lists replaced, null removes', async () => {
    await answer({ ...whole, relay: { receipt: true }, operator: '+15125550180' });
    await answer({ name: 'Red Bins', relay: { failoverMinutes: 9 }, operator: null });
    expect(written()).toEqual({
      $schema: './company.schema.json',
      ...whole,
      name: 'Red Bins',
      relay: { receipt: true, failoverMinutes: 9 },
    });
  });

  test('writes nothing that is wrong, and says all of it', async () => {
    await answer(whole);
    const before = readFileSync(file(), 'utf8');
    await expect(answer({ phone: '555', timezone: 'UTC' })).rejects.toThrow(
      /^Nothing was written\. config\/company\.json has 2 mistakes:\n {2}/,
    );
    await expect(answer({ brand: { logo: 'ours.svg' } })).rejects.toThrow('brand.logo "ours.svg" does not exist');
    expect(readFileSync(file(), 'utf8')).toBe(before);
  });

  test('without answers and without a terminal, explains both options', async () => {
    await expect(initCompany(surroundings(), {}, null)).rejects.toThrow('./qdn init --answers FILE');
  });
});
