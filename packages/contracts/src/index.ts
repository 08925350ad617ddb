export { explain } from './explain.ts';
export * as schemas from './schemas.ts';
export type { SchemaError, Validate, Validator, Wire } from './validator.ts';
