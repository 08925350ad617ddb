import {
  CERTIFICATE_PATTERN,
  COLOUR_PATTERN,
  COUNTRY_PATTERN,
  DATE_PATTERN,
  DOMAIN_PATTERN,
  LOGO_PATTERN,
  MAIL_PATTERN,
  type SchemaError,
  schemas,
  TIME_OF_DAY_PATTERN,
  WEB_ADDRESS_PATTERN,
} from '@qdn/contracts';
import { JOB_PREFIX_PATTERN, NAME_PATTERN, PHONE_PATTERN } from '@qdn/domain';
import { closest } from './closest.ts';
import { idFrom } from './ids.ts';
import { internationalForm, isNorthAmerican } from './phone-number.ts';
import type { Place } from './written.ts';

/** A mistake in a company file: its place, and the rest of a sentence that starts with the place. */
export type Finding = { place: Place; says: string };

type Schema = {
  type?: unknown;
  pattern?: string;
  description?: string;
  examples?: readonly unknown[];
  properties?: Readonly<Record<string, Schema>>;
  items?: Schema;
};

/** The schema of a value, and the company whose numbers show the country of another number. */
type Context = { schema: Schema; company: unknown };

/** The schema of a place in a value. */
const schemaAt = ({ schema: whole }: Context, place: Place): Schema => {
  let schema = whole;
  for (const part of place) schema = (typeof part === 'number' ? schema.items : schema.properties?.[part]) ?? {};
  return schema;
};

export const valueAt = (value: unknown, place: Place): unknown =>
  place.reduce<unknown>((part, key) => Object(part)[key], value);

/** Parses a JSON pointer (RFC 6901). Array indexes become numbers where the value has an array. */
const placeOf = (pointer: string, value: unknown): Place => {
  const place: Array<string | number> = [];
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    place.push(Array.isArray(valueAt(value, place)) ? Number(key) : key);
  }
  return place;
};

const quoted = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
const listed = (values: unknown): string =>
  Array.isArray(values) ? values.map((value) => quoted(value)).join(', ') : quoted(values);
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const characters = (n: unknown): string => (n === 1 ? 'one character' : `${n} characters`);

/** "9:5" → "09:05", "9 pm" → "21:00" */
const timeFrom = (text: string): string | null => {
  const [, hours, minutes = '0', half] = /^\s*(\d{1,2})(?:[:.](\d{1,2}))?\s*([ap])?\.?m?\.?\s*$/i.exec(text) ?? [];
  if (hours === undefined) return null;
  const hour = (Number(hours) % (half ? 12 : 24)) + (half?.toLowerCase() === 'p' ? 12 : 0);
  if (Number(hours) > 24 || Number(minutes) > 59) return null;
  return `${String(hour).padStart(2, '0')}:${minutes.padStart(2, '0')}`;
};

/** "haul-" → "HAUL" */
const jobPrefixFrom = (text: string): string | null =>
  /^\s*([a-z]{2,5})[\s-]*$/i.exec(text)?.[1]?.toUpperCase() ?? null;

const instead = (suggestion: string | null, otherwise: string): string =>
  suggestion ? `write ${quoted(suggestion)}` : otherwise;

const PATTERNS: Readonly<Record<string, (value: string, context: Context) => string>> = {
  [PHONE_PATTERN]: (value, { company }) =>
    `is not a number in international form; ${instead(internationalForm(value, isNorthAmerican(company)), 'write a plus sign, the country and the number without spaces, like "+15125550101"')}`,
  [NAME_PATTERN]: (value) =>
    `is not an ID: 1 to 32 letters, digits, - or _, without spaces; ${instead(idFrom(value), 'write one like "T1"')}`,
  [JOB_PREFIX_PATTERN]: (value) =>
    `is not a job prefix: 2 to 5 capital letters; ${instead(jobPrefixFrom(value), 'write one like "QDN"')}`,
  [TIME_OF_DAY_PATTERN]: (value) =>
    `is not a time of day; ${instead(timeFrom(value), 'write hours and minutes like "21:30"')}`,
  [DATE_PATTERN]: () => 'is not a date; write year, month and day like "2026-12-25"',
  [COLOUR_PATTERN]: () => 'is not a colour; write # and six hexadecimal digits, like "#1d4ed8"',
  [COUNTRY_PATTERN]: (value) =>
    `is not a country; ${instead(/^[a-z]{2}$/i.test(value) ? value.toUpperCase() : null, 'write two capital letters, like "US"')}`,
  [LOGO_PATTERN]: () =>
    'is not the name of an SVG, PNG or WebP file beside company.json: letters, digits, . - or _, like "logo.svg"',
  [MAIL_PATTERN]: () => 'is not an email address; write one like "owner@example.com"',
  [DOMAIN_PATTERN]: () => 'is not a domain; write only its name, in lower case, like "track.example.com"',
  [CERTIFICATE_PATTERN]: (value) =>
    /:acm:(?!us-east-1:)/.test(value)
      ? 'is a certificate of another region; CloudFront needs one of us-east-1'
      : 'is not the ARN of a certificate; it starts with "arn:aws:acm:us-east-1:"',
  [WEB_ADDRESS_PATTERN]: () => 'is not a web address; it starts with http:// or https://',
};

