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
  /** A line that is counted: what happened, in numbers (metrics.ts). */
  measure(measures: Measures, fields?: LogFields): void;
};

/** Anything that looks like a phone number or a token, whatever field it has slipped into: an error's text, for one. */
const withoutSecrets = (_: string, value: unknown): unknown =>
  typeof value === 'string'
    ? value.replace(/\+\d{7,15}\b/g, maskPhone).replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]')
    : value;

/** Not console.log: Lambda's puts time, request and level in front, and CloudWatch counts no line that is not JSON alone. */
const toStandardOutput = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** @param write receives each finished line; standard output when left out @param now epoch ms */
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

/** Names of what is an identifier, a time or one of a few words: no harm in a log, and of use there. */
const HARMLESS = /(Sid|Id|At|[Ss]tatus)$|^(kind|via|what|scope|pathJob|carrier|path)$/;
/** Shorter texts are hidden by nobody: they would be found in any sentence. */
const SHORTEST = 4;

/** The texts in what somebody has sent, as far as they may be personal: words, names, numbers. */
export const textsIn = (value: unknown, name = ''): string[] => {
  if (typeof value === 'string') return value.length < SHORTEST || HARMLESS.test(name) ? [] : [value];
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item, name));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, key));
};

/** The texts in a body as it came, JSON or a form. */
export const textsInBody = (body: string): string[] => {
  try {
    return textsIn(JSON.parse(body));
  } catch {
    return [body, ...textsIn(Object.fromEntries(new URLSearchParams(body)))];
  }
};

/** The forms that a text has in other texts: quoted, or in an address. */
const formsOf = (text: string): string[] => {
  const quoted = JSON.stringify(text).slice(1, -1);
  const inForm = new URLSearchParams([['', text]]).toString().slice(1);
  // A lone half of a surrogate pair has no form in an address.
  const inAddress = encodeURIComponent(text.toWellFormed());
  return [text, quoted, inForm, inAddress];
};

const without = (message: string, texts: readonly string[]): string =>
  texts
    .flatMap(formsOf)
    .filter((form) => form.length >= SHORTEST)
    // The longest first: a part of it may be a text of its own.
    .sort((a, b) => b.length - a.length)
    .reduce((left, form) => left.replaceAll(form, '[…]'), message);

/**
 * What a log may say of an error: the name and message of what was at its bottom, never its properties.
 * @param hidden texts that the message may quote and the log must not: what the failed request was about
 */
export const errorFields = (error: unknown, hidden: readonly string[] = []): LogFields => {
  if (!(error instanceof Error)) return { error: 'not an Error' };
  if (error instanceof ProductError && error.cause) return errorFields(error.cause, hidden);
  // It quotes the beginning of what could not be read.
  if (error instanceof SyntaxError) return { error: error.name };
  return { error: error.name, reason: without(error.message, hidden) };
};
