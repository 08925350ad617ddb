import { fileURLToPath } from 'node:url';
import { type FileEntry, readEntryFiles } from './entry-files.ts';

/** Folder of the corpus of requests that this package ships; its README explains the values. */
export const REQUESTS_DIRECTORY = fileURLToPath(new URL('../requests', import.meta.url));

const SCHEMA_FILE = new URL('../schema/request.schema.json', import.meta.url);

/** Points on a straight line at a fixed interval. `item` is the text of one, with `{lat}`, `{lon}` and times of the point. */
export type PointSeries = {
  count: number;
  everySeconds: number;
  endsSecondsAgo: number;
  from: { lat: number; lon: number };
  to: { lat: number; lon: number };
  newestFirst?: true;
  item: string;
};

/** Request with placeholders, as `expandRequest` fills them. */
export type RequestTemplate = {
  method: 'DELETE' | 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT';
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
  series?: PointSeries;
  /** Key and nonce of an OwnTracks message that is encrypted on expansion. */
  seal?: { key: string; nonce: string };
  encoding?: 'br' | 'deflate' | 'deflate-raw' | 'gzip' | 'latin1' | 'utf-16le';
};

/** Facts that hold before the request: contents of the company file, and requests that went before. */
export type RequestSituation = {
  /** Trailers by the unique ID of their unit. */
  units?: Readonly<Record<string, '{trailer}' | '{otherTrailer}'>>;
  ownTracksKey?: string;
  /** The only time at which the entry can be played, ISO 8601. */
  now?: string;
  earlier?: readonly { secondsBefore: number; request: RequestTemplate }[];
  note?: string;
};

/** Fix that a request adds. An absent value is not judged; null must be unknown. */
export type FixTemplate = {
  lat: number;
  lon: number;
  /** `{now-30s}`, or several of which one must hold. */
  at: string | readonly string[];
  speedMps?: number | null;
  accuracyM?: number | null;
  headingDeg?: number | null;
};

/** Reasons for which a position or request is set aside. */
export type QuarantineReason =
  | 'encrypted'
  | 'future'
  | 'impossible-place'
  | 'inaccurate'
  | 'other-unit'
  | 'outdated'
  | 'too-old'
  | 'unknown-unit'
  | 'unreadable'
  | 'zero-place';

/** Result that a request should have, decided without looking at any program. */
export type RequestExpectation = {
  status: number | readonly number[];
  /** In the order of time; `series` stands for all points of the request's series. */
  fixes: readonly FixTemplate[] | 'series';
  /** The request counts as a sign of life of the tracker, with or without a place. Null: not judged. */
  heard: boolean | null;
  /** True is evidence of standing, false of motion, null of neither. */
  standing: boolean | null;
  quarantined: QuarantineReason | null;
  /** JSON that the client needs as its answer. */
  answerBody?: string;
  advice?: string;
  why: string;
  /** A second result that is right as well. */
  orElse?: RequestExpectation;
};

/** Entry of the corpus of requests. `schema/request.schema.json` lists the values of its fields. */
export type RequestEntry = {
  id: string;
  client: string;
  kind: string;
  source: { kind: string; note: string };
  given?: RequestSituation;
  request: RequestTemplate;
  expect: RequestExpectation;
};

/** Thrown for requests that break their format. Each line of the message names file, entry and place. */
export class RequestCorpusError extends Error {
  override name = 'RequestCorpusError';
}

const sortedKeys = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const problemsOf = ({ request, expect }: RequestEntry): string[] => {
  const problems: string[] = [];
  const hasSeries = request.series !== undefined;
  const places = (request.body ?? '').split('{series}').length - 1;
  if (places !== (hasSeries ? 1 : 0))
    problems.push('/request/series: the body needs {series} once where there is a series, and only there');
  if (expect.fixes === 'series' && !hasSeries) problems.push('/expect/fixes: the request has no series');
  return problems;
};

const findProblems = (entries: FileEntry<RequestEntry>[]): string[] => {
  const problems: string[] = [];
  const firsts = new Map<string, string>();
  for (const { file, entry } of entries) {
    const own = `${file}: entry ${entry.id}`;
    const byId = firsts.get(entry.id);
    if (byId) problems.push(`${own}, /id: the ID is already in use by ${byId}`);
    const content = JSON.stringify([entry.request, entry.given ?? {}], sortedKeys);
    const byContent = firsts.get(content);
    if (byContent) problems.push(`${own}, /request: the same request in the same situation as ${byContent}`);
    firsts.set(entry.id, byId ?? own).set(content, byContent ?? own);
    problems.push(...problemsOf(entry).map((problem) => `${own}, ${problem}`));
  }
  return problems;
};

/**
 * Returns the requests of all `*.json` files in a folder, by file name and then by place in the file.
 * Throws a `RequestCorpusError` for an invalid file, a repeated ID, the same request twice in one situation (all of
 * `given`), and a series without its place in the body.
 */
export const readRequests = (directory: string = REQUESTS_DIRECTORY): RequestEntry[] =>
  readEntryFiles(directory, { schema: SCHEMA_FILE, Refusal: RequestCorpusError, findRepeats: findProblems });
