/** Base URL of Telnyx's API. */
export const TELNYX_API = 'https://api.telnyx.com';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Returns the code of the error below a failed `fetch`, where Node has it; else the error's name, such as `TimeoutError`. */
export const causeOf = (error: unknown): string => {
  const { cause, name } = isObject(error) ? error : {};
  if (isObject(cause) && typeof cause['code'] === 'string') return cause['code'];
  return typeof name === 'string' ? name : 'no answer';
};
