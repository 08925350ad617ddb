export type Place = { lat: number; lon: number };

/** Length of an international mile in m. */
export const METRES_PER_MILE = 1609.344;

const EARTH_RADIUS_M = 6_371_008.8;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Great-circle distance in metres on the mean sphere (haversine); within 0.5 % of the ellipsoid. */
export const distanceM = (from: Place, to: Place): number => {
  const dLat = radians(to.lat - from.lat);
  const dLon = radians(to.lon - from.lon);
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(radians(from.lat)) * Math.cos(radians(to.lat)) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
};

const M_PER_DEGREE = (Math.PI / 180) * EARTH_RADIUS_M;

/**
 * True when two places are certainly within a distance, by an upper bound that costs a tenth of `distanceM`: a degree of longitude is
 * nowhere longer than one of latitude. False says nothing.
 */
export const isWithinM = (from: Place, to: Place, metres: number): boolean => {
  const north = (to.lat - from.lat) * M_PER_DEGREE;
  const east = (to.lon - from.lon) * M_PER_DEGREE;
  return north * north + east * east <= metres * metres;
};

/** True when two places are certainly further apart than a distance, by their latitudes alone. False says nothing. */
export const isBeyondM = (from: Place, to: Place, metres: number): boolean =>
  Math.abs(to.lat - from.lat) * M_PER_DEGREE > metres;

/** Initial bearing in degrees clockwise from true north, 0 ≤ b < 360. */
export const bearingDeg = (from: Place, to: Place): number => {
  const dLon = radians(to.lon - from.lon);
  const y = Math.sin(dLon) * Math.cos(radians(to.lat));
  const x =
    Math.cos(radians(from.lat)) * Math.sin(radians(to.lat)) -
    Math.sin(radians(from.lat)) * Math.cos(radians(to.lat)) * Math.cos(dLon);
  return ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360;
};
