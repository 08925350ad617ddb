import type { FromSchema } from 'json-schema-to-ts';
import type * as schemas from './schemas.ts';

export * as schemas from './schemas.ts';
export * as validators from './generated/validators.js';

type Schemas = typeof schemas;
/** Every boundary type by the name of its schema: `Wire<'jobLocation'>`. */
export type Wire<Name extends keyof Schemas> = FromSchema<Schemas[Name]>;
