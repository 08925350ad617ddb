import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from '@qdn/cloudformation/template';
import { bundleFunctions, watchSources } from './bundles.ts';
import { type LastingOptions, startLastingService } from './lasting-service.ts';
import type { RunningService, ServicePorts } from './service-process.ts';

export type ServicesOptions = Pick<
  LastingOptions,
  'repository' | 'params' | 'environment' | 'onCrash' | 'onRestart'
> & {
  /** Packaged services and their ports, by folder under services/. */
  services: Readonly<Record<string, { template: Template; ports: ServicePorts }>>;
  /** Folder for `bundles/` and `logs/`. */
  folder: string;
  /** Bundles and loads functions again when their sources change. */
  watch?: boolean;
  /** Takes the error of a change that could not be bundled; the previous bundles keep running. */
  onBundleError?: (sentence: string) => void;
};

export type RunningServices = { services: RunningService[]; stop(): Promise<void> };

/**
 * Bundles the functions of the services and starts them side by side.
 * @throws StartError when a service does not start; the others are stopped again
 */
export const startServices = async (options: ServicesOptions): Promise<RunningServices> => {
  const { repository, folder, services, params, environment, onCrash, onRestart, onBundleError = () => {} } = options;
  const bundles = join(folder, 'bundles');
  const logs = join(folder, 'logs');
  for (const each of [bundles, logs]) mkdirSync(each, { recursive: true });
  const templates = Object.fromEntries(Object.entries(services).map(([name, { template }]) => [name, template]));
  await bundleFunctions(repository, templates, bundles);

  const starts = await Promise.allSettled(
    Object.entries(services).map(([name, { ports }]) =>
      startLastingService({
        name,
        repository,
        ports,
        params,
        environment,
        bundles: join(bundles, name),
        logFile: join(logs, `${name}.log`),
        onCrash,
        onRestart,
      }),
    ),
  );
  const running = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const stopAll = async (): Promise<void> => {
    await Promise.all(running.map((service) => service.stop()));
  };
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed) {
    await stopAll();
    throw failed.reason;
  }

  let bundling = Promise.resolve();
  const rebuild = () => {
    bundling = bundling
      .then(async () => {
        await bundleFunctions(repository, templates, bundles);
      })
      .catch((error: unknown) => onBundleError(error instanceof Error ? error.message : String(error)));
  };
  const unwatch = options.watch ? watchSources(repository, rebuild) : () => {};
  return {
    services: running,
    stop: async () => {
      unwatch();
      await bundling;
      await stopAll();
    },
  };
};