const KINDS: Readonly<Record<string, string>> = {
  string: 'text in double quotes',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list in brackets, [ … ]',
  object: 'a section in braces, { … }',
};

const wrongKind = (wanted: string, value: unknown, place: Place, context: Context): string => {
  if (wanted === 'integer' && typeof value === 'number') return `is ${value}; write a whole number`;
  const isMeant =
    typeof value === 'string' &&
    value.trim() !== '' &&
    (wanted === 'boolean'
      ? /^(true|false)$/.test(value)
      : /^(number|integer)$/.test(wanted) && Number.isFinite(Number(value)));
  if (isMeant) return `is ${quoted(value)}, in quotes; write ${String(value).trim()} without them`;
  if (wanted === 'string' && typeof value === 'number') {
    const isPhone = schemaAt(context, place).pattern === PHONE_PATTERN;
    const number = isPhone ? internationalForm(String(value), isNorthAmerican(context.company)) : String(value);
    return `is a number without quotes; ${instead(number, 'put it into double quotes')}`;
  }
  return `must be ${KINDS[wanted] ?? wanted}, but is ${value === null ? 'null' : quoted(value).slice(0, 60)}`;
};

/** Returns the sentence for a missing field, with its purpose. */
const missing = (context: Context, place: Place, name: string): string => {
  const { description, examples } = schemaAt(context, [...place, name]);
  return `is missing${description ? ` (${lowerFirst(description)})` : ''}.${examples?.[0] === undefined ? '' : ` Write it like ${quoted(name)}: ${quoted(examples[0])}.`}`;
};

const unknownName = (context: Context, place: Place, name: string, present: readonly string[]): string => {
  const known = Object.keys(schemaAt(context, place).properties ?? {}).filter((one) => one !== '$schema');
  const meant = closest(
    name,
    known.filter((one) => !present.includes(one)),
  );
  return meant
    ? `is not a known name. Did you mean ${quoted(meant)}?`
    : `is not a known name. Remove it. Known names: ${known.join(', ')}.`;
};

type Told = {
  [keyword: string]: (value: unknown, params: SchemaError['params'], place: Place, context: Context) => string;
};

const WORDS: Told = {
  type: (value, { type }, place, context) => wrongKind(String(type), value, place, context),
  enum: (value, { allowedValues }) => {
    const known = Array.isArray(allowedValues) ? allowedValues.map(String) : [];
    const meant = typeof value === 'string' ? closest(value, known) : null;
    return `is ${quoted(value)}, which is not a known value. ${meant ? `Did you mean ${quoted(meant)}?` : `Known values: ${listed(known)}`}`;
  },
  pattern: (value, { pattern }, _, context) =>
    value === ''
      ? 'is empty'
      : `${quoted(value)} ${PATTERNS[String(pattern)]?.(String(value), context) ?? `does not match ${pattern}`}`,
  minimum: (value, { limit }) => `is ${value}; the minimum is ${limit}`,
  maximum: (value, { limit }) => `is ${value}; the maximum is ${limit}`,
  minLength: (value, { limit }) => (value === '' ? 'is empty' : `is too short; it needs at least ${characters(limit)}`),
  maxLength: (value, { limit }) => `has ${characters([...String(value)].length)}; the maximum is ${limit}`,
  minItems: (_, { limit }) => `is empty; it needs at least ${limit === 1 ? 'one' : limit}`,
  maxItems: (value, { limit }) => `has ${Array.isArray(value) ? value.length : 'too many'}; the maximum is ${limit}`,
};

const ended = (text: string): string => (/[.?]$/.test(text) ? text : `${text}.`);

/**
 * Returns a schema's errors as sentences for the author of a value.
 * @param file the value
 * @param context its schema and company; by default the value is a company file
 */
export const inSentences = (
  errors: readonly SchemaError[],
  file: unknown,
  context: Context = { schema: schemas.companyFile, company: file },
): Finding[] => {
  const unknown = errors
    .filter(({ keyword }) => keyword === 'additionalProperties')
    .map(({ instancePath, params }) => ({ at: instancePath, name: String(params['additionalProperty']) }));
  /** True for a missing name that is misspelt in the file: such a mistake is reported once. */
  const isMisspelt = (at: string, name: string): boolean =>
    unknown.some((one) => one.at === at && closest(one.name, [name]) !== null);
  return errors.flatMap(({ keyword, instancePath, params }): Finding[] => {
    const place = placeOf(instancePath, file);
    const value = valueAt(file, place);
    if (keyword === 'additionalProperties') {
      const name = String(params['additionalProperty']);
      return [{ place: [...place, name], says: unknownName(context, place, name, Object.keys(Object(value))) }];
    }
    if (keyword === 'required') {
      const name = String(params['missingProperty']);
      return isMisspelt(instancePath, name) ? [] : [{ place: [...place, name], says: missing(context, place, name) }];
    }
    return [{ place, says: ended(WORDS[keyword]?.(value, params, place, context) ?? `breaks the rule "${keyword}"`) }];
  });
};
