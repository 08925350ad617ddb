import { fileURLToPath } from 'node:url';
import { type FileEntry, readEntryFiles } from './entry-files.ts';

/** Folder of the corpus that this package ships; its README explains the values. */
export const CORPUS_DIRECTORY = fileURLToPath(new URL('../corpus', import.meta.url));

const SCHEMA_FILE = new URL('../schema/corpus.schema.json', import.meta.url);

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

const sortedByKey = (record: object) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

const findRepeats = (entries: FileEntry<CorpusEntry>[]): string[] => {
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

/**
 * Returns the entries of all `*.json` files in a folder, by file name and then by place in the file.
 * Throws a `CorpusError` for an invalid file, a repeated ID, and texts that another entry has in the same situation (all of `given`).
 */
export const readCorpus = (directory: string = CORPUS_DIRECTORY): CorpusEntry[] =>
  readEntryFiles(directory, { schema: SCHEMA_FILE, Refusal: CorpusError, findRepeats });
