import { beforeEach, describe, expect, test } from '@jest/globals';
import { createProgram } from '../program.ts';
import { anApi, writeExampleCompany } from '../testing/an-api.ts';

const JOB = {
  ...{ id: 'QDN-1042', accountId: 'lopez', kind: 'delivery', status: 'scheduled', currentStop: 0, version: 1 },
  customer: { name: 'Maria Lopez', phone: '+15125550111' },
  stops: [{ kind: 'drop_off', address: '4112 Avenue H', lat: 30.3, lon: -97.7, radiusM: 100 }],
  ...{ trailers: ['T1'], scheduledFor: null, history: [], messages: [] },
};
type Patch = Record<string, unknown> & { version: number };
let job: typeof JOB & Record<string, unknown>;
let patches: Patch[];
/** Writes of others, each right before a patch arrives. */
let others: Array<Partial<typeof JOB>>;
let refusal: { status: number; body: object } | null;

const { folder, argv } = anApi(({ method, body }) => {
  if (method === 'GET') return { status: 200, body: job };
  const other = others.shift();
  if (other) job = { ...job, ...other, version: job.version + 1 };
  const { version, ...patch }: Patch = JSON.parse(body);
  patches.push({ ...patch, version });
  if (refusal) return refusal;
  if (version !== job.version)
    return { status: 409, body: { title: 'Conflict with another change', detail: 'Read it again.' } };
  const customer = { ...job.customer, ...Object(patch['customer']) };
  job = { ...job, ...patch, customer, version: version + 1 };
  return { status: 200, body: job };
});
writeExampleCompany(folder);
beforeEach(() => {
  [job, patches, others, refusal] = [JOB, [], [], null];
});

const qdn = async (args: string[], ask?: (question: string) => Promise<string>) => {
  const printed: string[] = [];
  const program = createProgram({
    environment: {},
    repository: folder,
    print: (text) => void printed.push(text),
    note: () => {},
    ...(ask ? { ask } : {}),
  });
  await program.parseAsync(argv(args));
  return printed.join('\n');
};

