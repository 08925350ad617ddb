import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Template } from './template.ts';

const run = promisify(execFile);

/** What a packaged template depends on. The functions' code is not in it; the edge's function is. */
const INPUTS = ['serverless.yml', '*.cjs', 'resources/**/*', 'src/edge/*.ts', '../../config/*', '../../pnpm-lock.yaml'];

const fingerprint = (folder: string): string => {
  const hash = createHash('sha256');
  for (const pattern of INPUTS) {
    for (const file of globSync(pattern, { cwd: folder }).sort()) {
      const path = join(folder, file);
      hash.update(file);
      hash.update(readFileSync(path));
    }
  }
  return hash.digest('hex').slice(0, 12);
};

/**
 * The CloudFormation templates of services, from `sls package`; kept by the fingerprint of what they depend on, so that a
 * second start packages nothing.
 * @param cacheDirectory where packages are kept
 * @throws Error with the last lines of what `sls` printed
 */
export const packageServices = async (repository: string, names: readonly string[], cacheDirectory: string): Promise<Record<string, Template>> => {
  mkdirSync(cacheDirectory, { recursive: true });
  const templates: Record<string, Template> = {};
  await Promise.all(
    names.map(async (name) => {
      const folder = join(repository, 'services', name);
      const target = join(cacheDirectory, `${name}-${fingerprint(folder)}`);
      if (!existsSync(target)) {
        const unfinished = `${target}.unfinished-${process.pid}`;
        await slsPackage(repository, folder, unfinished);
        for (const old of globSync(`${name}-*`, { cwd: cacheDirectory })) {
          if (!old.includes('.unfinished-')) rmSync(join(cacheDirectory, old), { recursive: true });
        }
        renameSync(unfinished, target);
      }
      templates[name] = JSON.parse(readFileSync(join(target, 'cloudformation-template-update-stack.json'), 'utf8'));
    }),
  );
  return templates;
};

const slsPackage = async (repository: string, folder: string, target: string): Promise<void> => {
  const sls = join(repository, 'node_modules', 'serverless', 'bin', 'serverless.js');
  // Packaging needs no account; real credentials in the environment are not even shown to it.
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));
  try {
    await run(process.execPath, [sls, 'package', '--package', target, '--param', `workFolder=.esbuild-package-${process.pid}`], { cwd: folder, env: environment });
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error && 'stderr' in error ? `${error.stdout}${error.stderr}` : String(error);
    throw new Error(`Packaging ${folder} failed:\n${output.split('\n').slice(-25).join('\n')}`);
  }
};
