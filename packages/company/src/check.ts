import { type SchemaError, schemas } from '@qdn/contracts';
import { validate as isCompanyFile } from '@qdn/contracts/validators/companyFile';
import type { CompanyFile } from './company-file.ts';
import { RULES } from './rules.ts';
import { type Finding, inSentences } from './sentences.ts';
import { placeName, readWritten, type Written } from './written.ts';

/** Returns the mistakes in a company. @param value may be anything */
const findingsIn = (value: unknown): Finding[] =>
  isCompanyFile(value) ? RULES.flatMap((rule) => rule(value)) : inSentences(isCompanyFile.errors ?? [], value);

const sentenceOf = ({ place, says }: Finding): string => `${placeName(place) || 'The file'} ${says}`;

const located = ({ lineOf }: Written, finding: Finding): { line: number; sentence: string } => {
  const line = lineOf(finding.place);
  const sentence = sentenceOf(finding);
  return line === null ? { line: 0, sentence } : { line, sentence: `Line ${line}: ${sentence}` };
};

/**
 * Reads the text of a company file.
 * @returns the company, or a sentence for each mistake, in the order of the file
 */
export const parseCompany = (text: string): { company: CompanyFile } | { sentences: string[] } => {
  const written = readWritten(text);
  if (written.broken !== null) return { sentences: [written.broken] };
  const twice = written.twice.map(({ place, firstLine, line }) => ({
    line,
    sentence: `Line ${line}: ${placeName(place)} is already on line ${firstLine}. Keep one of them.`,
  }));
  const { value } = written;
  const findings = findingsIn(value).map((finding) => located(written, finding));
  if (isCompanyFile(value) && findings.length === 0 && twice.length === 0) return { company: value };
  const all = [...twice, ...findings].sort((a, b) => a.line - b.line);
  return { sentences: [...new Set(all.map(({ sentence }) => sentence))] };
};

/** Returns the mistakes in the text of a company file, as sentences with the correction; none when it is valid. */
export const checkCompany = (text: string): string[] => {
  const parsed = parseCompany(text);
  return 'sentences' in parsed ? parsed.sentences : [];
};

/**
 * Returns the mistakes in a request body for the API, as sentences in the style of the company file's.
 * @param name of its schema
 * @param company whose numbers show the country of a number without one
 */
export const bodyMistakes = (
  name: 'createJob' | 'patchJob',
  errors: readonly SchemaError[],
  body: unknown,
  company: unknown,
): string[] => inSentences(errors, body, { schema: schemas[name], company }).map(sentenceOf);

/** Returns the mistakes in a company that is not in a file yet, as sentences; none when it is valid. */
export const mistakesIn = (company: unknown): string[] => findingsIn(company).map(sentenceOf);

/** Placeholder values of required fields. The numbers are fictional, and no other example has them. */
const FILLER: CompanyFile = {
  name: '?',
  phone: '+12015550197',
  textNumber: '+12015550198',
  timeZone: 'UTC',
  contacts: [{ id: 'filler', name: '?', phone: '+12015550199' }],
};

/**
 * Returns the mistake that an answer would cause in an unfinished company, as a sentence for the person who answers.
 * @param before the valid answers so far
 * @param after the same with the new answer
 * @param place the place of the answer in the file
 */
export const answerMakesWrong = (
  before: Partial<CompanyFile>,
  after: Partial<CompanyFile>,
  place: ReadonlyArray<string | number>,
): string | null => {
  const known = new Set(findingsIn({ ...FILLER, ...before }).map(sentenceOf));
  const isAt = (finding: Finding) => place.every((part, i) => finding.place[i] === part);
  const finding = findingsIn({ ...FILLER, ...after }).find((one) => isAt(one) || !known.has(sentenceOf(one)));
  if (!finding) return null;
  const { says } = finding;
  // The person has just been asked for this place, so the sentence does not name it.
  return isAt(finding) ? `${says.charAt(0).toUpperCase()}${says.slice(1)}` : sentenceOf(finding);
};
