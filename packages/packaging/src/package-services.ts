import { createHash, randomUUID } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Template } from '@qdn/cloudformation/template';
import { findCompany } from '@qdn/company';
import { isRunning } from '@qdn/local-server/folder-lock';
import { startProcessGroup } from '@qdn/local-server/process-group';
import { StartError } from '@qdn/local-server/start-error';
import { hasFailed, slsScript, withoutAws } from './serverless.ts';

/** Timeout of a packaging, which takes seconds unless it hangs. */
const PACKAGED_WITHIN_MS = 180_000;

/** Files that a packaged template depends on. The functions' code is not in it; the edge's function is, with what that imports. */
const INPUTS = [
  'serverless.yml',
  '*.cjs',
  'resources/**/*.*',
  '../../config/*',
  '../../packages/{company,contracts,domain,edge-function}/{src,build}/**/*.*',
  '../../pnpm-lock.yaml',
];
const NO_INPUT = /\.test\.ts$|\/testing\//;

const packageTemplate = fileURLToPath(new URL('./package-template.ts', import.meta.url));

const TEMPLATE = 'cloudformation-template-update-stack.json';

/** Maximum number of packagings at once; each keeps a core busy. */
const AT_ONCE = 2;

type Params = Readonly<Record<string, string>>;

const fingerprint = (repository: string, folder: string, params: Params): string => {
  const hash = createHash('sha256').update(JSON.stringify(params));
  for (const pattern of INPUTS) {
    for (const file of globSync(pattern, { cwd: folder }).sort()) {
      if (NO_INPUT.test(file)) continue;
      const content = readFileSync(join(folder, file));
      hash.update(`${file} ${content.length}\n`).update(content);
    }
  }
  // The company file may be outside config/.
  const { path } = findCompany(repository, process.env);
  if (existsSync(path)) hash.update(path).update(readFileSync(path));
  return hash.digest('hex').slice(0, 12);
};

const readTemplate = (folder: string): Template | null => {
  try {
    return JSON.parse(readFileSync(join(folder, TEMPLATE), 'utf8'));
  } catch {
    return null; // Not packaged yet, or not completely.
  }
};

/**
 * Returns the CloudFormation templates of services, from `sls package`. They are cached by the fingerprint of their inputs, so that
 * a second start packages nothing. Several processes may do this at the same time.
 * @param repository its root folder
 * @param names folders under services/
 * @param cacheDirectory where packages are kept, as `<service>-<fingerprint>/`
 * @param log takes a line for each service that has to be packaged
 * @param params of the services, where they are not the default ones
 * @throws StartError with the last lines of `sls`
 */
export const packageServices = async (
  repository: string,
  names: readonly string[],
  cacheDirectory: string,
  log: (line: string) => void = () => {},
  params: Params = {},
): Promise<Record<string, Template>> => {
  mkdirSync(cacheDirectory, { recursive: true });
  removeAbandoned(cacheDirectory);
  const templates: Record<string, Template> = {};
  const waiting = [...names];
  const packageNext = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      templates[name] = await packageService(repository, name, cacheDirectory, log, params);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, packageNext));
  return templates;
};

const packageService = async (
  repository: string,
  name: string,
  cacheDirectory: string,
  log: (line: string) => void,
  params: Params,
): Promise<Template> => {
  const folder = join(repository, 'services', name);
  const target = join(cacheDirectory, `${name}-${fingerprint(repository, folder, params)}`);
  const kept = readTemplate(target);
  if (kept) return kept;

  log(`Packaging ${name}`);
  // The name has the process ID, so that leftovers of ended processes are recognised, and a random part for concurrent packagings.
  const unfinished = `${target}.unfinished-${process.pid}-${randomUUID().slice(0, 8)}`;
  try {
    await slsPackage(repository, folder, unfinished, params);
    const template = readTemplate(unfinished);
    if (!template) throw new StartError(`Packaging ${name} left no ${TEMPLATE} in ${unfinished}.`);
    keep(unfinished, target);
    removeOthers(cacheDirectory, name, target);
    return template;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
};

/** Puts a finished package into its place, unless another process was faster: then both hold the same. */
const keep = (unfinished: string, target: string): void => {
  if (existsSync(target) && !readTemplate(target)) rmSync(target, { recursive: true, force: true });
  try {
    renameSync(unfinished, target);
  } catch (error) {
    if (!readTemplate(target)) throw error;
  }
};

/** Packages of earlier versions of a service. */
const removeOthers = (cacheDirectory: string, name: string, target: string): void => {
  for (const old of globSync(`${name}-????????????`, { cwd: cacheDirectory })) {
    if (join(cacheDirectory, old) !== target) rmSync(join(cacheDirectory, old), { recursive: true, force: true });
  }
};

/** Removes unfinished folders of processes that have ended. */
const removeAbandoned = (cacheDirectory: string): void => {
  for (const folder of globSync('*.unfinished-*', { cwd: cacheDirectory })) {
    const pid = Number(/unfinished-(\d+)/.exec(folder)?.[1]);
    if (!isRunning(pid)) rmSync(join(cacheDirectory, folder), { recursive: true, force: true });
  }
};

/** @throws StartError with the last lines of what the tool printed */
const slsPackage = async (repository: string, folder: string, target: string, params: Params): Promise<void> => {
  const script = [
    packageTemplate,
    ...slsScript(repository, 'package'),
    '--package',
    target,
    ...Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`]),
  ];
  // A cache of the tool's compiled code saves two fifths of its time.
  const env = {
    ...withoutAws(process.env),
    NODE_COMPILE_CACHE: join(repository, 'node_modules', '.cache', 'compiled'),
  };
  const group = startProcessGroup(script, { cwd: folder, env, output: 'pipe' });
  let printed = '';
  let gaveUp = false;
  const giveUp = () => {
    gaveUp = true;
    group.stop();
  };
  const impatient = setTimeout(giveUp, PACKAGED_WITHIN_MS);
  for (const stream of [group.child.stdout, group.child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (!gaveUp && hasFailed(printed)) giveUp();
    });
  }
  const { code } = await group.ended;
  clearTimeout(impatient);
  if (gaveUp || code !== 0) {
    throw new StartError(`Packaging ${folder} failed:\n${printed.trim().split('\n').slice(-25).join('\n')}`);
  }
};
