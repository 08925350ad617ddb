export { type CorpusReport, type CorpusShare, corpusFigure, printedReport, reportOf } from './corpus-report.ts';
export { type EntryResult, runCorpus, runEntry } from './run-corpus.ts';
