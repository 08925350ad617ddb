import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Template } from '@qdn/cloudformation/template';
import { waitForFolder } from '@qdn/local-server/folder-lock';
import { packageServices } from './package-services.ts';

type Params = Readonly<Record<string, string>>;

/** Returns the folder of packages that all test suites share, one for each set of params. */
export const sharedPackages = (repository: string, params: Params = {}): string => {
  const sorted = JSON.stringify(Object.entries(params).toSorted());
  const name = createHash('sha256').update(sorted).digest('hex').slice(0, 12);
  return join(repository, 'node_modules', '.cache', 'qdn-templates', name);
};

/**
 * Packages services for test suites, once for each state of the sources and each set of params, over all runs. A second process
 * waits for the first.
 * @param repository its root folder
 * @param names folders under services/
 * @param params of the services, where they are not the default ones
 * @returns the caller's own copies of the templates, by service
 * @throws StartError with the last lines of `sls`
 */
export const sharedTemplates = async (
  repository: string,
  names: readonly string[],
  params: Params = {},
): Promise<Record<string, Template>> => {
  const folder = sharedPackages(repository, params);
  const release = await waitForFolder(`${folder}.lock`);
  try {
    return await packageServices(repository, names, folder, undefined, params);
  } finally {
    release();
  }
};
