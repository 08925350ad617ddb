import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';

/** Folder of the corpus that this package ships; its README explains the values. */
export const CORPUS_DIRECTORY = fileURLToPath(new URL('../corpus', import.meta.url));

const SCHEMA_FILE = new URL('../schema/corpus.schema.json', import.meta.url);
const MAX_PROBLEMS_SHOWN = 20;

/** Situation in which a text of the corpus arrives. Details are absent where they do not matter. */
export type CorpusSituation = {
  setting: string;
  /** Open conversations, oldest first. */
  conversations?: { handle: string; name: string; asked: string }[];
  otherJobs?: string[];
  /** Last text that the writer got. */
  previous?: string;
  answeredBy?: string;
  customerOptedOut?: true;
  customerLandline?: true;
  /** Local time, HH:MM. */
  writtenAt?: string;
  window?: string;
  page?: string;
  jobs?: number;
  media?: string;
  note?: string;
};

/** Result that a text of the corpus should have, decided without looking at any program. */
export type CorpusExpectation = {
  gets: string[];
  mustNot: string[];
  escalatesIfUnanswered: boolean;
  automaticAnswer: 'must' | 'may' | 'must-not';
  why: string;
};

/** Entry of the corpus. `schema/corpus.schema.json` lists the values of its fields. */
export type CorpusEntry = {
  id: string;
  lang: 'en' | 'es' | 'fr' | 'pt' | 'de';
  source: { kind: string; note: string };
  given: CorpusSituation;
  from: 'customer' | 'other-phone' | 'stranger' | 'dispatcher' | 'second-dispatcher' | 'operator' | 'driver';
  /** Several texts arrive some seconds apart. A message of media alone has one empty text. */
  texts: string[];
  kind: string;
  expect: CorpusExpectation;
};

/** Thrown for a corpus that breaks its format. Each line of the message names file, entry and place. */
export class CorpusError extends Error {
  override name = 'CorpusError';
}

const compileSchema = () =>
  new Ajv2020({ allErrors: true }).compile<CorpusEntry[]>(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')));

const parseJson = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CorpusError(`${file}: not valid JSON: ${(error as Error).message}`);
  }
};

const idOf = (entry: unknown): string => {
  const id = typeof entry === 'object' && entry !== null && 'id' in entry ? entry.id : undefined;
  return typeof id === 'string' ? id : 'without an ID';
};

const detailOf = ({ params }: ErrorObject): string => {
  if ('allowedValues' in params) return `: ${params['allowedValues'].join(', ')}`;
  return 'additionalProperty' in params ? `: remove "${params['additionalProperty']}"` : '';
};

const describeProblem = (file: string, content: unknown, error: ErrorObject): string => {
  const [, index, ...place] = error.instancePath.split('/');
  const problem = `${error.message}${detailOf(error)}`;
  if (index === undefined) return `${file}: ${problem}`;
  const entry = Array.isArray(content) ? content[Number(index)] : undefined;
  return `${file}: entry ${Number(index) + 1} (${idOf(entry)}), /${place.join('/')}: ${problem}`;
};

const sortedByKey = (record: object) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

const findRepeats = (entries: { file: string; entry: CorpusEntry }[]): string[] => {
  const problems: string[] = [];
  const firsts = new Map<string, string>();
  for (const { file, entry } of entries) {
    const { id, texts, given } = entry;
    const own = `${file}: entry ${id}`;
    const byId = firsts.get(id);
    if (byId) problems.push(`${own}, /id: the ID is already in use by ${byId}`);
    const content = JSON.stringify([texts, sortedByKey(given)]);
    const byContent = firsts.get(content);
    if (byContent) problems.push(`${own}, /texts: the same texts in the same situation as ${byContent}`);
    firsts.set(id, byId ?? own).set(content, byContent ?? own);
  }
  return problems;
};

const refuse = (problems: string[]): void => {
  if (problems.length === 0) return;
  const rest = problems.length - MAX_PROBLEMS_SHOWN;
  const shown = problems.slice(0, MAX_PROBLEMS_SHOWN);
  throw new CorpusError([...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n'));
};

/**
 * Returns the entries of all `*.json` files in a folder, by file name and then by place in the file.
 * Throws a `CorpusError` for an invalid file, a repeated ID, and texts that another entry has in the same situation (all of `given`).
 */
export const readCorpus = (directory: string = CORPUS_DIRECTORY): CorpusEntry[] => {
  const files = readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .sort();
  if (files.length === 0) throw new CorpusError(`${directory} has no *.json file`);
  const validate = compileSchema();
  const problems: string[] = [];
  const entries: { file: string; entry: CorpusEntry }[] = [];
  for (const file of files) {
    const content = parseJson(file, readFileSync(join(directory, file), 'utf8'));
    if (validate(content)) entries.push(...content.map((entry) => ({ file, entry })));
    else problems.push(...(validate.errors ?? []).map((error) => describeProblem(file, content, error)));
  }
  refuse([...problems, ...findRepeats(entries)]);
  return entries.map(({ entry }) => entry);
};
