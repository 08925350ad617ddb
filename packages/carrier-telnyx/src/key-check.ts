import { causeOf } from '@qdn/carrier-adapter/connection';
import type { KeyCheck, KeyVerdict } from '@qdn/carrier-adapter/key-check';
import { validate as isTelnyxSecret } from '@qdn/contracts/validators/telnyxSecret';
import { TELNYX_API } from './api.ts';

/** Shorter than the limit of a check of the doctor, in ms. */
const TIMEOUT_MS = 10_000;

const VERDICTS: ReadonlyMap<number, 'refused' | 'forbidden'> = new Map([
  [401, 'refused'],
  [403, 'forbidden'],
]);

/**
 * Checks an API key by reading the account's balance, which Telnyx advises as the first request with a key: 401 is a key that is not
 * valid, 403 a key or an account without this right. Any other failure says nothing about the key.
 * https://developers.telnyx.com/docs/development/api-fundamentals/first-api-request
 */
export const checkTelnyxKey = async (
  secret: unknown,
  apiUrl: string | undefined,
  timeoutMs = TIMEOUT_MS,
): Promise<KeyVerdict> => {
  if (!isTelnyxSecret(secret)) return { kind: 'malformed' };
  try {
    const { ok, status, body } = await fetch(`${apiUrl ?? TELNYX_API}/v2/balance`, {
      headers: { authorization: `Bearer ${secret.apiKey}`, accept: 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await body?.cancel();
    return ok ? { kind: 'accepted' } : { kind: VERDICTS.get(status) ?? 'unchecked', detail: String(status) };
  } catch (error) {
    return { kind: 'unchecked', detail: causeOf(error) };
  }
};

export const telnyxKeyCheck: KeyCheck = { title: 'Telnyx', check: checkTelnyxKey };
