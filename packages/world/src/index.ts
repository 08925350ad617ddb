export {
  CORPUS_DIRECTORY,
  type CorpusEntry,
  CorpusError,
  type CorpusExpectation,
  type CorpusSituation,
  readCorpus,
} from './corpus.ts';
export * from './geography/index.ts';
export { type Random, randomFrom } from './random.ts';
export type { HttpRequest, HttpResponse, SentText, System } from './system.ts';
export * from './trackers/index.ts';
export * from './trucks/index.ts';
