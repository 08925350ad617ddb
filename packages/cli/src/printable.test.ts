import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { oneLine, printable, printableJson } from './printable.ts';
import { createProgram } from './program.ts';
import { logLine } from './relay/log-report.ts';
import { anApi, writeExampleCompany } from './testing/an-api.ts';
import { localTime } from './times/local-time.ts';

const AT = '2026-11-23T15:00:00.000Z';
const HIDDEN = /(?!\n)\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069\u061c\u200b\u200e\u200f\ufeff]/u;

/** Parts of words that a terminal obeys, or that hide or forge something. */
const DANGEROUS = [
  '\u001b[31m',
  '\u001b[2J',
  '\u001b]8;;https://evil.example\u0007',
  '\u001b]52;c;cm0gLXJm\u001b\\',
  '\u001b]0;title\u0007',
  '\u001bc',
  '\u001bP+q544e\u001b\\',
  '\u009b31m',
  '\u009d0;x\u009c',
  '\u0007',
  '\u0000',
  '\b\b\b',
  '\u007f',
  '\u202e',
  '\u2067',
  '\u200b',
  '\ufeff',
  '\rFORGED',
  '\nFORGED',
  '\r\nFORGED',
  '\u2028FORGED',
  '\u0085FORGED',
  '\vFORGED',
];
const words = fc
  .array(fc.oneof(fc.constantFrom(...DANGEROUS), fc.constantFrom('gate 5522', 'hi', '👍🏽', 'ñ', ' ')), {
    minLength: 1,
    maxLength: 12,
  })
  .map((parts) => `x${parts.join('')}`);

const jobOf = (said: string) => ({
  id: 'QDN-1042',
  accountId: 'lopez',
  kind: 'delivery',
  customer: { name: said, phone: '+15125550111' },
  pickupAddress: null,
  dropOffAddress: said,
  stops: [{ kind: 'drop_off', address: said, lat: 30.3, lon: -97.7, radiusM: 80 }],
  currentStop: 0,
  trailers: ['T1'],
  status: 'at_site',
  history: [{ status: 'at_site', at: AT, by: 'driver', reason: said }],
  scheduledFor: null,
  notes: said,
  contacts: [],
  createdAt: AT,
  updatedAt: AT,
  version: 2,
  location: { position: null, eta: null, status: 'at_site', serverTime: AT },
  messages: [
    {
      sid: 'SM1',
      at: AT,
      from: said,
      body: said,
      relays: [
        {
          recipient: 'dana',
          state: 'ACCEPTED',
          delivery: 'delivered',
          errorCode: null,
          attempt: 1,
          claims: 1,
          at: AT,
        },
      ],
    },
  ],
  next: null,
});
const attentionOf = (said: string) => ({
  unresolved: [],
  unanswered: [],
  unmatched: [{ at: AT, from: said, body: said, sid: 'SM1' }],
  ended: [{ at: AT, jobId: 'QDN-1042', customerName: said, trailerId: 'T1', by: 'driver', reason: said }],
});
const conversationOf = (said: string) => {
  const text = { sid: 'SM1', jobId: null, at: AT, side: 'person', sender: said, body: said };
  return {
    ...{ id: 'SM1', name: said, handle: '@1042', from: said, jobs: [], channel: 'sms', waiting: 1, waitingSince: AT },
    ...{ isQuestion: false, last: text, claim: { by: 'dana', name: said, at: AT }, closedAt: null },
  };
};
const conversationStateOf = (said: string) => {
  const conversation = conversationOf(said);
  return { conversation, phone: '+15125550111', texts: [conversation.last, conversation.last], next: null };
};
const trailerOf = (said: string) => ({
  trailerId: 'T1',
  jobId: null,
  serverTime: AT,
  since: AT,
  position: null,
  battery: null,
  heardAt: AT,
  client: said,
  intervalS: null,
  signsToday: [],
  speedUnit: null,
  clockErrorS: null,
  fixesToday: 0,
  drivenTodayM: 0,
  ignoredToday: [],
});

