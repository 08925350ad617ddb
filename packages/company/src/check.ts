import { validate as isCompanyFile } from '@qdn/contracts/validators/companyFile';
import type { CompanyFile } from './company-file.ts';
import { RULES } from './rules.ts';
import { type Finding, inSentences } from './sentences.ts';
import { placeName, readWritten, type Written } from './written.ts';

/** What is wrong with a company. @param value may be anything */
const findingsIn = (value: unknown): Finding[] =>
  isCompanyFile(value) ? RULES.flatMap((rule) => rule(value)) : inSentences(isCompanyFile.errors ?? [], value);

const sentenceOf = ({ place, says }: Finding): string => `${placeName(place) || 'The file'} ${says}`;

const told = ({ lineOf }: Written, finding: Finding): { line: number; sentence: string } => {
  const line = lineOf(finding.place);
  const sentence = sentenceOf(finding);
  return line === null ? { line: 0, sentence } : { line, sentence: `Line ${line}: ${sentence}` };
};

/**
 * Reads the text of a company file.
 * @returns the company, or sentences on everything that is wrong with it, in the order of the file
 */
export const parseCompany = (text: string): { company: CompanyFile } | { sentences: string[] } => {
  const written = readWritten(text);
  if (written.broken !== null) return { sentences: [written.broken] };
  const twice = written.twice.map(({ place, firstLine, line }) => ({
    line,
    sentence: `Line ${line}: ${placeName(place)} is there already, on line ${firstLine}. Keep one of them.`,
  }));
  const { value } = written;
  const findings = findingsIn(value).map((finding) => told(written, finding));
  if (isCompanyFile(value) && findings.length === 0 && twice.length === 0) return { company: value };
  const all = [...twice, ...findings].sort((a, b) => a.line - b.line);
  return { sentences: [...new Set(all.map(({ sentence }) => sentence))] };
};

/** What is wrong with the text of a company file, in sentences that say what to write; none when it is right. */
export const checkCompany = (text: string): string[] => {
  const parsed = parseCompany(text);
  return 'sentences' in parsed ? parsed.sentences : [];
};

/** What is wrong with a company that no file holds yet, in sentences; none when it is right. */
export const mistakesIn = (company: unknown): string[] => findingsIn(company).map(sentenceOf);

/** Stands in for what is not known yet. Its numbers are fictional and nobody's: they are in no other example. */
const FILLER: CompanyFile = {
  name: '?',
  phone: '+12015550197',
  textNumber: '+12015550198',
  timeZone: 'UTC',
  contacts: [{ id: 'filler', name: '?', phone: '+12015550199' }],
};

/**
 * What an answer would make wrong in a company that is being asked for, in words for the person who is asked.
 * @param before what is known so far, and right
 * @param after the same with the answer
 * @param place where the answer stands
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
  // The place goes without saying where it is what was asked for.
  return isAt(finding) ? `${says.charAt(0).toUpperCase()}${says.slice(1)}` : sentenceOf(finding);
};
