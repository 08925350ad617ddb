/* The findings that are left from before the check. Their number may only shrink; at zero this file and its JSON go away. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { countByArea, type FileFinding } from './repository.ts';

const path = (repository: string) => join(repository, 'tests/prose/baseline.json');
const read = (repository: string): Record<string, number> => JSON.parse(readFileSync(path(repository), 'utf8'));
const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, one) => total + one, 0);

/** Returns the number of findings that are allowed in the whole repository: a file that moves takes its findings along. */
export const allowance = (repository: string): number => sum(read(repository));

/** Writes the counts of today, unless they are higher. */
export const lowerBaseline = (repository: string, findings: readonly FileFinding[]): void => {
  if (findings.length > allowance(repository))
    throw new Error('There are more findings than the baseline allows. Rewrite them first.');
  writeFileSync(path(repository), `${JSON.stringify(countByArea(findings), null, 2)}\n`);
};
