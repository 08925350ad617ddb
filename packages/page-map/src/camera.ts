import { type Camera, project, type ScreenPoint, type Size, toScreen, worldPerMetre } from './projection.ts';

/** A place that must be seen, with metres around it. */
export type Subject = { lat: number; lon: number; aroundM: number };

/** Free space around the subjects, in CSS pixels: markers, labels and the scale bar need it. */
export type Margins = { top: number; right: number; bottom: number; left: number };

/** Closer than this the shorter side of the map never comes, in metres. */
const SHORTEST_SIDE_M = 350;
/** Once the subjects could be shown this much larger, it is time to come closer. */
const TOO_FAR = 1.7;

type Box = { west: number; east: number; north: number; south: number; lat: number };

const boxOf = (subjects: readonly [Subject, ...Subject[]]): Box => {
  const reference = project(subjects[0]);
  const box: Box = {
    west: reference.x,
    east: reference.x,
    north: reference.y,
    south: reference.y,
    lat: subjects[0].lat,
  };
  for (const subject of subjects) {
    const { x, y } = project(subject, reference.x);
    const around = subject.aroundM * worldPerMetre(subject.lat);
    box.west = Math.min(box.west, x - around);
    box.east = Math.max(box.east, x + around);
    box.north = Math.min(box.north, y - around);
    box.south = Math.max(box.south, y + around);
  }
  return box;
};

const inner = ({ width, height }: Size, margins: Margins): Size => ({
  width: Math.max(40, width - margins.left - margins.right),
  height: Math.max(40, height - margins.top - margins.bottom),
});

/** The closest camera that shows all subjects inside the margins. */
export const fit = (subjects: readonly [Subject, ...Subject[]], size: Size, margins: Margins): Camera => {
  const box = boxOf(subjects);
  const free = inner(size, margins);
  const closest = Math.min(free.width, free.height) / (SHORTEST_SIDE_M * worldPerMetre(box.lat));
  const scale = Math.min(
    closest,
    free.width / Math.max(box.east - box.west, 1e-12),
    free.height / Math.max(box.south - box.north, 1e-12),
  );
  return {
    x: (box.west + box.east) / 2 + (margins.right - margins.left) / 2 / scale,
    y: (box.north + box.south) / 2 + (margins.bottom - margins.top) / 2 / scale,
    scale,
  };
};

const shows = (camera: Camera, subjects: readonly Subject[], size: Size, margins: Margins): boolean =>
  subjects.every((subject) => {
    const at = toScreen(project(subject, camera.x), camera, size);
    const around = subject.aroundM * worldPerMetre(subject.lat) * camera.scale;
    return (
      at.x - around >= margins.left - 1 &&
      at.x + around <= size.width - margins.right + 1 &&
      at.y - around >= margins.top - 1 &&
      at.y + around <= size.height - margins.bottom + 1
    );
  });

/**
 * The camera for the next moment: the same one while it still shows everything at a good size, so that the map stands still
 * and the trailer moves; else the one that fits.
 */
export const follow = (
  current: Camera | null,
  subjects: readonly [Subject, ...Subject[]],
  size: Size,
  margins: Margins,
): Camera => {
  const fitting = fit(subjects, size, margins);
  if (!current || fitting.scale > current.scale * TOO_FAR || !shows(current, subjects, size, margins)) return fitting;
  return current;
};

const easeInOut = (t: number): number => (t < 0.5 ? 4 * t ** 3 : 1 - (-2 * t + 2) ** 3 / 2);

/** A camera on its way from one to another; scale changes by equal factors in equal times. `t` from 0 to 1. */
export const between = (from: Camera, to: Camera, t: number): Camera => {
  const eased = easeInOut(Math.max(0, Math.min(1, t)));
  const mix = (a: number, b: number) => a + (b - a) * eased;
  return { x: mix(from.x, to.x), y: mix(from.y, to.y), scale: from.scale * (to.scale / from.scale) ** eased };
};

/** The world this many CSS pixels wide is as far, or as close, as a hand can take the camera: a continent, a driveway. */
const FARTHEST = 2 ** 13;
const CLOSEST = 2 ** 27;

/** Returns the camera after the map was dragged by the given CSS pixels. */
export const panned = (camera: Camera, dx: number, dy: number): Camera => ({
  ...camera,
  x: camera.x - dx / camera.scale,
  y: Math.max(0, Math.min(1, camera.y - dy / camera.scale)),
});

/** The camera after zooming by a factor; what is at a point of the screen stays there. */
export const zoomed = (camera: Camera, factor: number, at: ScreenPoint, { width, height }: Size): Camera => {
  const scale = Math.max(FARTHEST, Math.min(CLOSEST, camera.scale * factor));
  const [dx, dy] = [at.x - width / 2, at.y - height / 2];
  return {
    x: camera.x + dx / camera.scale - dx / scale,
    y: Math.max(0, Math.min(1, camera.y + dy / camera.scale - dy / scale)),
    scale,
  };
};
