import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { parseCompany } from './check.ts';
import type { CompanyFile } from './company-file.ts';

/** Where the owner's file is, from the root of the repository; Git ignores it. */
export const COMPANY_FILE = join('config', 'company.json');
/** What serves until there is one: a company that does not exist, for tests and a first look. */
export const EXAMPLE_FILE = join('config', 'company.example.json');

const MAX_LOGO_BYTES = 50_000;

/** What is wrong with the company file, in sentences for the person at the terminal. */
export class CompanyError extends Error {
  readonly sentences: readonly string[];
  constructor(file: string, sentences: readonly string[]) {
    super(
      sentences.length === 1
        ? `${file}: ${sentences[0]}`
        : `${file} has ${sentences.length} mistakes:\n${sentences.map((sentence) => `  ${sentence}`).join('\n')}`,
    );
    this.name = 'CompanyError';
    this.sentences = sentences;
  }
}

/** @throws CompanyError when there is none */
const textOf = (path: string, name: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new CompanyError(name, ['There is no such file. To be asked for everything that it holds: ./qdn init']);
  }
};

/**
 * What is wrong with a company's logo: a page without it would be published only to be taken back.
 * @param path of the company file
 */
export const logoSentences = ({ brand }: Pick<CompanyFile, 'brand'>, path: string): string[] => {
  if (brand?.logo === undefined) return [];
  const logo = join(dirname(path), brand.logo);
  if (!existsSync(logo)) return [`brand.logo "${brand.logo}" is not there. Its place is beside company.json.`];
  const { size } = statSync(logo);
  return size <= MAX_LOGO_BYTES
    ? []
    : [
        `brand.logo has ${Math.ceil(size / 1000)} KB; ${MAX_LOGO_BYTES / 1000} are the most. Every customer's phone loads it: 96 pixels high are enough.`,
      ];
};

export type FoundCompany = {
  /** Absolute. */
  path: string;
  /** As people call it: from the repository where it is in it. */
  name: string;
  isExample: boolean;
};

/**
 * Which file says who the company is: QDN_COMPANY_FILE, else config/company.json, else the example.
 * @param repository its root folder
 */
export const findCompany = (
  repository: string,
  environment: Readonly<Record<string, string | undefined>>,
): FoundCompany => {
  const given = environment['QDN_COMPANY_FILE'];
  const own = join(repository, COMPANY_FILE);
  const path = given
    ? isAbsolute(given)
      ? given
      : join(repository, given)
    : existsSync(own)
      ? own
      : join(repository, EXAMPLE_FILE);
  const fromRoot = relative(repository, path);
  return {
    path,
    name: fromRoot.startsWith('..') ? path : fromRoot,
    isExample: path === join(repository, EXAMPLE_FILE),
  };
};

/**
 * Reads a company file, its logo included.
 * @throws CompanyError with everything that is wrong
 */
export const readCompanyFile = ({ path, name }: Pick<FoundCompany, 'path' | 'name'>): CompanyFile => {
  const parsed = parseCompany(textOf(path, name));
  if ('sentences' in parsed) throw new CompanyError(name, parsed.sentences);
  const sentences = logoSentences(parsed.company, path);
  if (sentences.length > 0) throw new CompanyError(name, sentences);
  return parsed.company;
};

/** Everything that is wrong with a company file, its logo included; none when it is right. For reports that go on. */
export const checkCompanyFile = ({ path, name }: Pick<FoundCompany, 'path' | 'name'>): string[] => {
  try {
    readCompanyFile({ path, name });
    return [];
  } catch (error) {
    if (error instanceof CompanyError) return [...error.sentences];
    throw error;
  }
};
