import type { FromSchema } from 'json-schema-to-ts';
import type * as schemas from './schemas.ts';

type Schemas = typeof schemas;

/** Every boundary type by the name of its schema: `Wire<'jobLocation'>`. */
export type Wire<Name extends keyof Schemas> = FromSchema<Schemas[Name]>;

/** What a validator reports of one broken rule; `instancePath` is an RFC 6901 JSON pointer. In words: explain.ts. */
export type SchemaError = { instancePath: string; params: Record<string, unknown>; keyword: string };

/** A compiled schema. Fills in defaults of the schema in place; `errors` holds the last call's findings. */
export type Validate<T> = { (value: unknown): value is T; errors?: SchemaError[] | null };
export type Validator<Name extends keyof Schemas> = Validate<Wire<Name>>;
