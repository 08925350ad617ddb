export * from './cases/index.ts';
export {
  CORPUS_DIRECTORY,
  type CorpusEntry,
  CorpusError,
  type CorpusExpectation,
  type CorpusSituation,
  readCorpus,
} from './corpus.ts';
export * from './corpus-run/index.ts';

export {
  type ExpandedRequest,
  type ExpectedFix,
  type ExpectedOutcome,
  expandRequest,
  type RequestAddress,
  type WireRequest,
} from './expand-request.ts';
export * from './geography/index.ts';
export * from './office/index.ts';
export * from './people/index.ts';
export { type Random, randomFrom } from './random.ts';
export {
  type FixTemplate,
  type PointSeries,
  type QuarantineReason,
  REQUESTS_DIRECTORY,
  RequestCorpusError,
  type RequestEntry,
  type RequestExpectation,
  type RequestSituation,
  type RequestTemplate,
  readRequests,
} from './requests.ts';
export { type AnswerFacts, judgeAnswers, type StatusAsk, tallyAnswers } from './score/answers.ts';
export { type JobTruth, jobTruthsOf } from './score/job-truth.ts';
export { type JobFacts, judgeEvidentEvents, judgeJobs, tallyJobs } from './score/jobs.ts';
export { doubledTexts, judgeMachine, type MachineFacts } from './score/machine.ts';
export { judgeNotices, type NoticeFacts, noticeOf, tallyNotices, tallyPages } from './score/notices.ts';
export type {
  JobStatus,
  Observations,
  PageView,
  Press,
  ShownFix,
  ShownRange,
  Sighting,
  StatusChange,
  ViewMoment,
} from './score/observations.ts';
export type { WordsCase } from './score/outcomes.ts';
export { judgeRanges, type RangeFacts, type TrackerPace } from './score/ranges.ts';
export type { Conversation, SaidExpectation, SaidText, ToldWriter, WordsFacts } from './score/said.ts';
export {
  FIGURE_GROUPS,
  type Figure,
  type FigureGroup,
  type FigureUnit,
  figureId,
  inOrder,
  type Judge,
  printed,
  roundedValue,
  type Scoreboard,
  scoreboardJson,
  valueText,
} from './score/scoreboard.ts';
export { type SpokenText, spokenText, type WordMatch, wordsIn } from './score/spoken-words.ts';
export { judgeWords, wordsCases } from './score/words.ts';
export { type EventSource, type Purpose, play, type WorldEvent } from './script.ts';
export { SHORT_SCRIPT_MS, type ShortScript, shortScript } from './short-script.ts';
export type {
  FaultPlan,
  HttpRequest,
  HttpResponse,
  IncomingText,
  OpenSystem,
  SentText,
  StaffMember,
  System,
  TokenSubject,
  Usage,
  WorldCompany,
} from './system.ts';
export * from './trackers/index.ts';
export * from './trucks/index.ts';
