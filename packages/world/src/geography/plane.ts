// Functions of Math are module constants: a lookup of a global costs much in Jest's modules, and these run a million times.
const { PI, asin, atan2, cos, hypot, min, sin, sqrt } = Math;

/** A position on the earth in degrees, WGS 84. */
export type LatLon = { lat: number; lon: number };

/** A position in m east (`x`) and north (`y`) of the middle of a town. */
export type PlanePoint = { x: number; y: number };

const EARTH_RADIUS_M = 6_371_008.8;
const radians = (degrees: number): number => (degrees * PI) / 180;

/** Returns the distance between two positions, in m, along a great circle (haversine). */
export const metersBetween = (from: LatLon, to: LatLon): number => {
  const north = sin(radians(to.lat - from.lat) / 2) ** 2;
  const east = sin(radians(to.lon - from.lon) / 2) ** 2;
  const share = north + cos(radians(from.lat)) * cos(radians(to.lat)) * east;
  return 2 * EARTH_RADIUS_M * asin(min(1, sqrt(share)));
};

/** Returns the position that is a number of m to the north and to the east of another. */
export const moved = ({ lat, lon }: LatLon, northM: number, eastM: number): LatLon => ({
  lat: lat + (northM / EARTH_RADIUS_M) * (180 / PI),
  lon: lon + (eastM / (EARTH_RADIUS_M * cos(radians(lat)))) * (180 / PI),
});

/** Returns the direction from one point to another: 0 is north, 90 is east. */
export const headingDeg = (from: PlanePoint, to: PlanePoint): number =>
  ((atan2(to.x - from.x, to.y - from.y) * 180) / PI + 360) % 360;

export const planeDistanceM = (from: PlanePoint, to: PlanePoint): number => hypot(to.x - from.x, to.y - from.y);

/** Converts between degrees and m around a center. Within 30 km the error is below 0.3 %. */
export type Plane = { toLatLon(point: PlanePoint): LatLon; toPlane(position: LatLon): PlanePoint };

export const planeAround = (center: LatLon): Plane => {
  const degree = radians(1) * EARTH_RADIUS_M;
  const eastDegree = degree * cos(radians(center.lat));
  return {
    toLatLon: ({ x, y }) => ({ lat: center.lat + y / degree, lon: center.lon + x / eastDegree }),
    toPlane: ({ lat, lon }) => ({ x: (lon - center.lon) * eastDegree, y: (lat - center.lat) * degree }),
  };
};
