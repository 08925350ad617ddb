import type { RoadClass } from './roads.ts';

// Functions of Math are module constants: a lookup of a global costs much in Jest's modules, and these run a million times.
const { exp, min } = Math;

/** Loss of speed at the height of the rush, as a share of the speed on an empty road. */
const RUSH_LOSS: Readonly<Record<RoadClass, number>> = {
  highway: 0.55,
  ramp: 0.5,
  arterial: 0.45,
  street: 0.4,
  rural: 0.1,
};

/** Hours of the day at which traffic is the heaviest, how long each lasts (h) and how heavy it is. */
const RUSHES = [
  { hour: 7.8, widthH: 0.9, weight: 0.9 },
  { hour: 12.3, widthH: 0.8, weight: 0.25 },
  { hour: 17.2, widthH: 1.2, weight: 1 },
] as const;

/**
 * Returns the speed of traffic as a share of the speed on an empty road.
 * @param hour local hour of the day, from 0 to below 24, with fractions
 * @param weekend on weekends there is a quarter of the rush
 */
export const trafficShare = (roadClass: RoadClass, hour: number, weekend: boolean): number => {
  const rush = RUSHES.reduce((sum, { hour: peak, widthH, weight }) => {
    return sum + weight * exp(-(((hour - peak) / widthH) ** 2));
  }, 0);
  return 1 - RUSH_LOSS[roadClass] * min(1, rush) * (weekend ? 0.25 : 1);
};
