import type { CarrierEmulatorOptions } from '../emulator.ts';

export const ACCOUNT_SID = `AC${'a1'.repeat(16)}`;
export const AUTH_TOKEN = 'the-primary-auth-token';
export const SECONDARY_TOKEN = 'the-secondary-auth-token';
export const API_KEY = { sid: `SK${'b2'.repeat(16)}`, secret: 'the-secret-of-the-key' };

export const COMPANY = '+15125550142';
export const MARIA = '+15125550111';
export const DANA = '+15125550171';

/** Options without delays, so that a test takes milliseconds. */
export const emulatorOptions = (changes: Partial<CarrierEmulatorOptions> = {}): CarrierEmulatorOptions => ({
  port: 0,
  statePath: null,
  accountSid: ACCOUNT_SID,
  authTokens: [AUTH_TOKEN, SECONDARY_TOKEN],
  apiKeys: [API_KEY],
  numbers: [{ number: COMPANY, name: 'QuickDumpNow' }],
  phones: [
    {
      number: MARIA,
      name: 'Maria Lopez',
      role: 'customer',
      suggestions: ['Running late, can you come after 3? QDN-1042'],
    },
    { number: DANA, name: 'Dana', role: 'dispatcher' },
  ],
  pace: { queueMs: 1, deliveryMs: 1 },
  ...changes,
});
