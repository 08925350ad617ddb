/** Error codes of a connection that was never made: the carrier cannot have seen the request. */
export const NEVER_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Returns the code of the error below a failed `fetch`, where Node has it; else the error's name, such as `TimeoutError`. */
export const causeOf = (error: unknown): string => {
  const { cause, name } = isObject(error) ? error : {};
  if (isObject(cause) && typeof cause['code'] === 'string') return cause['code'];
  return typeof name === 'string' ? name : 'no answer';
};
