import { maskPhone, ProductError } from '@qdn/domain';

export { maskPhone };

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One JSON line per call, on standard output, where Lambda collects it. Fields hold no bodies, numbers or tokens. */
export type Logger = {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
};

/** Anything that looks like a phone number or a token, whatever field it has slipped into: an error's text, for one. */
const withoutSecrets = (_: string, value: unknown): unknown =>
  typeof value === 'string'
    ? value.replace(/\+\d{7,15}\b/g, maskPhone).replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]')
    : value;

/** @param write receives each finished line; standard output when left out */
export const createLogger = (service: string, write: (line: string) => void = console.log): Logger => {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      write(JSON.stringify({ level, service, message, ...fields }, withoutSecrets));
  return { info: at('info'), warn: at('warn'), error: at('error') };
};

/** What a log may say of an error: the name and message of what was at its bottom, never its properties. */
export const errorFields = (error: unknown): LogFields => {
  if (!(error instanceof Error)) return { error: 'not an Error' };
  return error instanceof ProductError && error.cause
    ? errorFields(error.cause)
    : { error: error.name, reason: error.message };
};
