/**
 * Timeouts of one attempt of a request, in ms: to connect, and to be answered. Without `throwOnRequestTimeout` the SDK only
 * writes a warning and waits on.
 */
export const timeOuts = (connectMs: number, answerMs: number) => ({
  connectionTimeout: connectMs,
  requestTimeout: answerMs,
  throwOnRequestTimeout: true,
});
