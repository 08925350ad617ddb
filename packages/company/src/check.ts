import { validate as isCompanyFile } from '@qdn/contracts/validators/companyFile';
import type { CompanyFile } from './company-file.ts';
import { RULES } from './rules.ts';
import { type Finding, inSentences } from './sentences.ts';
import { placeName, readWritten, type Written } from './written.ts';

const told = ({ lineOf }: Written, { place, says }: Finding): { line: number; sentence: string } => {
  const line = lineOf(place);
  const sentence = `${placeName(place) || 'The file'} ${says}`;
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
  const findings = isCompanyFile(value)
    ? RULES.flatMap((rule) => rule(value))
    : inSentences(isCompanyFile.errors ?? [], value);
  const all = [...twice, ...findings.map((finding) => told(written, finding))].sort((a, b) => a.line - b.line);
  if (all.length > 0) return { sentences: [...new Set(all.map(({ sentence }) => sentence))] };
  // Valid, and without defaults filled in: what is written is what is meant.
  return { company: JSON.parse(text.replace(/^\uFEFF/, '')) };
};

/** What is wrong with the text of a company file, in sentences that say what to write; none when it is right. */
export const checkCompany = (text: string): string[] => {
  const parsed = parseCompany(text);
  return 'sentences' in parsed ? parsed.sentences : [];
};
