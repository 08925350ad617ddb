/** Counts since the start. `originRequests` counts by kind of origin; `functionMs` is a sum. */
export type EdgeStats = {
  requests: number;
  hits: number;
  refreshHits: number;
  misses: number;
  errors: number;
  functionResponses: number;
  functionCalls: number;
  functionMs: number;
  originRequests: { s3: number; api: number };
  cachedObjects: number;
};

/** The `x-cache` header: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html */
export type XCache = 'Hit' | 'Miss' | 'RefreshHit' | 'Error' | 'FunctionGeneratedResponse' | 'FunctionExecutionError';

export type EdgeCounters = Omit<EdgeStats, 'cachedObjects'>;

export const createCounters = (): EdgeCounters => ({
  requests: 0,
  hits: 0,
  refreshHits: 0,
  misses: 0,
  errors: 0,
  functionResponses: 0,
  functionCalls: 0,
  functionMs: 0,
  originRequests: { s3: 0, api: 0 },
});

/** Counts one response to a viewer. */
export const countResponse = (counters: EdgeCounters, xCache: XCache): void => {
  if (xCache === 'Hit') counters.hits++;
  else if (xCache === 'RefreshHit') counters.refreshHits++;
  else if (xCache === 'Miss') counters.misses++;
  else if (xCache === 'FunctionGeneratedResponse') counters.functionResponses++;
  else counters.errors++;
};
