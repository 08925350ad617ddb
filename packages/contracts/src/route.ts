import type * as schemas from './schemas.ts';

/** A schema of src/schemas.ts by its name. */
export type SchemaName = keyof typeof schemas;

/** The kinds of token: a customer's tracking link, a trailer's device, a hub that speaks for all devices, an operator. */
export type Audience = 'track' | 'device' | 'hub' | 'operator';

/** Carriers that sign their webhooks. `any`: the carrier that the path names; its adapter checks the signature. */
export type SigningCarrier = 'twilio' | 'any';

/** The proof that a caller must give. */
export type Authentication =
  /** A token of one of these audiences. `alsoInUrl`: also as the password of Basic authentication or as a query parameter. */
  | { by: 'token'; audiences: readonly Audience[]; alsoInUrl?: true }
  /** The carrier's signature. `later`: a function behind a queue checks it, since this one reads no secret. */
  | { by: 'signature'; carrier: SigningCarrier; checked: 'on-arrival' | 'later' }
  /** A token in the path that is valid for one thing only. */
  | { by: 'link' };

/** The body that a route takes. */
export type RouteBody =
  | { as: 'none' }
  /** JSON that follows the schema. Checked before the function runs. */
  | { as: 'json'; schema: SchemaName; example?: object }
  /** The function reads the text itself. `documented` is for the OpenAPI document only: content type → schema. */
  | {
      as: 'raw';
      documented?: Readonly<Record<string, SchemaName | 'object'>>;
      /** Maximum size in bytes, where it is not that of all functions (ADR 27). */
      maxBytes?: number;
    };

/**
 * Caching of answers. `shared`: CloudFront keeps an answer to a tracking token for five minutes and the browser does not; answers to
 * others are private. `private`: no cache keeps it, because it is for one reader (`private, no-store`). `none`: no cache keeps it
 * (`no-store`).
 */
export type Cache = 'shared' | 'private' | 'none';

/** An answer as the OpenAPI document has it. */
export type DocumentedAnswer = {
  description: string;
  schema?: SchemaName;
  /** Content type, when it is not the JSON of a schema. */
  type?: string;
  headers?: readonly string[];
};

/** Types of query parameters: src/openapi.ts has their schemas. */
export type QueryType = 'boolean' | 'number' | 'string' | 'jobStatus' | 'dateTime' | 'place' | 'phone';

/** One route of the HTTP API: everything about it except the code of its function. */
export type Route = {
  /** Folder under services/. */
  service: 'job-api' | 'telemetry-ingest' | 'sms-relay';
  /** Folder under src/functions of the service. One function may have several routes. */
  function: string;
  method: 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete';
  /** Variables in braces, as API Gateway and OpenAPI write them. */
  path: `/api/${string}`;
  authentication: Authentication;
  body: RouteBody;
  cache: Cache;
  summary: string;
  description?: string;
  query?: Readonly<Record<string, { description: string; type: QueryType; isRequired?: true }>>;
  answers: Readonly<Record<number, DocumentedAnswer>>;
  /** Refusals besides those that follow from `authentication` and `body` (src/openapi.ts). */
  refuses: readonly number[];
};

type Variables<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Variables<Rest>
  : never;

type Values<Path extends string> = [Variables<Path>] extends [never]
  ? []
  : [values: Readonly<Record<Variables<Path>, string>>];

/** Returns the path of a route with its variables filled in, each escaped: `pathTo(routes.getJob, { job_id: 'QDN-1042' })`. */
export const pathTo = <const Path extends string>({ path }: { path: Path }, ...values: Values<Path>): string => {
  const given: Readonly<Record<string, string>> = { ...values[0] };
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(given[name] ?? ''));
};

/**
 * Type of a route’s path with its variables filled in. For code that counts its bytes and so writes the path itself: with
 * `satisfies FilledPath<typeof getJob>` the compiler compares the two.
 */
export type FilledPath<R extends Pick<Route, 'path'>> = Filled<R['path']>;
type Filled<Path extends string> = Path extends `${infer Start}{${string}}${infer Rest}`
  ? `${Start}${string}${Filled<Rest>}`
  : Path;

/** Returns an expression that finds the path of one of these routes at the end of a received path, behind any prefix. */
export const atEndOf = (routes: readonly Pick<Route, 'path'>[]): RegExp =>
  new RegExp(`(?:${routes.map(({ path }) => path.replaceAll(/\{\w+\}/g, '[^/]+')).join('|')})$`);
