import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** Licenses of packages that ship without theirs. */
const ELSEWHERE: Readonly<Record<string, URL>> = { pmtiles: new URL('./pmtiles.txt', import.meta.url) };

type Package = { name: string; version: string; license: string };

const readPackage = async (folder: string): Promise<Package> => {
  const { name, version, license }: Partial<Package> = JSON.parse(
    await readFile(resolve(folder, 'package.json'), 'utf8'),
  );
  if (!name || !version || !license) throw new Error(`${folder} has no name, version or license in its package.json`);
  return { name, version, license };
};

const textOf = async (folder: string, { name }: Package): Promise<string> => {
  const file = (await readdir(folder)).find((each) => /^licen[cs]e(\.\w+)?$/i.test(each));
  const path = file ? resolve(folder, file) : ELSEWHERE[name];
  if (!path) throw new Error(`${name} has no license file. Add the text to ${import.meta.url}`);
  return (await readFile(path, 'utf8')).trim();
};

/**
 * The licenses of everything from a registry that a bundle contains: they ask to be given on with the code.
 * @param inputs paths of the bundle's sources
 * @throws Error when a package has none, so that none is forgotten
 */
export const licensesOf = async (inputs: readonly string[]): Promise<string> => {
  const folders = new Set(
    inputs
      .flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? [])
      .map((path) => resolve(path)),
  );
  const parts: string[] = [];
  for (const folder of folders) {
    const about = await readPackage(folder);
    parts.push(`${about.name} ${about.version} (${about.license})\n\n${await textOf(folder, about)}`);
  }
  return `${parts.sort().join(`\n\n${'-'.repeat(60)}\n\n`)}\n`;
};
