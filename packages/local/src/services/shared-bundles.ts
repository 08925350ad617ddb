import { createHash } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { handlersOf } from '@qdn/cloudformation/resources';
import type { Template } from '@qdn/cloudformation/template';
import { waitForFolder } from '@qdn/local-server/folder-lock';
import { bundleFunctions } from './bundles.ts';

/**
 * Bundles the functions of services for test suites, once for each state of the sources, over all runs. A second process waits for
 * the first. A container loads a bundle in two fifths of the time of its sources.
 * @param repository its root folder
 * @param templates the packaged services, by folder under services/
 * @returns the folder of the bundles, `<service>/<path of the function>.mjs`. A suite that changes them needs a copy.
 * @throws StartError with esbuild's messages
 */
export const sharedBundles = async (
  repository: string,
  templates: Readonly<Record<string, Template>>,
): Promise<string> => {
  const handlers = Object.entries(templates).flatMap(([service, one]) =>
    handlersOf(one).map((path) => `${service}/${path}`),
  );
  const name = createHash('sha256').update(JSON.stringify(handlers.sort())).digest('hex').slice(0, 12);
  const folder = join(repository, 'node_modules', '.cache', 'qdn-bundles', name);
  const release = await waitForFolder(`${folder}.lock`);
  try {
    await bundleFunctions(repository, templates, folder);
    return folder;
  } finally {
    release();
  }
};

/**
 * Gives a system that starts in a folder its own copy of the shared bundles, so that it does not bundle again.
 * @throws StartError with esbuild's messages
 */
export const copySharedBundles = async (
  repository: string,
  { 'tracking-site': _, ...services }: Readonly<Record<string, Template>>,
  folder: string,
): Promise<void> => cpSync(await sharedBundles(repository, services), join(folder, 'bundles'), { recursive: true });
