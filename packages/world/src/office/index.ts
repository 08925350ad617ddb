export { type BoardWatch, boardWatchOf } from './board-watch.ts';
export { type BookedStop, type Booking, type BookingChange, bookingsOf, cancelledAtOf } from './bookings.ts';
export { localTimeAt, officeTimeFrom } from './clock.ts';
export { customerPhone } from './customers.ts';
export {
  type DevicePosts,
  devicePosts,
  drawFleetDevices,
  type FleetDevice,
  type PostCounts,
  paceOf,
  wrongClocksOf,
} from './devices.ts';
export {
  companyOfTown,
  type FleetFacts,
  type FleetSimulation,
  type FleetSimulationOptions,
  judgeFleet,
  simulateFleet,
} from './fleet-simulation.ts';
export { type Office, officeOf, type PressHabit } from './office.ts';
export { type PageViews, pageViewsOf } from './page-views.ts';
