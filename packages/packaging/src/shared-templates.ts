import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Template } from '@qdn/cloudformation/template';
import { lockFolder } from '@qdn/local-server/folder-lock';
import { StartError } from '@qdn/local-server/start-error';
import { packageServices } from './package-services.ts';

type Params = Readonly<Record<string, string>>;

const LOOK_EVERY_MS = 100;
const GIVE_UP_AFTER_MS = 300_000;

/** Returns the folder of packages that all test suites share, one for each set of params. */
export const sharedPackages = (repository: string, params: Params = {}): string => {
  const sorted = JSON.stringify(Object.entries(params).toSorted());
  const name = createHash('sha256').update(sorted).digest('hex').slice(0, 12);
  return join(repository, 'node_modules', '.cache', 'qdn-templates', name);
};

/** Waits for the folder's lock. @returns a function that releases it @throws StartError when that takes too long */
const waitForFolder = async (folder: string): Promise<() => void> => {
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    try {
      return lockFolder(folder);
    } catch (error) {
      if (!(error instanceof StartError) || Date.now() > deadline) throw error;
    }
    await setTimeout(LOOK_EVERY_MS);
  }
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
