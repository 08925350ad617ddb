export { aCompany } from './a-company.ts';
export { aDrive, aFix, placeAt } from './drive.ts';
export { memoryDossier } from './memory-dossier.ts';
export { memoryJobs } from './memory-jobs.ts';
export { memoryLocations } from './memory-locations.ts';
export { memoryLog } from './memory-log.ts';
export { memoryRelay } from './memory-relay.ts';
export { memoryTravel, typicalTravel } from './memory-travel.ts';
export { aJob } from './samples.ts';
