import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type CorpusEntry, readCorpus } from '../corpus.ts';
import { type RequestEntry, readRequests } from '../requests.ts';
import { type Day, readDays } from './days.ts';
import { type RecordedDrive, readDrives } from './drives.ts';

/** Cases from elsewhere, in the formats of this package. */
export type Cases = {
  corpus: readonly CorpusEntry[];
  requests: readonly RequestEntry[];
  drives: readonly RecordedDrive[];
  days: readonly Day[];
};

/** Thrown for a folder without cases. */
export class CasesError extends Error {
  override name = 'CasesError';
}

/**
 * Reads a folder of cases: its folders `corpus`, `requests`, `drives` and `days`, each of which may be absent.
 * @throws CasesError for a folder with none of them; CorpusError, RequestCorpusError, DriveError or DayError for a file that breaks its format
 */
export const readCases = (directory: string): Cases => {
  const has = (name: string): boolean => existsSync(join(directory, name));
  const cases: Cases = {
    corpus: has('corpus') ? readCorpus(join(directory, 'corpus')) : [],
    requests: has('requests') ? readRequests(join(directory, 'requests')) : [],
    drives: has('drives') ? readDrives(join(directory, 'drives')) : [],
    days: has('days') ? readDays(join(directory, 'days')) : [],
  };
  if (Object.values(cases).every((entries) => entries.length === 0))
    throw new CasesError(
      `${directory} has no folder named corpus, requests, drives or days. Put the cases into folders of these names.`,
    );
  return cases;
};
