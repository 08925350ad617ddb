import { existsSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  COMPANY_FILE,
  CompanyError,
  type CompanyFile,
  companyText,
  findCompany,
  logoSentences,
  mistakesIn,
  parseCompany,
} from '@qdn/company';
import { isJsonObject } from '@qdn/json';
import { CommandError } from '../connection.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Asker } from './asker.ts';
import { interview } from './interview.ts';
import type { Draft } from './questions.ts';

export type InitOptions = { answers?: string; dryRun?: boolean };

type Target = { path: string; name: string };

/** Returns the path of the owner's file, which may not exist. */
const targetOf = ({ repository, environment }: Surroundings): Target => {
  const { path, name, isExample } = findCompany(repository, environment);
  return isExample ? { path: join(repository, COMPANY_FILE), name: COMPANY_FILE } : { path, name };
};

/** Returns the present company. @throws CommandError when the file has mistakes: hand-written settings must not be lost */
const readPresent = ({ path, name }: Target): Draft => {
  if (!existsSync(path)) return {};
  const parsed = parseCompany(readFileSync(path, 'utf8'));
  if ('company' in parsed) return parsed.company;
  throw new CommandError(
    `${new CompanyError(name, parsed.sentences).message}\nFix it and run ./qdn init again. Or move the file away to start over.`,
  );
};

/** Merges sections; any other value replaces the present one, and null removes it. */
const merged = (present: unknown, change: unknown): unknown => {
  if (!isJsonObject(change)) return change;
  const result: Record<string, unknown> = isJsonObject(present) ? { ...present } : {};
  for (const [name, value] of Object.entries(change)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
};

const readAnswers = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CommandError(`${file} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/** Replaces the file atomically: readers find the old or the new one. A symbolic link stays a link. */
const write = (path: string, text: string): void => {
  const target = existsSync(path) ? realpathSync(path) : path;
  const unfinished = `${target}.${process.pid}.new`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, target);
};

/** Checks a company. @throws CommandError with all mistakes */
const checked = (company: unknown, { path, name }: Target): CompanyFile => {
  const sentences = mistakesIn(company);
  const parsed = sentences.length > 0 ? { sentences } : parseCompany(JSON.stringify(company));
  if ('sentences' in parsed)
    throw new CommandError(`Nothing was written. ${new CompanyError(name, parsed.sentences).message}`);
  const wrong = logoSentences(parsed.company, path);
  if (wrong.length > 0) throw new CommandError(`Nothing was written. ${new CompanyError(name, wrong).message}`);
  return parsed.company;
};

/** Returns the differing lines of two versions: `-` before, `+` after. */
const changes = (before: string, after: string): string[] => {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line.trim()}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line.trim()}`),
  ].filter((line) => /[^\s[\]{},+-]/.test(line));
};

/**
 * Runs `./qdn init`: asks for the company and writes its file. With a file of answers it asks no questions.
 * @param asker null without a terminal
 */
export const initCompany = async (
  surroundings: Surroundings,
  { answers, dryRun = false }: InitOptions,
  asker: (() => Promise<Asker>) | null,
): Promise<void> => {
  const { print, note } = surroundings;
  const target = targetOf(surroundings);
  const present = readPresent(target);
  const before = existsSync(target.path) ? companyText(checked(present, target)) : null;

  const finish = (company: CompanyFile): void => {
    write(target.path, companyText(company));
    note(`Wrote ${target.name}. To try it: npm start. For the next steps of a deployment: ./qdn doctor --stage prod`);
  };
  if (answers !== undefined) {
    const company = checked(merged(present, readAnswers(answers)), target);
    print(companyText(company).trimEnd());
    if (!dryRun) finish(company);
    return;
  }
  if (!asker)
    throw new CommandError(
      'This is not a terminal, so init cannot ask questions. Run it in a terminal, or pass a JSON file with the sections of config/company.json to set: ./qdn init --answers FILE',
    );
  const terminal = await asker();
  const asked = await interview(terminal, present, {
    usualTimeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    saysOfLogo: (logo) => logoSentences({ brand: { logo } }, target.path)[0] ?? null,
  });
  const company = checked(asked, target);
  const text = companyText(company);
  if (before === text) {
    terminal.say(`${target.name} is unchanged.`);
    return;
  }
  terminal.say(before === null ? text.trimEnd() : changes(before, text).join('\n'), target.name);
  if (dryRun) return;
  if (!(await terminal.confirm({ message: `Write ${target.name}?`, initial: true })))
    throw new CommandError('Nothing was written.');
  finish(company);
};
