/* Checks every file of the repository that holds prose. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALLOWED, IGNORED_FILES } from './exceptions.ts';
import { passagesOf } from './passages.ts';
import { type Finding, findingsIn, opensWithClause } from './rules.ts';

export type FileFinding = Finding & { file: string };
/** `openings` counts the comment blocks of `comments` that open with a noun clause. */
export type Report = { findings: FileFinding[]; comments: number; openings: number };

/** Returns the files that Git tracks or would track, relative to the root. */
const trackedFiles = (repository: string): string[] =>
  execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repository,
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
    .split('\0')
    .filter(Boolean);

const read = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // Deleted in the working tree, or a link to a folder.
  }
};

const isAllowed = (file: string, { found }: Finding): boolean =>
  ALLOWED.some((one) => file.startsWith(one.file) && found.toLowerCase().startsWith(one.words.toLowerCase()));

/** Returns what is wrong in one file, and its count of comment blocks. */
export const checkFile = (file: string, source: string): Report => {
  const passages = passagesOf(file, source);
  const comments = passages.filter(({ kind }) => kind === 'comment');
  return {
    findings: passages
      .flatMap(findingsIn)
      .filter((finding) => !isAllowed(file, finding))
      .map((finding) => ({ file, ...finding })),
    comments: comments.length,
    openings: comments.filter(opensWithClause).length,
  };
};

/**
 * Checks the files of the repository.
 * @param under only files whose path starts with one of these; all files when it is empty
 */
export const checkRepository = (repository: string, under: readonly string[] = []): Report => {
  const report: Report = { findings: [], comments: 0, openings: 0 };
  for (const file of trackedFiles(repository)) {
    if (IGNORED_FILES.test(file) || (under.length > 0 && !under.some((one) => file.startsWith(one)))) continue;
    const source = read(join(repository, file));
    if (source === null) continue;
    const { findings, comments, openings } = checkFile(file, source);
    report.findings.push(...findings);
    report.comments += comments;
    report.openings += openings;
  }
  return report;
};

/** Returns the folder that a file is counted under: `packages/cli`, `services/job-api`, `docs`; `.` for files at the root. */
export const areaOf = (file: string): string => {
  const parts = file.split('/');
  if (parts.length === 1) return '.';
  return /^(packages|services)$/.test(parts[0] ?? '') ? parts.slice(0, 2).join('/') : (parts[0] ?? '.');
};

/** Returns the number of findings by area. */
export const countByArea = (findings: readonly FileFinding[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { file } of findings) counts[areaOf(file)] = (counts[areaOf(file)] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1)));
};