describe('commands that change a job', () => {
  test.each(['cancelled', 'completed'])('say that a job that is %s stays so with another time', async (status) => {
    job = { ...JOB, status };
    expect(await qdn(['reschedule', '1042', '2030-03-11 09:00'])).toMatch(
      new RegExp(`^QDN-1042 for Maria Lopez\n  Due .*\nThe job is ${status}, and stays so\\.$`),
    );
  });

  test.each([
    [['complete', '1042'], ['Status     scheduled → completed'], { status: 'completed' }],
    [['cancel', 'QDN-1042'], ['Status     scheduled → cancelled'], { status: 'cancelled' }],
    [['set-status', '1042', 'At site'], ['Status     scheduled → at site'], { status: 'at_site' }],
    [['assign', '1042', '7-yard dump trailer', 't2'], ['Trailers   T1 → T3, T2'], { trailers: ['T3', 'T2'] }],
    [['assign', '1042', '--none'], ['Trailers   T1 → none'], { trailers: [] }],
    [
      ['edit', '1042', '--customer', 'Maria Diaz', '--phone', '512 555 0120', '--notes', 'gate code 4411'],
      [
        'Customer   Maria Lopez → Maria Diaz',
        'Phone      +15125550111 → +15125550120',
        'Notes      none → gate code 4411',
      ],
      { customer: { name: 'Maria Diaz', phone: '+15125550120' }, notes: 'gate code 4411' },
    ],
  ])('%j prints what has changed', async (args, lines, patch) => {
    expect((await qdn(args)).split('\n').slice(1)).toEqual(lines.map((line) => `  ${line}`));
    expect(patches).toEqual([{ ...patch, version: 1 }]);
  });

  test('reschedules in the company’s time, and prints the time before and after', async () => {
    await qdn(['reschedule', '1042', 'tomorrow', '9am']);
    expect(patches[0]?.['scheduledFor']).toMatch(/T1[45]:00:00.000Z$/);
    expect(await qdn(['reschedule', '1042', '2031-03-11T09:00:00-05:00'])).toMatch(
      / {2}Due {8}\w+, .* 9:00 AM C[SD]T → Tue, Mar 11, 2031, 9:00 AM CDT$/,
    );
  });

  test('completes at an earlier time, and never at one to come', async () => {
    await qdn(['complete', '1042', '--at', '8:00 yesterday']);
    expect(patches[0]?.['at']).toMatch(/T1[34]:00:00.000Z$/);
    await expect(qdn(['complete', '1042', '--at', 'tomorrow 9am'])).rejects.toThrow('has not come yet');
  });

  test('does not complete a cancelled job, and says how to', async () => {
    job = { ...JOB, status: 'cancelled' };
    await expect(qdn(['complete', '1042'])).rejects.toThrow('./qdn set-status QDN-1042 at_site');
    expect(patches).toEqual([]);
    await qdn(['set-status', '1042', 'at_site']);
    expect(patches).toEqual([{ status: 'at_site', version: 1 }]);
  });

  test('sets the status of a stop, and refuses statuses and stops that there are not', async () => {
    await qdn(['set-status', '1042', 'at_site', '--stop', '1']);
    expect(patches).toEqual([{ status: 'at_site', currentStop: 0, version: 1 }]);
    await qdn(['set-status', '1042', 'Canceled']);
    expect(patches[1]).toMatchObject({ status: 'cancelled' });
    await expect(qdn(['set-status', '1042', 'lost'])).rejects.toThrow('"lost" is not a status. Write one of scheduled');
    await expect(qdn(['set-status', '1042', 'at_site', '--stop', '2'])).rejects.toThrow(
      '--stop takes a stop from 1 to 1',
    );
  });

  test('prints the job as JSON', async () => {
    expect(JSON.parse(await qdn(['complete', '1042', '--json']))).toMatchObject({ status: 'completed', version: 2 });
  });

  test('changes nothing that is so already', async () => {
    expect(await qdn(['assign', '1042', 'T1'])).toBe('QDN-1042 for Maria Lopez: nothing to change.');
    expect(patches).toEqual([]);
  });

  test('repeats a change after a write that left its fields alone', async () => {
    others = [{ status: 'in_transit' }];
    expect(await qdn(['assign', '1042', 'T2'])).toBe('QDN-1042 for Maria Lopez\n  Trailers   T1 → T2');
    expect(job).toMatchObject({ status: 'in_transit', trailers: ['T2'], version: 3 });
  });

  test('does not overwrite another person’s change, and shows it', async () => {
    others = [{ trailers: ['T4'] }];
    await expect(qdn(['assign', '1042', 'T2'])).rejects.toThrow(
      'QDN-1042 was changed by someone else in the meantime, so it was left alone:\n  Trailers   T1 → T4\nIf your change is still right',
    );
    expect(job.trailers).toEqual(['T4']);
  });

  test('refuses a trailer that the company file does not have, unless it is confirmed or hired', async () => {
    const sentence = 'config/company.json has no trailer T9.';
    await expect(qdn(['assign', '1042', 'T9'])).rejects.toThrow(
      new RegExp(`^${sentence}.* To confirm it, add:\n.*--hired$`),
    );
    await expect(qdn(['assign', '1042', 'T9'], async () => 'n')).rejects.toThrow('Nothing was changed.');
    const create = [
      'create-job',
      '7',
      '--kind',
      'delivery',
      '--customer',
      'A',
      '--phone',
      '512 555 0120',
      '--stop',
      'yard',
    ];
    await expect(qdn([...create, '--trailer', 'T9'])).rejects.toThrow(sentence);
    expect(patches).toEqual([]);
    await qdn(['assign', '1042', 'T9', '--hired']);
    await qdn(['assign', '1042', 'T8'], async () => 'y');
    expect(patches.map(({ trailers }) => trailers)).toEqual([['T9'], ['T8']]);
  });

  test('refuses a bad phone number in the words of the company file', async () => {
    const sentence = 'customer.phone "555" is not a number in international form; write a plus sign';
    await expect(qdn(['edit', '1042', '--phone', '555'])).rejects.toThrow(sentence);
    const create = ['create-job', '7', '--kind', 'delivery', '--customer', 'A', '--phone', '555', '--stop', 'yard'];
    await expect(qdn(create)).rejects.toThrow(sentence);
    expect(patches).toEqual([]);
  });

  test('shows an error of the API about a field as a sentence about that field', async () => {
    const refuse = (detail: string, errors: object[]) => ({
      status: 422,
      body: { title: 'The request does not follow the schema', detail, errors },
    });
    const status = { pointer: '/status', detail: 'must not be cancelled' };
    refusal = refuse('See `errors` for each wrong value.', [status]);
    await expect(qdn(['cancel', '1042'])).rejects.toThrow(/^status is "cancelled"; it must not be cancelled\.$/);
    refusal = refuse('The job last changed at 2026-11-30T20:12:03.218Z.', [status]);
    await expect(qdn(['cancel', '1042'])).rejects.toThrow(
      /^The job last changed at Mon, Nov 30, (2026, )?2:12 PM CST\.$/,
    );
  });

  test.each([[['assign', '1042']], [['assign', '1042', 'T1', '--none']], [['edit', '1042']]])(
    '%j is refused with the options to add',
    async (args) => {
      await expect(qdn(args)).rejects.toThrow('--');
      expect(patches).toEqual([]);
    },
  );
});
