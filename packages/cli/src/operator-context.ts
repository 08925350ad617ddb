import { knownTo, tryToRead } from './company/company.ts';
import { trailerMeant } from './company/names.ts';
import { ApiError, addressOf, type ConnectionOptions, callApi, tokensOf } from './connection.ts';
import type { Surroundings } from './surroundings.ts';
import { type LocalTime, localTime } from './times/local-time.ts';

/** Calls and names that several commands use. */
export type OperatorContext = Surroundings & {
  /** Calls the API as the operator. @throws CommandError with the API's message */
  api: <T>(method: string, path: string, body?: unknown) => Promise<T>;
  /** Returns the public address. */
  address: () => Promise<string>;
  /** Creates tokens with the selected keys. `withoutToken` ignores QDN_OPERATOR_TOKEN: it cannot sign. */
  tokens: (withoutToken?: boolean) => ReturnType<typeof tokensOf>;
  /** Returns a trailer's ID by its ID or its name in the company file. */
  trailerId: (typed: string) => string;
  /** Returns the clocks of the company, or UTC with `--utc` and without a readable company file. */
  time: () => LocalTime;
};

/** Writes the times of the API, which are RFC 3339 in UTC, as the company's clocks show them. */
const withLocalTimes = (text: string, time: LocalTime): string =>
  text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (at) => time.inWords(at));

/** Creates the context of the commands. @param connection reads the global options after they are parsed */
export const createOperatorContext = (
  connection: () => ConnectionOptions & { utc?: boolean },
  surroundings: Surroundings,
): OperatorContext => {
  const { environment, repository, note } = surroundings;
  const { QDN_OPERATOR_TOKEN: _, ...environmentWithoutToken } = environment;
  const address = () => addressOf(connection(), environment, repository);
  const tokens = (withoutToken = false) =>
    tokensOf(connection(), withoutToken ? environmentWithoutToken : environment, repository);
  const time = (): LocalTime => {
    const zone = connection().utc ? 'UTC' : tryToRead(() => knownTo(surroundings))?.company?.timeZone;
    return localTime(zone ?? 'UTC', Date.now());
  };
  return {
    ...surroundings,
    address,
    tokens,
    api: async (method, path, body) => {
      try {
        return await callApi(await address(), await tokens().operator(), method, path, body);
      } catch (error) {
        if (error instanceof ApiError) error.message = withLocalTimes(error.message, time());
        throw error;
      }
    },
    time,
    trailerId: (typed) => {
      const { id, doubt } = trailerMeant(typed, knownTo(surroundings));
      // The points of a hub's units without a trailer are under this name, which is in no company file.
      if (doubt !== null && id !== 'hub') note(`Warning: ${doubt}`);
      return id;
    },
  };
};
