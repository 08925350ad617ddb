export { driveDay, type TrailerDay } from './day.ts';
export { driveFleet, driveFleetDay, type FleetDay, type FleetOptions, type Reassignment } from './fleet.ts';
export { pointsOfGpx } from './gpx.ts';
export {
  type Chances,
  type DayPlan,
  type FleetPlanOptions,
  type JobKind,
  type PlannedJob,
  type PlannedStop,
  planFleetDay,
  QUIET_CHANCES,
  type StopKind,
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
