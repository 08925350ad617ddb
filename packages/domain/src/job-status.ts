/*
 * The statuses of a job and their traits. Code asks for a trait (`isActive(status)`, `phaseOf(status)`) and compares with a status only
 * where it sets one. So a new status is an entry here, and the compiler reports every table that lacks it.
 */
export const JOB_STATUSES = [
  'scheduled',
  'in_transit',
  'at_site',
  'en_route_to_next',
  'completed',
  'failed',
  'cancelled',
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** The job waits for its day, its trailer drives to a stop or stands at one, or the job has ended: done, not possible on site, or called off. */
export type JobPhase = 'waiting' | 'driving' | 'standing' | 'done' | 'not-done' | 'called-off';

export type StatusTraits = {
  phase: JobPhase;
  /** The drive that a status of phase `driving` begins: the first one, or one after a stop. */
  drive: 'first' | 'next' | null;
  /** Statuses that an operator cannot set after this one. */
  refuses: readonly JobStatus[];
};

export const STATUS_TRAITS: Readonly<Record<JobStatus, StatusTraits>> = {
  scheduled: { phase: 'waiting', drive: null, refuses: [] },
  in_transit: { phase: 'driving', drive: 'first', refuses: [] },
  at_site: { phase: 'standing', drive: null, refuses: [] },
  en_route_to_next: { phase: 'driving', drive: 'next', refuses: [] },
  completed: { phase: 'done', drive: null, refuses: ['cancelled'] },
  failed: { phase: 'not-done', drive: null, refuses: [] },
  cancelled: { phase: 'called-off', drive: null, refuses: ['completed', 'failed'] },
};

type PhaseTraits = {
  /** The job takes texts and fixes, and keeps its trailers assigned. */
  isActive: boolean;
  /** The trailer has set out: its position is about this job, and its customer may watch it on their own leg. */
  isUnderWay: boolean;
};

const PHASE_TRAITS: Readonly<Record<JobPhase, PhaseTraits>> = {
  waiting: { isActive: true, isUnderWay: false },
  driving: { isActive: true, isUnderWay: true },
  standing: { isActive: true, isUnderWay: true },
  done: { isActive: false, isUnderWay: false },
  'not-done': { isActive: false, isUnderWay: false },
  'called-off': { isActive: false, isUnderWay: false },
};

export const phaseOf = (status: JobStatus): JobPhase => STATUS_TRAITS[status].phase;

/** True while a job in this status takes texts and fixes. */
export const isActive = (status: JobStatus): boolean => PHASE_TRAITS[phaseOf(status)].isActive;

/** True when the trailer has set out and the job has not ended. */
export const isUnderWay = (status: JobStatus): boolean => PHASE_TRAITS[phaseOf(status)].isUnderWay;

/** The statuses of these phases, in the order of a job's life. */
export const statusesIn = (...phases: readonly JobPhase[]): JobStatus[] =>
  JOB_STATUSES.filter((status) => phases.includes(phaseOf(status)));
