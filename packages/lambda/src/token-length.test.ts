import { describe, expect, test } from '@jest/globals';
import { MAX_TOKEN_LENGTH } from '@qdn/contracts/patterns';
import { validate as isOperatorClaims } from '@qdn/contracts/validators/operatorClaims';
import { parseAccountId, parseJobId, parseLinkId, parseTrailerId } from '@qdn/domain';
import { signToken } from './sign-token.ts';
import { newTokenKeys } from './testing.ts';
import { createKeyring, verifyToken } from './tokens.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
/** The latest time that a JavaScript date can hold, in epoch ms. In seconds it has 13 digits. */
const LAST = 8_640_000_000_000_000;

const secret = newTokenKeys();
const kid = 'k'.repeat(16);
const keyring = createKeyring({
  track: { current: { ...secret.track.current, kid } },
  device: { current: { ...secret.device.current, kid } },
  operator: { current: { ...secret.operator.current, kid } },
});

const jobId = parseJobId(`${'A'.repeat(5)}-${'9'.repeat(9)}`);
const accountId = parseAccountId('a'.repeat(32));
const linkId = parseLinkId('l'.repeat(16));
const trailerId = parseTrailerId('t'.repeat(32));
if (!jobId || !accountId || !linkId || !trailerId) throw new Error('One of the longest IDs is not valid');
/** The characters that take the most bytes in a token: JSON escapes half a surrogate pair in six bytes. */
const label = '\ud800'.repeat(64);

describe.each([
  [{ kind: 'track', jobId, accountId, linkId }, 298],
  [{ kind: 'device', trailerId }, 234],
  [{ kind: 'operator', label }, 706],
] as const)('the longest token for $kind', (token, length) => {
  const signed = signToken(token, keyring, LAST);

  test(`has ${length} characters`, () => {
    expect(signed).toHaveLength(length);
  });

  test('is accepted', () => {
    expect(verifyToken(signed, keyring, [token.kind], NOW).kind).toBe(token.kind);
  });
});

test('rejects a longer label, so that no token exceeds the maximum', () => {
  const claims = { iss: 'qdn', aud: 'operator', exp: 1 };
  expect(isOperatorClaims({ ...claims, sub: label })).toBe(true);
  expect(isOperatorClaims({ ...claims, sub: `${label}x` })).toBe(false);
  expect(706).toBeLessThanOrEqual(MAX_TOKEN_LENGTH);
});
