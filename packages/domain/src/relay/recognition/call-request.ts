import { comparable } from './comparable-text.ts';

/** Whole texts that ask for a call, in comparable form. "Call me" is for the customer, and not among them. */
const CALL_REQUESTS = new Set(
  'call|call her|call him|call them|call customer|call the customer|call now|call back|call her back|call him back|llamar|llama|llamale|llamarle'.split(
    '|',
  ),
);

/** A request before the handle: `call @1042`. */
const CALL_BEFORE_HANDLE = /^\s*(?:call|llamar|llama)\s+(?=@)/i;

/** Returns `@1042 call` for `call @1042`, and any other text unchanged. */
export const withHandleFirst = (body: string): string =>
  CALL_BEFORE_HANDLE.test(body) ? `${body.replace(CALL_BEFORE_HANDLE, '').trim()} call` : body;

/**
 * Tests whether a dispatcher's text after its handle asks to be connected by phone: `@1042 call`.
 * @param text the text without its handle
 */
export const isCallRequest = (text: string): boolean => CALL_REQUESTS.has(comparable(text));
