import { parse } from 'node:querystring';
import type { FormParameters } from './twilio-signature.ts';

/** Parses a form as Twilio signs it: nothing is trimmed, blank parameters stay, repeated ones become arrays, and there is no limit. */
export const formParameters = (body: string): FormParameters =>
  Object.fromEntries(
    Object.entries(parse(body, '&', '=', { maxKeys: 0 })).map(([name, value]) => [
      name,
      Array.isArray(value) ? [...value] : (value ?? ''),
    ]),
  );

/** Returns the first value of each parameter: Twilio repeats none of those that the relay reads. */
export const firstValues = (parameters: FormParameters): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, typeof value === 'string' ? value : (value[0] ?? '')]),
  );
