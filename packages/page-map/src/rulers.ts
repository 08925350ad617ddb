import type { Units } from '@qdn/tracking-page/formats';

const MILE_M = 1609.344;
const FOOT_M = 0.3048;

/** The lengths that read well on a map, in metres, ascending. */
const LADDERS: Record<Units, readonly number[]> = {
  metric: [10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6],
  us: [
    ...[50, 100, 200, 500].map((feet) => feet * FOOT_M),
    ...[0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].map((miles) => miles * MILE_M),
  ],
};

/** The longest round length of at most `maxPx`; the shortest there is when even that is longer. */
export const scaleBar = (pixelsPerMetre: number, units: Units, maxPx: number): { metres: number; px: number } => {
  const ladder = LADDERS[units];
  const metres = ladder.filter((length) => length * pixelsPerMetre <= maxPx).pop() ?? ladder[0] ?? 1;
  return { metres, px: metres * pixelsPerMetre };
};

/** Radii in metres of the distance rings around the stop: round lengths at least `apartPx` apart, within `reachPx`. */
export const ringRadii = (pixelsPerMetre: number, units: Units, apartPx: number, reachPx: number): number[] => {
  const radii: number[] = [];
  let lastPx = 0;
  for (const metres of LADDERS[units]) {
    const px = metres * pixelsPerMetre;
    if (px > reachPx) break;
    if (px - lastPx >= apartPx) {
      radii.push(metres);
      lastPx = px;
    }
  }
  return radii;
};

/** The side of the paper's squares in metres: the shortest round length of at least `minPx`. */
export const gridStep = (pixelsPerMetre: number, units: Units, minPx: number): number => {
  const ladder = LADDERS[units];
  return ladder.find((length) => length * pixelsPerMetre >= minPx) ?? ladder[ladder.length - 1] ?? 1;
};
