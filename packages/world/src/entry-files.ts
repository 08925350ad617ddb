import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';

const MAX_PROBLEMS_SHOWN = 20;

/** An entry and the name of its file, for messages. */
export type FileEntry<Entry> = { file: string; entry: Entry };

/** A kind of file that is a JSON array of entries. */
export type EntryFormat<Entry> = {
  /** JSON Schema of a file. */
  schema: URL;
  /** Error for files that break the format. Each line of its message names file, entry and place. */
  Refusal: new (
    message: string,
  ) => Error;
  /** Returns the problems that the schema cannot find: repeated IDs and contents. */
  findRepeats: (entries: FileEntry<Entry>[]) => string[];
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

/**
 * Returns the entries of all `*.json` files in a folder, by file name and then by place in the file.
 * Throws the format's error with up to 20 problems: no file, invalid JSON, values outside the schema, repeats.
 */
export const readEntryFiles = <Entry>(directory: string, format: EntryFormat<Entry>): Entry[] => {
  const { schema, Refusal, findRepeats } = format;
  const parseJson = (file: string): unknown => {
    try {
      return JSON.parse(readFileSync(join(directory, file), 'utf8'));
    } catch (error) {
      throw new Refusal(`${join(directory, file)}: not valid JSON: ${(error as Error).message}`);
    }
  };
  const refuse = (problems: string[]): void => {
    if (problems.length === 0) return;
    const rest = problems.length - MAX_PROBLEMS_SHOWN;
    const shown = problems.slice(0, MAX_PROBLEMS_SHOWN);
    throw new Refusal([`${directory}:`, ...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n  '));
  };
  const files = readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .sort();
  if (files.length === 0) throw new Refusal(`${directory} has no *.json file`);
  const validate = new Ajv2020({ allErrors: true }).compile<Entry[]>(JSON.parse(readFileSync(schema, 'utf8')));
  const problems: string[] = [];
  const entries: FileEntry<Entry>[] = [];
  for (const file of files) {
    const content = parseJson(file);
    if (validate(content)) entries.push(...content.map((entry) => ({ file, entry })));
    else problems.push(...(validate.errors ?? []).map((error) => describeProblem(file, content, error)));
  }
  refuse([...problems, ...findRepeats(entries)]);
  return entries.map(({ entry }) => entry);
};
