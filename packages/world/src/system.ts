import type { LatLon } from './geography/index.ts';

/** A request to the system under test. `path` begins with a slash and includes the query. */
export type HttpRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** The body holds the base64 of bytes that are not text, such as gzip. */
  bodyEncoding?: 'base64';
};

export type HttpResponse = {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
};

/** A text from a phone to the company's number. */
export type IncomingText = {
  from: string;
  to: string;
  body: string;
  /** Addresses of pictures. */
  media: readonly string[];
};

/** A text that a carrier accepted from the system under test, and that its phone got. */
export type SentText = {
  /** Time of the carrier's acceptance, epoch ms. */
  at: number;
  from: string;
  to: string;
  body: string;
  /** Addresses of pictures. */
  media: readonly string[];
};

/** The holder and the scope of a token. */
export type TokenSubject =
  | { audience: 'operator' }
  | { audience: 'device'; trailerId: string }
  | { audience: 'track'; jobId: string };

/** A dispatcher or operator as the company file lists them. Times of day are HH:MM in the company's time zone. */
export type StaffMember = { id: string; name: string; phone: string; quietHours?: { from: string; to: string } };

/** The facts of the company that an owner writes into the company file. */
export type WorldCompany = {
  name: string;
  /** Number that customers text, E.164. */
  textNumber: string;
  timeZone: string;
  jobPrefix: string;
  dispatchers: readonly StaffMember[];
  operator: string | null;
  trailerIds: readonly string[];
  stops: readonly { id: string; kind: 'yard' | 'dump_site'; address: string; place: LatLon; radiusM: number }[];
  cascade: { order: 'all' | 'in-order'; minutes: number };
  /** Kinds of notices that customers get without asking: `on-the-way`, `arriving-soon`, `delayed`, `arrived`, `completed`. None by default. */
  noticeKinds?: readonly ('on-the-way' | 'arriving-soon' | 'arrived' | 'completed' | 'delayed')[];
};

/** Counts of the calls that the system made to the services below it: `dynamodb.read` → 12, `sqs.send` → 3. */
export type Usage = Readonly<Record<string, number>>;

/**
 * The system under test. The world reaches it through this interface alone: in virtual time over its handlers, or through
 * HTTP over the running local system.
 */
export type System = {
  /** Sends a request at the current time: posts of devices, calls of the API, views of the tracking page. */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Hands a text to the carrier of the company's number, which delivers it by a signed webhook and repeats it on a failure. */
  deliverText(text: IncomingText): Promise<void>;
  /** Returns a token that the system accepts now. */
  tokenFor(subject: TokenSubject): Promise<string>;
  /** Returns the current time, epoch ms. */
  now(): number;
  /** Moves the time forward and runs all that becomes due: queues, schedules, retries. `at` is epoch ms. */
  advanceTo(at: number): Promise<void>;
  /** Returns the texts that phones have got, oldest first. */
  sentTexts(): readonly SentText[];
  /** Returns the number of log lines by event code: `DISPATCHER_UNANSWERED` → 3. */
  logCounts(): Readonly<Record<string, number>>;
  /** Returns the calls since the start. A system that cannot count them returns an empty record. */
  usage(): Usage;
  close(): Promise<void>;
};

/** Starts an empty system for a company. `startAt` is epoch ms; `seed` decides the faults of carriers and cloud. */
export type OpenSystem = (setting: {
  company: WorldCompany;
  startAt: number;
  seed: number;
  faults: FaultPlan;
  /** The carrier's error codes for phones that it refuses: `21614` for a landline. */
  refusedPhones?: Readonly<Record<string, number>>;
}) => Promise<System>;

/** Faults of carriers and cloud: `none`, or those of a usual or a bad week. */
export type FaultPlan = 'none' | 'usual' | 'bad';
