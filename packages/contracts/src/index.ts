export { explain } from './explain.ts';
export { COLOUR_PATTERN, LOGO_PATTERN, TIME_OF_DAY_PATTERN, WEB_ADDRESS_PATTERN } from './patterns.ts';
export * as schemas from './schemas.ts';
export type { SchemaError, Validate, Validator, Wire } from './validator.ts';
