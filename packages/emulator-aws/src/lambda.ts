/** Outcome of an invocation. */
export type InvokeOutcome =
  | { kind: 'answered'; payload: unknown }
  /** The function threw, ran out of time, or does not exist. */
  | { kind: 'failed'; detail: string }
  /** The function did not run: it is throttled, or nothing listens on its port yet. */
  | { kind: 'not-run'; detail: string };

/** Calls a function with an event. Does not throw. */
export type Invoke = (functionName: string, event: object) => Promise<InvokeOutcome>;

const causeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;

const isRefused = (error: unknown): boolean => {
  const cause = causeOf(error);
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ECONNREFUSED';
};

const parse = (text: string): unknown => {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
};

/** Returns the first line of a function's error; the stack is in the service's log. */
const detailOf = (text: string): string => {
  const answer = parse(text);
  const message =
    typeof answer === 'object' && answer !== null && 'errorMessage' in answer ? answer.errorMessage : text;
  return String(message).slice(0, 300);
};

/**
 * Lambda's Invoke API, as serverless-offline serves it.
 * @param lambdaUrl without a trailing slash
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export const invokeOver =
  (lambdaUrl: string): Invoke =>
  async (functionName, event) => {
    const url = `${lambdaUrl}/2015-03-31/functions/${functionName}/invocations`;
    try {
      const response = await fetch(url, { method: 'POST', body: JSON.stringify(event) });
      const text = await response.text();
      if (response.status === 429) return { kind: 'not-run', detail: 'throttled' };
      if (response.ok && !response.headers.has('x-amz-function-error'))
        return { kind: 'answered', payload: parse(text) };
      return { kind: 'failed', detail: `${response.status} ${detailOf(text)}` };
    } catch (error) {
      if (isRefused(error)) return { kind: 'not-run', detail: `nothing listens at ${lambdaUrl}` };
      return { kind: 'failed', detail: error instanceof Error ? error.message : String(error) };
    }
  };
