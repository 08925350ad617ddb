import type { FromSchema } from 'json-schema-to-ts';
import type * as schemas from './schemas.ts';

type Schemas = typeof schemas;

/** The type of a schema, by its name: `Wire<'jobLocation'>`. */
export type Wire<Name extends keyof Schemas> = FromSchema<Schemas[Name]>;

/** One broken rule of a schema; `instancePath` is an RFC 6901 JSON pointer. explain.ts puts it in words. */
export type SchemaError = { instancePath: string; params: Record<string, unknown>; keyword: string };

/** A compiled schema. Fills in defaults of the schema in place; `errors` holds the last call's findings. */
export type Validate<T> = { (value: unknown): value is T; errors?: SchemaError[] | null };
/** The generated validator of a schema. `schema` exists in the type only: it keeps two validators apart. */
export type Validator<Name extends keyof Schemas> = Validate<Wire<Name>> & { readonly schema?: Name };
