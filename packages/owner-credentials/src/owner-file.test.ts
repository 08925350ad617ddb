import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { changeOwnerFile, OWNER_FILE_TEMPLATE, parseOwnerFile, readOwnerFile } from './owner-file.ts';

const ACCOUNT = `AC${'a1'.repeat(16)}`;
const KEY = `SK${'b2'.repeat(16)}`;
const LINES = [
  `TWILIO_ACCOUNT_SID=${ACCOUNT}`,
  'TWILIO_AUTH_TOKEN=0123456789abcdef0123456789abcdef',
  `TWILIO_API_KEY_SID=${KEY}`,
  'TWILIO_API_KEY_SECRET=secret0123456789secret0123456789',
];
const CREDENTIALS = {
  admin: { accountSid: ACCOUNT, authToken: '0123456789abcdef0123456789abcdef' },
  sender: { accountSid: ACCOUNT, apiKeySid: KEY, apiKeySecret: 'secret0123456789secret0123456789' },
  secondary: null,
};
const folder = mkdtempSync(join(tmpdir(), 'qdn-owner-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'qdn.env');
const write = (content: string, mode = 0o600) => {
  writeFileSync(file, content);
  chmodSync(file, mode);
};

describe('the owner’s file', () => {
  test('holds both pairs, in any order, with comments, quotes, `export` and Windows line ends', () => {
    expect(parseOwnerFile(LINES.join('\n'))).toEqual(CREDENTIALS);
    const [account = '', token = '', key = '', secret = ''] = LINES;
    const dressed = [
      '\uFEFF# mine',
      '',
      `export ${secret}  # since March`,
      `  ${key} `,
      token.replace(/=(.*)$/, ' = "$1"'),
      `${account.replace(/=(.*)$/, "='$1'")}   # the main one`,
    ];
    expect(parseOwnerFile(dressed.join('\r\n'))).toEqual(CREDENTIALS);
  });

  test('may hold the secondary Auth Token', () => {
    const content = [...LINES, `TWILIO_AUTH_TOKEN_SECONDARY=${'f'.repeat(32)}`].join('\n');
    expect(parseOwnerFile(content).secondary).toEqual({ accountSid: ACCOUNT, authToken: 'f'.repeat(32) });
  });

  test('that does not exist holds nothing', () => expect(readOwnerFile(join(folder, 'none'))).toBeNull());

  test.each([0o644, 0o640, 0o400, 0o700, 0o604])('of mode %o is refused, with what to type', (mode) => {
    write(LINES.join('\n'), mode);
    expect(() => readOwnerFile(file)).toThrow(
      `${file} holds keys, and its mode is ${mode.toString(8)}. Make it readable by you only: chmod 600 ${file}`,
    );
  });

  const replaced = (i: number, line: string) => LINES.toSpliced(i, 1, line).join('\n');
  test.each([
    [
      'no equals sign',
      replaced(1, 'TWILIO_AUTH_TOKEN'),
      '.secrets/qdn.env, line 2: This is not of the form NAME=value.',
    ],
    [
      'a mistyped name',
      replaced(1, 'TWILLIO_AUTHTOKEN=x'),
      '.secrets/qdn.env, line 2: TWILLIO_AUTHTOKEN is not known. Is TWILIO_AUTH_TOKEN meant?',
    ],
    [
      'another program’s name',
      `${LINES.join('\n')}\nGOOGLE_MAPS=x`,
      '.secrets/qdn.env, line 5: GOOGLE_MAPS is not known; remove the line. The names are TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_API_KEY_SID, TWILIO_API_KEY_SECRET, TWILIO_AUTH_TOKEN_SECONDARY, TELNYX_API_KEY.',
    ],
    [
      'a name twice',
      `${LINES.join('\n')}\nTWILIO_AUTH_TOKEN=x`,
      '.secrets/qdn.env, line 5: TWILIO_AUTH_TOKEN is on line 2 already. Keep one of them.',
    ],
    [
      'a space in a value',
      replaced(1, 'TWILIO_AUTH_TOKEN=ab cd'),
      /line 2: The value of TWILIO_AUTH_TOKEN has a quote/,
    ],
    ['half a quote', replaced(1, 'TWILIO_AUTH_TOKEN="abcd'), /line 2: The value of TWILIO_AUTH_TOKEN has a quote/],
    [
      'an account SID of another kind',
      replaced(0, `TWILIO_ACCOUNT_SID=${KEY}`),
      '.secrets/qdn.env, line 1: TWILIO_ACCOUNT_SID is not AC and 32 hexadecimal digits. It is on the first page of the Twilio Console.',
    ],
    [
      'a short token',
      replaced(1, 'TWILIO_AUTH_TOKEN=12345'),
      /line 2: TWILIO_AUTH_TOKEN is too short for an Auth Token/,
    ],
    [
      'an empty value',
      OWNER_FILE_TEMPLATE,
      /line 3: TWILIO_ACCOUNT_SID has no value .* first page of the Twilio Console/,
    ],
    [
      'two lines too few',
      LINES.slice(0, 2).join('\n'),
      /lacks 2 lines\. Add:\n {2}TWILIO_API_KEY_SID=… .*type Standard\.\n {2}TWILIO_API_KEY_SECRET=…/,
    ],
    ['nothing', '', /lacks 4 lines/],
  ])('reports %s with its line and the fix', (_, content, sentence) => {
    expect(() => parseOwnerFile(content)).toThrow(sentence);
  });

  test('quotes no value in any error', () => {
    fc.assert(
      fc.property(fc.nat(3), fc.stringMatching(/^[!-~]{12,40}$/), (i, secret) => {
        const line = (LINES[i] ?? '').replace(/=.*$/, `=${secret}`);
        try {
          parseOwnerFile(replaced(i, line));
        } catch (error) {
          expect(String(error)).not.toContain(secret);
        }
      }),
    );
  });

  test('gets a new value in the same line, and stays readable by its owner only', () => {
    write(`# mine\n${LINES.join('\n')}\nTWILIO_AUTH_TOKEN_SECONDARY=${'f'.repeat(32)}\n# end\n`);
    changeOwnerFile(file, { TWILIO_AUTH_TOKEN: 'f'.repeat(32), TWILIO_AUTH_TOKEN_SECONDARY: null });
    expect(readFileSync(file, 'utf8')).toBe(`# mine\n${replaced(1, `TWILIO_AUTH_TOKEN=${'f'.repeat(32)}`)}\n# end\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readOwnerFile(file)?.admin.authToken).toBe('f'.repeat(32));
  });
});
