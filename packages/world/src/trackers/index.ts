export {
  type ClockFault,
  type Device,
  drawClockError,
  drawDevice,
  HEALTHY_DEVICE,
  WEEK_ROLLOVER_MS,
} from './device.ts';
export { addressedTo, type Endpoint, OWNTRACKS_KEY } from './formats.ts';
export {
  type Post,
  postsOfTrailer,
  TRACKER_MODELS,
  type TrackerModel,
  type TrailerDevice,
  trackerModel,
} from './models.ts';
export type { ReceiverFaults } from './receiver.ts';
