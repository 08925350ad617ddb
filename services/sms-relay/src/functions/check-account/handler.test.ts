import { expect, test } from '@jest/globals';
import { TwilioRefusal, TwilioSilence } from '@qdn/carrier-twilio/account';
import { recordingLogger } from '@qdn/lambda/testing';
import { checkAccount } from './handler.ts';

const TOKEN = 'an old token';
const ACCOUNT = `AC${'1'.repeat(32)}`;

const check = async (balance: (login: { user: string; password: string }) => Promise<number>) => {
  const log = recordingLogger();
  const account = {
    accountSid: ACCOUNT,
    balance: async (login: { user: string; password: string }) => ({ amount: await balance(login), currency: 'USD' }),
  };
  await checkAccount({ account: async () => ({ account, authToken: TOKEN }), log })({}, { awsRequestId: 'r' });
  return [...log.measured, ...log.lines.map((line) => JSON.parse(line))];
};

test('measures the balance, read with the account’s own credentials', async () => {
  const lines = await check(async (login) => {
    expect(login).toEqual({ user: ACCOUNT, password: TOKEN });
    return 7.25;
  });
  expect(lines).toEqual([{ currency: 'USD', Balance: 7.25, CredentialsRefused: 0 }]);
});

test('reports a refused token, without the token', async () => {
  const lines = await check(async () => {
    throw new TwilioRefusal(401, 20003, 'Authenticate');
  });
  expect(lines).toEqual([
    { CredentialsRefused: 1 },
    expect.objectContaining({ level: 'error', message: 'TWILIO_CREDENTIALS_REFUSED' }),
  ]);
  expect(JSON.stringify(lines)).not.toContain(TOKEN);
});

test.each([new TwilioSilence('Twilio does not answer'), new TwilioRefusal(404, 20404, 'no such account')])(
  'an answer without a balance is neither a balance of zero nor a refused token (%s)',
  async (failure) => {
    const lines = await check(async () => {
      throw failure;
    });
    expect(lines).toEqual([expect.objectContaining({ level: 'error', message: 'TWILIO_BALANCE_UNKNOWN' })]);
  },
);
