export { explain } from './explain.ts';
export {
  CERTIFICATE_PATTERN,
  COLOUR_PATTERN,
  COUNTRY_PATTERN,
  DATE_PATTERN,
  DOMAIN_PATTERN,
  LOGO_PATTERN,
  MAIL_PATTERN,
  TIME_OF_DAY_PATTERN,
  WEB_ADDRESS_PATTERN,
} from './patterns.ts';
export {
  type Audience,
  type Authentication,
  atEndOf,
  type Cache,
  type FilledPath,
  pathTo,
  type Route,
} from './route.ts';
export * as schemas from './schemas.ts';
export type { SchemaError, Validate, Validator, Wire } from './validator.ts';
