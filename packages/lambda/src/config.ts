type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a service's environment once, at cold start. `required` names must be set and not empty; the result is frozen.
 * @throws Error that names every missing variable at once, so that one deployment fixes them all
 */
export const readEnvironment = <Required extends string, Optional extends string = never>(
  environment: Environment,
  required: readonly Required[],
  optional: readonly Optional[] = [],
): Readonly<Record<Required, string> & Partial<Record<Optional, string>>> => {
  const missing = required.filter((name) => !environment[name]);
  if (missing.length > 0) throw new Error(`Missing environment variables: ${missing.join(', ')}`);
  const entries = [...required, ...optional].flatMap((name) =>
    environment[name] ? [[name, environment[name]] as const] : [],
  );
  return Object.freeze(Object.fromEntries(entries) as Record<Required, string> & Partial<Record<Optional, string>>);
};
