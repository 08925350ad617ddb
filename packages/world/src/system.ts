/** A request to the system under test. `path` begins with a slash and includes the query. */
export type HttpRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body?: string;
};

export type HttpResponse = {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
};

/** A text that a carrier accepted from the system under test. */
export type SentText = {
  /** Time of the carrier's acceptance, epoch ms. */
  at: number;
  from: string;
  to: string;
  body: string;
  /** Addresses of pictures. */
  media: readonly string[];
};

/**
 * The system under test. The world reaches it through this interface alone: in virtual time over its handlers, or through
 * HTTP over the running local system.
 */
export type System = {
  /** Sends a request at the current time: webhooks of carriers (signed), posts of devices, calls of the API. */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Returns the current time, epoch ms. */
  now(): number;
  /** Moves the time forward and runs all that becomes due: queues, schedules, retries. `at` is epoch ms. */
  advanceTo(at: number): Promise<void>;
  /** Returns the texts that carriers have accepted, oldest first. */
  sentTexts(): readonly SentText[];
  /** Returns the number of log lines by event code: `DISPATCHER_UNANSWERED` → 3. */
  logCounts(): Readonly<Record<string, number>>;
};
