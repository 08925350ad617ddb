/**
 * Timeouts of one attempt of a request, in ms: to connect, and to get the answer. Without `throwOnRequestTimeout` the SDK only writes a
 * warning and keeps waiting.
 */
export const timeouts = (connectMs: number, answerMs: number) => ({
  connectionTimeout: connectMs,
  requestTimeout: answerMs,
  throwOnRequestTimeout: true,
});
