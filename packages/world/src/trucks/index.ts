export { driveDay, type TrailerDay } from './day.ts';
export {
  driveFleet,
  driveFleetDay,
  type FleetDay,
  type FleetOptions,
  midnightsOf,
  planFleet,
  type Reassignment,
} from './fleet.ts';
export { pointsOfGpx } from './gpx.ts';
export {
  type Chances,
  type DayPlan,
  type FleetPlanOptions,
  hourOfTime,
  type JobKind,
  type PlannedJob,
  type PlannedStop,
  planFleetDay,
  QUIET_CHANCES,
  type StopKind,
  timeOfHour,
  USUAL_CHANCES,
} from './plan.ts';
export {
  joinTrajectories,
  readerOf,
  standsOf,
  type TimedPoint,
  type Trajectory,
  type TrajectoryReader,
  type TrajectorySample,
  trajectoryFromPoints,
} from './trajectory.ts';
export type { Incident, Leg, Truth, Visit } from './truth.ts';
