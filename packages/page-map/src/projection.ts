import type { Place } from '@qdn/domain';

/*
 * Web Mercator on a world of width 1: x grows eastwards from 0 at 180° W, y southwards from 0 at 85.05° N. The projection of
 * every web map, so that tiles can be laid under the drawing. https://en.wikipedia.org/wiki/Web_Mercator_projection
 */

/** A place in the world of width 1. */
export type WorldPoint = { x: number; y: number };
/** A place on the screen, in CSS pixels from the top left of the map. */
export type ScreenPoint = { x: number; y: number };
export type Size = { width: number; height: number };
/** The map's view: its centre in the world, and the width of the world in CSS pixels. */
export type Camera = { x: number; y: number; scale: number };

const EQUATOR_M = 2 * Math.PI * 6_378_137;
const MAX_LAT = 85.0511;

/** @param nearX the result's x is the one of its copies around the globe that is nearest to this */
export const project = ({ lat, lon }: Place, nearX = 0.5): WorldPoint => {
  const sin = Math.sin((Math.max(-MAX_LAT, Math.min(MAX_LAT, lat)) * Math.PI) / 180);
  const x = lon / 360 + 0.5;
  return { x: x + Math.round(nearX - x), y: 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI) };
};

export const unproject = ({ x, y }: WorldPoint): Place => ({
  lat: (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI,
  lon: (x - Math.floor(x) - 0.5) * 360,
});

export const toScreen = ({ x, y }: WorldPoint, camera: Camera, { width, height }: Size): ScreenPoint => ({
  x: (x - camera.x) * camera.scale + width / 2,
  y: (y - camera.y) * camera.scale + height / 2,
});

/** CSS pixels per metre on the ground at the camera's centre. */
export const pixelsPerMetre = (camera: Camera): number =>
  camera.scale / (EQUATOR_M * Math.cos((unproject(camera).lat * Math.PI) / 180));

/** The part of the world of width 1 that a metre takes at a latitude. */
export const worldPerMetre = (lat: number): number => 1 / (EQUATOR_M * Math.cos((lat * Math.PI) / 180));
