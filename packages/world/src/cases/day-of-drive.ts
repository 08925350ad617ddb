import { planeAround } from '../geography/index.ts';
import type { Day } from './days.ts';
import { destinationOf, type RecordedDrive } from './drives.ts';

const STAY_MIN = 20;

/** Makes a day of a recorded drive: one delivery whose way is the drive, with a stay at its end. */
export const dayOfDrive = (drive: RecordedDrive, tracker = 'interval-10s'): Day => {
  const first = drive.points[0] ?? { lat: 0, lon: 0, at: 0 };
  const to = planeAround(first).toPlane(destinationOf(drive));
  const driveMin = Math.ceil(((drive.points.at(-1)?.at ?? 0) - first.at) / 60_000);
  const end = 9 * 60 + driveMin + STAY_MIN + 30;
  return {
    ...{ id: `drive-${drive.id}`, story: `a delivery along the recorded drive ${drive.id}`, source: drive.source },
    ...{ date: '2026-11-30', from: '8:30', to: `${Math.floor(end / 60)}:${String(end % 60).padStart(2, '0')}` },
    center: { lat: first.lat, lon: first.lon },
    places: { origin: [0, 0], site: [to.x, to.y], away: [to.x + 2500, to.y] },
    jobs: [
      {
        ...{ id: 'QDN-1', kind: 'delivery', customer: 'Ann Lee', trailers: ['T1'], scheduledFor: '9:30' },
        stops: [{ kind: 'drop_off', at: 'site' }],
      },
    ],
    trailers: [
      {
        ...{ id: 'T1', trackers: [tracker] },
        steps: [
          { start: 'origin' },
          { until: '9:00' },
          { follow: drive.id, for: 'QDN-1' },
          { stand: STAY_MIN },
          { drive: 'away' },
        ],
      },
    ],
    expect: [
      { that: 'begins', job: 'QDN-1', withinMin: 10 },
      { that: 'arrives', job: 'QDN-1', withinMin: 5 },
      { that: 'ends', job: 'QDN-1', withinMin: 15 },
      { that: 'range', job: 'QDN-1', share: 0.6 },
      { that: 'nothing secret is shown' },
    ],
  };
};
