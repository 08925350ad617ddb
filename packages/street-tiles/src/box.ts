import type { Place } from '@qdn/domain';

/** A part of the earth in degrees; does not cross the antimeridian. */
export type Box = { west: number; south: number; east: number; north: number };

/** One tile of the pyramid, as in every web map: `x` from 180° W eastwards, `y` from 85.05° N southwards. */
export type TileAddress = { z: number; x: number; y: number };

const MAX_LAT = 85.0511;
const METRES_PER_DEGREE = 111_320;

/** "west,south,east,north" in degrees; null when it is not a box. */
export const parseBox = (text: string): Box | null => {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [west, south, east, north] = numbers;
  if (numbers.length !== 4 || numbers.some((number) => !Number.isFinite(number))) return null;
  if (west === undefined || south === undefined || east === undefined || north === undefined) return null;
  const inside = west >= -180 && east <= 180 && south >= -90 && north <= 90;
  return inside && west < east && south < north ? { west, south, east, north } : null;
};

/** Returns the smallest box with all places and a margin around each, in metres. */
export const boxAround = (places: readonly [Place, ...Place[]], metres: number): Box => {
  const lats = places.map(({ lat }) => lat);
  const lons = places.map(({ lon }) => lon);
  const degrees = metres / METRES_PER_DEGREE;
  const northmost = Math.min(80, Math.max(...lats.map(Math.abs)));
  const eastwards = degrees / Math.cos((northmost * Math.PI) / 180);
  return {
    west: Math.max(-180, Math.min(...lons) - eastwards),
    south: Math.max(-90, Math.min(...lats) - degrees),
    east: Math.min(180, Math.max(...lons) + eastwards),
    north: Math.min(90, Math.max(...lats) + degrees),
  };
};

/** Width and height on the ground, in km, at the box's middle. */
export const sizeKm = ({ west, south, east, north }: Box): { width: number; height: number } => ({
  width: ((east - west) * METRES_PER_DEGREE * Math.cos((((south + north) / 2) * Math.PI) / 180)) / 1000,
  height: ((north - south) * METRES_PER_DEGREE) / 1000,
});

const tileX = (lon: number, z: number): number => ((lon + 180) / 360) * 2 ** z;
const tileY = (lat: number, z: number): number => {
  const sin = Math.sin((Math.max(-MAX_LAT, Math.min(MAX_LAT, lat)) * Math.PI) / 180);
  return (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * 2 ** z;
};

const clamped = (value: number, z: number): number => Math.max(0, Math.min(2 ** z - 1, Math.floor(value)));

/** The first and last column and row of a zoom level that the box touches. */
export const tileRange = (box: Box, z: number): { minX: number; maxX: number; minY: number; maxY: number } => ({
  minX: clamped(tileX(box.west, z), z),
  maxX: clamped(tileX(box.east, z), z),
  minY: clamped(tileY(box.north, z), z),
  maxY: clamped(tileY(box.south, z), z),
});

export const countTiles = (box: Box, z: number): number => {
  const { minX, maxX, minY, maxY } = tileRange(box, z);
  return (maxX - minX + 1) * (maxY - minY + 1);
};

/** Every tile of a zoom level that the box touches. */
export const tilesOf = (box: Box, z: number): TileAddress[] => {
  const { minX, maxX, minY, maxY } = tileRange(box, z);
  const tiles: TileAddress[] = [];
  for (let y = minY; y <= maxY; y++) for (let x = minX; x <= maxX; x++) tiles.push({ z, x, y });
  return tiles;
};

/** The closest zoom level at which one tile, or two by two around a corner, hold the whole box. */
export const overviewZoom = (box: Box): number => {
  const world = Math.max((box.east - box.west) / 360, tileY(box.south, 0) - tileY(box.north, 0));
  return Math.max(0, Math.floor(-Math.log2(world)));
};
