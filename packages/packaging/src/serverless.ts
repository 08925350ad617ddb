import { join } from 'node:path';

/** Arguments for Node that run the deployment tool. */
export const slsScript = (repository: string, ...args: string[]): string[] => [
  join(repository, 'node_modules', 'serverless', 'bin', 'serverless.js'),
  ...args,
];

/**
 * Returns whether the tool has printed the last lines of an error report. After that it waits forever for its bundler.
 */
export const hasFailed = (output: string): boolean => /^Environment: .*\bnode\b/m.test(output);

/** Returns the environment for a tool that needs no account, without real credentials. */
export const withoutAws = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_')));
