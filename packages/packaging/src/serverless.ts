import { join } from 'node:path';

/** The deployment tool's script, with arguments, for Node to run. */
export const slsScript = (repository: string, ...args: string[]): string[] => [
  join(repository, 'node_modules', 'serverless', 'bin', 'serverless.js'),
  ...args,
];

/**
 * Returns whether the tool has printed the last lines of an error report. It then waits forever for its bundler, instead of ending.
 */
export const hasFailed = (output: string): boolean => /^Environment: .*\bnode\b/m.test(output);

/** The environment for a tool that needs no account: real credentials are not even shown to it. */
export const withoutAws = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_')));
