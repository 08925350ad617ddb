import { PHONE_PATTERN } from '@qdn/domain/patterns';
import type { SchemaError } from './validator.ts';

const list = (values: unknown): string => (Array.isArray(values) ? values.map(String).join(', ') : String(values));

/** Words for each keyword's rule. The validators contain no messages, which would double their size. */
const WORDS: Record<string, (params: SchemaError['params']) => string> = {
  additionalProperties: ({ additionalProperty }) => `must not have the property "${String(additionalProperty)}"`,
  const: ({ allowedValue }) => `must be ${JSON.stringify(allowedValue)}`,
  enum: ({ allowedValues }) => `must be one of ${list(allowedValues)}`,
  format: ({ format }) => (format === 'date-time' ? 'must be a time like 2026-11-23T15:04:05Z' : `must be a ${format}`),
  maximum: ({ limit }) => `must be at most ${limit}`,
  maxItems: ({ limit }) => `must not have more than ${limit} items`,
  maxLength: ({ limit }) => `must not have more than ${limit} characters`,
  minimum: ({ limit }) => `must be at least ${limit}`,
  minItems: ({ limit }) => `must have at least ${limit} items`,
  minLength: ({ limit }) => `must have at least ${limit} characters`,
  minProperties: ({ limit }) => `must have at least ${limit} properties`,
  oneOf: () => 'must have exactly one of the documented shapes',
  pattern: ({ pattern }) =>
    pattern === PHONE_PATTERN ? 'must be a number in international form, like +15125550101' : `must match ${pattern}`,
  required: ({ missingProperty }) => `needs the property "${String(missingProperty)}"`,
  type: ({ type }) => `must be ${list(type)}`,
  uniqueItems: ({ i, j }) => `must not have the same item twice (${j} and ${i})`,
};

/** Returns what is wrong at `error.instancePath`, in a few words for a person. */
export const explain = ({ keyword, params }: SchemaError): string => WORDS[keyword]?.(params) ?? `breaks "${keyword}"`;
