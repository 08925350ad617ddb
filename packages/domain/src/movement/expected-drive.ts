/** Expected speeds in m/s: of the first kilometres, in m, and beyond. Road metres in a metre of straight line. */
const EXPECTED_MPS = 8;
const TOWN_M = 4000;
const BEYOND_MPS = 15;
const ROAD_FACTOR = 1.3;

/** Returns the expected duration in ms of a drive over a straight distance in m, without what the company's own drives teach. */
export const expectedMs = (metres: number): number => {
  const roadM = metres * ROAD_FACTOR;
  return (Math.min(roadM, TOWN_M) / EXPECTED_MPS + Math.max(0, roadM - TOWN_M) / BEYOND_MPS) * 1000;
};
