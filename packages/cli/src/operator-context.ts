import { knownTo } from './company/company.ts';
import { trailerMeant } from './company/names.ts';
import { addressOf, type ConnectionOptions, callApi, tokensOf } from './connection.ts';
import type { Surroundings } from './surroundings.ts';

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
};

/** Creates the context of the commands. @param connection reads the global options after they are parsed */
export const createOperatorContext = (
  connection: () => ConnectionOptions,
  surroundings: Surroundings,
): OperatorContext => {
  const { environment, repository, note } = surroundings;
  const { QDN_OPERATOR_TOKEN: _, ...environmentWithoutToken } = environment;
  const address = () => addressOf(connection(), environment, repository);
  const tokens = (withoutToken = false) =>
    tokensOf(connection(), withoutToken ? environmentWithoutToken : environment, repository);
  return {
    ...surroundings,
    address,
    tokens,
    api: async (method, path, body) => callApi(await address(), await tokens().operator(), method, path, body),
    trailerId: (typed) => {
      const { id, doubt } = trailerMeant(typed, knownTo(surroundings));
      if (doubt !== null) note(doubt);
      return id;
    },
  };
};
