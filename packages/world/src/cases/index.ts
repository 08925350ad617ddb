export { dayOfDrive } from './day-of-drive.ts';
export type { DayVerdict } from './day-verdicts.ts';
export { DAYS_DIRECTORY, type Day, DayError, type DayExpectation, readDays } from './days.ts';
export { DriveError, type RecordedDrive, readDrives } from './drives.ts';
export { type DayResult, playDay } from './play-day.ts';
export { type Cases, CasesError, readCases } from './read-cases.ts';
