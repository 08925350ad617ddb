import { maskPhone, ProductError } from '@qdn/domain';
import { correlationId } from './correlation.ts';
import { embedded, type Measures } from './metrics.ts';

export { maskPhone };

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One JSON line per call, on standard output, where Lambda collects it. Fields hold no bodies, numbers or tokens. */
export type Logger = {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Writes a line of metrics (metrics.ts). */
  measure(measures: Measures, fields?: LogFields): void;
};

/** Masks phone numbers and tokens in any field, an error's text for example. */
const withoutSecrets = (_: string, value: unknown): unknown =>
  typeof value === 'string'
    ? value.replace(/\+\d{7,15}\b/g, maskPhone).replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]')
    : value;

/** Lambda's console.log puts time, request and level in front, and CloudWatch counts only lines that are pure JSON. */
const toStandardOutput = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Creates a logger. @param write receives each line; standard output by default @param now returns epoch ms */
export const createLogger = (service: string, write = toStandardOutput, now: () => number = Date.now): Logger => {
  const line = (fields: Readonly<Record<string, unknown>>) => write(JSON.stringify(fields, withoutSecrets));
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      line({ level, service, message, correlationId: correlationId(), ...fields });
  return {
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    measure: (measures, fields = {}) =>
      line({ service, correlationId: correlationId(), ...fields, ...embedded(measures, now()) }),
  };
};

/** Names of fields with an identifier, a time or one of a few words: useful in a log, and not personal. */
const HARMLESS = /(Sid|Id|At|[Ss]tatus)$|^(kind|via|what|pathJob|carrier|path)$/;
/** Minimum length of a hidden text, in characters: shorter ones occur in any sentence. */
const MIN_HIDDEN_LENGTH = 4;

/** Returns the texts in a value that may be personal: words, names, numbers. */
export const textsIn = (value: unknown, name = ''): string[] => {
  if (typeof value === 'string') return value.length < MIN_HIDDEN_LENGTH || HARMLESS.test(name) ? [] : [value];
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item, name));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, key));
};

/** Returns the texts in a raw body, JSON or a form. */
export const textsInBody = (body: string): string[] => {
  try {
    return textsIn(JSON.parse(body));
  } catch {
    return [body, ...textsIn(Object.fromEntries(new URLSearchParams(body)))];
  }
};

/** Returns the forms of a text inside other texts: plain, in JSON, in a form, in a URL. */
const formsOf = (text: string): string[] => {
  const quoted = JSON.stringify(text).slice(1, -1);
  const inForm = new URLSearchParams([['', text]]).toString().slice(1);
  // A lone surrogate cannot be encoded in a URL.
  const inUrl = encodeURIComponent(text.toWellFormed());
  return [text, quoted, inForm, inUrl];
};

const without = (message: string, texts: readonly string[]): string =>
  texts
    .flatMap(formsOf)
    .filter((form) => form.length >= MIN_HIDDEN_LENGTH)
    // Longest first: a shorter text may be a part of it.
    .sort((a, b) => b.length - a.length)
    .reduce((left, form) => left.replaceAll(form, '[…]'), message);

/**
 * Returns an error's fields for the log: name and message of its first cause, never its properties.
 * @param hidden texts of the failed request, which the message may quote and the log must not show
 */
export const errorFields = (error: unknown, hidden: readonly string[] = []): LogFields => {
  if (!(error instanceof Error)) return { error: 'not an Error' };
  if (error instanceof ProductError && error.cause) return errorFields(error.cause, hidden);
  // Its message quotes the beginning of the text.
  if (error instanceof SyntaxError) return { error: error.name };
  return { error: error.name, reason: without(error.message, hidden) };
};
