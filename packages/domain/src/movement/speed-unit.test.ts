import { expect, test } from '@jest/globals';
import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import { differingSpeedUnit, SPEED_UNIT_MPS, type SpeedUnitName } from './speed-unit.ts';

const METRES_PER_DEGREE = 111_195;
const TRUE_MPS = 20;

/** A drive north at 20 m/s, a fix a minute, whose client sends `sends` where `expected` is read. */
const drive = (sends: SpeedUnitName, expected: SpeedUnitName, fixes = 7, mps = TRUE_MPS): Fix[] =>
  Array.from({ length: fixes }, (_, i) => ({
    trailerId: 'T1' as TrailerId,
    at: i * 60_000,
    lat: 30 + (i * 60 * mps) / METRES_PER_DEGREE,
    lon: -97.7431,
    accuracyM: 6,
    speedMps: Math.round((mps / SPEED_UNIT_MPS[sends]) * SPEED_UNIT_MPS[expected] * 10) / 10,
    headingDeg: 0,
  }));

// The senders are those of manuals and bug reports in packages/world/requests (other-apps, gpslogger, traccar-client, owntracks).
test.each<[string, string, SpeedUnitName, SpeedUnitName]>([
  ['OsmAnd, which sends m/s to the protocol named after it', 'OsmAnd protocol', 'm/s', 'knots'],
  ['a router with GPoint, which sends km/h', 'OsmAnd protocol', 'km/h', 'knots'],
  ['an OwnTracks template of GPSLogger with m/s', 'OwnTracks', 'm/s', 'km/h'],
  ['a script that sends km/h in GPSLogger’s fields', 'GPSLogger', 'km/h', 'm/s'],
  ['a script that sends mph as m/s', 'GeoJSON', 'mph', 'm/s'],
])('recognises %s', (_, client, sends, expected) => {
  const unit = differingSpeedUnit(drive(sends, expected), client);
  expect(unit).toMatchObject({ sends, expected });
  const stated = drive(sends, expected)[0]?.speedMps ?? 0;
  expect(Math.abs(stated * (unit?.factor ?? 0) - TRUE_MPS)).toBeLessThan(0.3);
});

test.each<[string, Fix[], string]>([
  ['Traccar Client, which sends knots', drive('knots', 'knots'), 'Traccar Client'],
  ['an American script with mph instead of knots: 15 % are not told apart', drive('mph', 'knots'), 'OsmAnd protocol'],
  ['too few fixes', drive('m/s', 'knots', 5), 'OsmAnd protocol'],
  ['a walk', drive('m/s', 'knots', 20, 1.5), 'OsmAnd protocol'],
  ['a client without speeds', drive('m/s', 'm/s').map((fix) => ({ ...fix, speedMps: null })), 'OsmAnd protocol'],
  ['a parked trailer', drive('m/s', 'm/s').map((fix) => ({ ...fix, lat: 30, speedMps: 0 })), 'OwnTracks'],
])('says nothing about %s', (_, track, client) => {
  expect(differingSpeedUnit(track, client)).toBeNull();
});

test('is not misled by stops, bends and gaps', () => {
  const stopAndGo = drive('knots', 'knots', 40).map((fix, i) => ({
    ...fix,
    at: fix.at + (i > 20 ? 900_000 : 0),
    speedMps: i % 3 === 0 ? 0 : fix.speedMps,
  }));
  expect(differingSpeedUnit(stopAndGo, 'Traccar Client')).toBeNull();
});
