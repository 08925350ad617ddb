import { readFileSync } from 'node:fs';
import { Ajv, type AnySchema } from 'ajv';

/** File of Twilio's own description of its API (`openapi/README.md`). */
export const DESCRIPTION_FILE = new URL('../openapi/twilio_api_v2010.messages.json', import.meta.url);

type Schema = Record<string, unknown>;
type Operation = { responses: Record<string, { content?: Record<string, { schema: Schema }> }> };
type Description = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

const RFC_2822 =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d \+0000$/;
/** Formats in the description. URIs may be relative, as in Twilio's own examples. */
const FORMATS = {
  'date-time-rfc-2822': RFC_2822,
  'phone-number': /^\+\d{8,15}$/,
  currency: /^[A-Z]{3}$/,
  uri: (text: string) => URL.canParse(text, 'https://api.twilio.com'),
  'uri-map': true as const,
  'http-method': /^(GET|POST)$/,
  'phone-number-capabilities': true as const,
  int64: { type: 'number' as const, validate: Number.isInteger },
};

/**
 * Makes a schema strict. The description requires no property and forbids none; Twilio's answers have exactly the named ones, and so
 * must the emulator's.
 */
const strictly = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(strictly);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner: Schema = Object.fromEntries(
    Object.entries(schema)
      .filter(([name]) => !['description', 'x-twilio', 'title', 'example', 'examples'].includes(name))
      .map(([name, value]) => [name, strictly(value)]),
  );
  const { properties } = inner;
  if (typeof properties !== 'object' || properties === null) return inner;
  return { ...inner, required: Object.keys(properties), additionalProperties: false };
};

/** Checks answers against the description. */
export const readDescription = () => {
  const description: Description = JSON.parse(readFileSync(DESCRIPTION_FILE, 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true, formats: FORMATS });
  const components: AnySchema = {
    $id: 'twilio',
    components: {
      schemas: Object.fromEntries(Object.entries(description.components.schemas).map(([n, s]) => [n, strictly(s)])),
    },
  };
  ajv.addSchema(components);
  return {
    /**
     * Returns the errors of an answer, in words; none when it follows the description.
     * @param path path in the description, such as `/2010-04-01/Accounts/{AccountSid}/Messages.json`
     */
    faultsOf: (method: 'get' | 'post' | 'delete', path: string, status: number, body: unknown): string[] => {
      const response = description.paths[path]?.[method]?.responses[String(status)];
      if (!response) return [`${method} ${path} is not described to answer ${status}`];
      const schema = response.content?.['application/json']?.schema;
      if (!schema) return body === null ? [] : [`${method} ${path} is described to have no body`];
      const strict = JSON.parse(JSON.stringify(strictly(schema)).replaceAll('"#/components', '"twilio#/components'));
      const validate = ajv.compile(strict);
      return validate(body)
        ? []
        : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    },
  };
};