let said = '';
const { folder, argv } = anApi(({ method, url }) => {
  const path = url.replace(/\?.*/, '');
  if (method === 'PATCH')
    return { status: 422, body: { code: 'schema-violation', detail: said, title: said, status: 422 } };
  if (path === '/api/jobs')
    return {
      status: 200,
      body: {
        jobs: [
          { id: 'QDN-1042', accountId: 'a', customerName: said, status: 'at_site', trailers: ['T1'], updatedAt: AT },
        ],
        next: null,
      },
    };
  if (path === '/api/conversations')
    return { status: 200, body: { conversations: [conversationOf(said)], next: null } };
  if (path.startsWith('/api/conversations/')) return { status: 200, body: conversationStateOf(said) };
  if (path.startsWith('/api/jobs/')) return { status: 200, body: jobOf(said) };
  if (path === '/api/attention') return { status: 200, body: attentionOf(said) };
  if (path === '/api/trailers/T1') return { status: 200, body: trailerOf(said) };
  return { status: 404, body: { code: 'not-found', title: said, detail: said, status: 404 } };
});
beforeEach(() => {
  writeExampleCompany(folder);
});

/** Runs a command and returns all that it prints, with the message of its error. */
const qdn = async (...args: string[]): Promise<string> => {
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const program = createProgram({ environment: {}, repository: folder, print, note: print });
  for (const command of [program, ...program.commands]) command.exitOverride().configureOutput({ writeErr: () => {} });
  try {
    await program.parseAsync(argv(args));
  } catch (error) {
    // As main.ts prints it.
    printed.push(printable(error instanceof Error ? error.message : ''));
  }
  return printed.join('\n');
};

describe('the output of a command', () => {
  test.each([
    ['jobs', ['jobs']],
    ['job', ['job', '1042']],
    ['job --json', ['job', '1042', '--json']],
    ['attention', ['attention']],
    ['conversations', ['conversations']],
    ['conversations --json', ['conversations', '--json']],
    ['conversation', ['conversation', '@1042']],
    ['trailer', ['trailer', 'T1']],
    ['trailer --json', ['trailer', 'T1', '--json']],
    ['a change that the API refuses', ['edit', '1042', '--notes', 'x']],
    ['undo', ['undo', '1042']],
    ['a page that is missing', ['link', '1042']],
  ])('of %s has no character that a terminal obeys, and no line of a customer', async (_, args) => {
    await fc.assert(
      fc.asyncProperty(words, async (some) => {
        said = some;
        const output = await qdn(...args);
        expect(output).not.toBe('');
        expect(output).not.toMatch(HIDDEN);
        expect(output.split('\n').filter((line) => /^\s*FORGED/.test(line))).toEqual([]);
      }),
      { numRuns: runs(40) },
    );
  });

  test('as JSON has the words unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(words, async (some) => {
        said = some;
        expect(JSON.parse(await qdn('job', '1042', '--json'))).toEqual(jobOf(some));
      }),
      { numRuns: runs(40) },
    );
  });

  test('of the log has a record in each line', () => {
    const time = localTime('UTC', Date.parse(AT));
    fc.assert(
      fc.property(words, (body) => {
        const record = {
          ...{ type: 'message', at: AT, id: 'x', sid: 'SM1', timelineId: body, sequence: 1 },
          data: { sender: body, record: { from: body, body } },
        };
        const line = printable(logLine({ key: 'k', record } as unknown as Parameters<typeof logLine>[0], time));
        expect(line).not.toMatch(HIDDEN);
        expect(line).not.toContain('\n');
      }),
    );
  });

  test('goes through the surroundings everywhere', () => {
    const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.includes('.test.') && !file.startsWith('testing'),
    );
    const direct = files.filter((file) =>
      /console\.(log|error|info|warn)|process\.std(out|err)\.write/.test(
        readFileSync(join(import.meta.dirname, file), 'utf8'),
      ),
    );
    expect(direct).toEqual(['main.ts']);
  });
});

describe('printable text', () => {
  test.each([
    ['a link', '\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007', 'click'],
    ['the clipboard', 'a\u001b]52;c;cm0gLXJm\u001b\\b', 'ab'],
    ['a carriage return', 'in transit\rdelivered', 'in transit delivered'],
    ['rows of CSV', 'a,b\r\nc,d', 'a,b\r\nc,d'],
    ['columns and blank lines', 'A    LONG\n\nabc  x', 'A    LONG\n\nabc  x'],
    ['emoji', '👨‍👩‍👧‍👦 👍🏽', '👨‍👩‍👧‍👦 👍🏽'],
  ])('without %s', (_, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test('of JSON is read back unchanged', () => {
    fc.assert(
      fc.property(fc.jsonValue(), words, (value, text) => {
        const written = printableJson({ value, text });
        expect(printable(written)).toBe(written);
        expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify({ value, text })));
      }),
    );
  });

  test('of a listed line keeps its indent', () => {
    expect(oneLine('  → dana: no\nFORGED')).toBe('  → dana: no FORGED');
  });
});
