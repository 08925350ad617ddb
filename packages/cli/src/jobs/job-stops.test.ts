import { beforeEach, describe, expect, test } from '@jest/globals';
import { createProgram } from '../program.ts';
import { anApi, writeExampleCompany } from '../testing/an-api.ts';

const place = (changes: object) => ({
  ...{ address: '512 Main St', label: '512 Main St, Buda, TX', lat: 30.085, lon: -97.842, quality: 'street' },
  ...{ source: 'geocoder', kind: null, distanceM: 25_750 },
  ...changes,
});
const buda = place({});
const bastrop = place({
  label: '512 Main St, Bastrop, TX',
  lat: 30.11,
  lon: -97.315,
  quality: 'rooftop',
  distanceM: 43_450,
});
const congress = place({
  address: '1100 Congress Ave',
  label: '1100 Congress Ave, Austin, TX 78701',
  quality: 'rooftop',
});

let answer: object;
let asked: string[];
let jobs: Array<{ stops: object[] }>;
const { folder, argv } = anApi(({ method, url, body }) => {
  if (method === 'POST') jobs.push(JSON.parse(body));
  else asked.push(url);
  return { status: 200, body: answer };
});
writeExampleCompany(folder);
let notes: string[];
beforeEach(() => {
  [asked, jobs, notes] = [[], [], []];
});

const create = async (stop: string, ask?: (question: string) => Promise<string>) => {
  const program = createProgram({
    environment: {},
    repository: folder,
    print: () => {},
    note: (text) => void notes.push(text),
    ...(ask ? { ask } : {}),
  });
  const words = ['--kind', 'delivery', '--customer', 'Ann', '--phone', '512 555 0119', '--stop', stop];
  await program.parseAsync(argv(['create-job', '7', ...words]));
  return jobs[0]?.stops[0];
};

describe('a stop without coordinates', () => {
  test('is looked up, shown as it was found, and keeps its quality', async () => {
    answer = { outcome: 'found', says: '1100 Congress Ave, Austin, TX 78701 (exact)', places: [congress] };
    expect(await create('drop_off: 1100 Congress Ave')).toEqual({
      ...{ kind: 'drop_off', address: '1100 Congress Ave', lat: 30.085, lon: -97.842, quality: 'rooftop' },
    });
    expect(asked).toEqual(['/api/places?text=1100+Congress+Ave&customer=%2B15125550119']);
    expect(notes[0]).toBe('Stop: 1100 Congress Ave, Austin, TX 78701 (exact)');
  });

  test.each(['pick_up', 'Pick-up', 'pick up', 'PICKUP'])('has the kind as people write it: %j', async (kind) => {
    answer = { outcome: 'found', says: '1100 Congress Ave, Austin, TX 78701 (exact)', places: [congress] };
    expect(await create(`${kind}: 1100 Congress Ave`)).toMatchObject({ kind: 'pickup' });
  });

  test('is asked about by number at a terminal when it is doubtful', async () => {
    answer = { outcome: 'ask', says: '"512 Main St" is in 2 places near you.', places: [buda, bastrop] };
    const questions: string[] = [];
    const stop = await create('drop_off: 512 Main St', async (question) => {
      questions.push(question);
      return '2';
    });
    expect(stop).toMatchObject({ lat: 30.11, lon: -97.315, quality: 'rooftop' });
    expect(questions[0]).toContain('  1) 512 Main St, Buda, TX (16 mi)\n  2) 512 Main St, Bastrop, TX (27 mi)\n');
  });

  test('is refused without a terminal, with the option for each candidate, which works', async () => {
    answer = { outcome: 'ask', says: '"512 Main St" is in 2 places near you.', places: [buda, bastrop] };
    const option = '--stop "drop_off: 512 Main St @ 30.085, -97.842 (street)"';
    await expect(create('drop_off: 512 Main St')).rejects.toThrow(`512 Main St, Buda, TX (16 mi): ${option}`);
    expect(jobs).toEqual([]);
    asked = [];
    expect(await create(/"(.*)"/.exec(option)?.[1] ?? '')).toEqual({
      ...{ kind: 'drop_off', address: '512 Main St', lat: 30.085, lon: -97.842, quality: 'street' },
    });
    expect(asked).toEqual([]);
  });

  test('that cannot be found is refused in the API’s words', async () => {
    answer = { outcome: 'refused', says: 'A box is where mail goes; a truck cannot find it.', places: [] };
    await expect(create('drop_off: PO Box 118')).rejects.toThrow('A box is where mail goes');
  });

  test('a link of a map may hold an @', async () => {
    answer = { outcome: 'found', says: 'Pin at 30.27470, -97.74040', places: [congress] };
    await create('drop_off: https://www.google.com/maps/place/X/@30.27,-97.75,17z/data=!3d30.2747!4d-97.7404');
    expect(asked[0]).toContain('text=https%3A%2F%2Fwww.google.com%2Fmaps');
  });
});
