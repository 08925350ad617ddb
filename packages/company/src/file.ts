import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { parseCompany } from './check.ts';
import type { CompanyFile } from './company-file.ts';

/** Path of the owner's file, from the root of the repository; Git ignores it. */
export const COMPANY_FILE = join('config', 'company.json');
/** Path of the example, a fictional company. It is used in tests and until the owner's file exists. */
export const EXAMPLE_FILE = join('config', 'company.example.json');

const MAX_LOGO_BYTES = 50_000;

/** The mistakes in a company file, as sentences for the person at the terminal. */
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

/** @throws CompanyError when the file does not exist */
const textOf = (path: string, name: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new CompanyError(name, ['The file does not exist. Create it with: ./qdn init']);
  }
};

/**
 * Returns the mistakes about a company's logo. They are reported early: otherwise the page would be published without its logo.
 * @param path of the company file
 */
export const logoSentences = ({ brand }: Pick<CompanyFile, 'brand'>, path: string): string[] => {
  if (brand?.logo === undefined) return [];
  const logo = join(dirname(path), brand.logo);
  if (!existsSync(logo)) return [`brand.logo "${brand.logo}" does not exist. Put it beside company.json.`];
  const { size } = statSync(logo);
  return size <= MAX_LOGO_BYTES
    ? []
    : [
        `brand.logo has ${Math.ceil(size / 1000)} KB; the maximum is ${MAX_LOGO_BYTES / 1000}. Every customer's phone loads it: a height of 96 pixels is enough.`,
      ];
};

export type FoundCompany = {
  /** Absolute. */
  path: string;
  /** The path as messages print it: relative to the repository when it is inside. */
  name: string;
  isExample: boolean;
};

/**
 * Finds the company file: QDN_COMPANY_FILE, else config/company.json, else the example.
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
 * @throws CompanyError with all mistakes
 */
export const readCompanyFile = ({ path, name }: Pick<FoundCompany, 'path' | 'name'>): CompanyFile => {
  const parsed = parseCompany(textOf(path, name));
  if ('sentences' in parsed) throw new CompanyError(name, parsed.sentences);
  const sentences = logoSentences(parsed.company, path);
  if (sentences.length > 0) throw new CompanyError(name, sentences);
  return parsed.company;
};

/** Returns all mistakes in a company file, including its logo; none when it is valid. For reports that continue after mistakes. */
export const checkCompanyFile = ({ path, name }: Pick<FoundCompany, 'path' | 'name'>): string[] => {
  try {
    readCompanyFile({ path, name });
    return [];
  } catch (error) {
    if (error instanceof CompanyError) return [...error.sentences];
    throw error;
  }
};
