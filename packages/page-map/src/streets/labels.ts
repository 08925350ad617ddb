import type { ScreenPoint, Size } from '../projection.ts';

/** Text that might be on the map, in CSS pixels. `angle` in radians, 0 is level. */
export type Wish = {
  text: string;
  at: ScreenPoint;
  angle: number;
  width: number;
  height: number;
  kind: 'place' | 'quarter' | 'road';
};

type Circle = { x: number; y: number; radius: number };
type Frame = { left: number; top: number; right: number; bottom: number };

/** Room around a label in which there is no other, in CSS pixels. */
const APART = 6;
/** Minimum distance of two names of the same road, in CSS pixels. */
const SAME_ROAD_APART = 260;
/** Area for each name of a road, in square CSS pixels: enough names to find the way, and not too many to read. */
const AREA_TO_A_ROAD = 11_000;

/** A label as circles along its line: near enough, whichever way it is turned. */
const circlesOf = ({ at, angle, width, height }: Wish): Circle[] => {
  const radius = height / 2;
  const reach = Math.max(0, width / 2 - radius);
  const count = Math.max(1, Math.ceil((2 * reach) / height) + 1);
  return Array.from({ length: count }, (_, i) => {
    const t = count === 1 ? 0 : -reach + (2 * reach * i) / (count - 1);
    return { x: at.x + t * Math.cos(angle), y: at.y + t * Math.sin(angle), radius };
  });
};

const meets = (a: Circle, b: Circle) => Math.hypot(a.x - b.x, a.y - b.y) < a.radius + b.radius + APART;

/** The side of a frame's edge on which all of a label is; 'neither' when the edge would cut it. */
const sideOf = (circles: readonly Circle[], { left, top, right, bottom }: Frame): 'inside' | 'outside' | 'neither' => {
  const all = (test: (circle: Circle) => boolean) => circles.every(test);
  if (
    all(({ x, y, radius }) => x - radius >= left && y - radius >= top && x + radius <= right && y + radius <= bottom)
  ) {
    return 'inside';
  }
  const beyond =
    all(({ x, radius }) => x + radius < left) ||
    all(({ x, radius }) => x - radius > right) ||
    all(({ y, radius }) => y + radius < top) ||
    all(({ y, radius }) => y - radius > bottom);
  return beyond ? 'outside' : 'neither';
};

/**
 * Chooses the labels that find room, in the order of the wishes: apart from each other and from what must stay free, cut off by
 * the edge neither of the sheet nor of the view in its middle.
 */
export const chooseLabels = (wishes: readonly Wish[], size: Size, view: Size, free: readonly Circle[]): Wish[] => {
  const sheet: Frame = { left: 0, top: 0, right: size.width, bottom: size.height };
  const [besides, above] = [(size.width - view.width) / 2, (size.height - view.height) / 2];
  const shown: Frame = { left: besides, top: above, right: besides + view.width, bottom: above + view.height };
  const mostRoads = (size.width * size.height) / AREA_TO_A_ROAD;
  const taken: Circle[] = [...free];
  const chosen: Wish[] = [];
  let roads = 0;
  for (const wish of wishes) {
    if (wish.kind === 'road') {
      if (roads >= mostRoads) continue;
      const twin = chosen.some(
        ({ text, at }) => text === wish.text && Math.hypot(at.x - wish.at.x, at.y - wish.at.y) < SAME_ROAD_APART,
      );
      if (twin) continue;
    }
    const circles = circlesOf(wish);
    if (sideOf(circles, sheet) !== 'inside' || sideOf(circles, shown) === 'neither') continue;
    if (circles.some((circle) => taken.some((other) => meets(circle, other)))) continue;
    taken.push(...circles);
    chosen.push(wish);
    if (wish.kind === 'road') roads++;
  }
  return chosen;
};

/** A road bends less than this along its name, in radians. */
const STRAIGHT = 0.22;

const lengthOf = (points: readonly ScreenPoint[]): number =>
  points.reduce((sum, { x, y }, i) => {
    const before = points[i - 1];
    return before ? sum + Math.hypot(x - before.x, y - before.y) : 0;
  }, 0);

/** Returns the point at a length along a line. */
const pointAt = (points: readonly ScreenPoint[], along: number): ScreenPoint | undefined => {
  let left = along;
  for (const [i, to] of points.entries()) {
    const from = points[i - 1];
    if (!from) continue;
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (left <= length && length > 0) {
      return { x: from.x + ((to.x - from.x) * left) / length, y: from.y + ((to.y - from.y) * left) / length };
    }
    left -= length;
  }
  return points[points.length - 1];
};

/** The longest piece of a line that is straight enough for a name, if it is long enough: its middle and its angle, upright. */
export const roomOnLine = (
  points: readonly ScreenPoint[],
  width: number,
): { at: ScreenPoint; angle: number } | null => {
  let best = { length: width + 12, from: -1, to: -1 };
  let start = 0;
  for (let i = 1; i < points.length; i++) {
    const [from, to, before] = [points[start], points[i], points[i - 1]];
    if (!from || !to || !before) continue;
    if (i - 1 > start) {
      const chord = Math.atan2(before.y - from.y, before.x - from.x);
      const next = Math.atan2(to.y - before.y, to.x - before.x);
      const bend = Math.abs(((next - chord + 3 * Math.PI) % (2 * Math.PI)) - Math.PI);
      if (bend > STRAIGHT) start = i - 1;
    }
    const head = points[start] ?? from;
    const length = Math.hypot(to.x - head.x, to.y - head.y);
    if (length > best.length) best = { length, from: start, to: i };
  }
  if (best.from < 0) return null;
  const run = points.slice(best.from, best.to + 1);
  const total = lengthOf(run);
  const [left, middle, right] = [-width / 2, 0, width / 2].map((offset) => pointAt(run, total / 2 + offset));
  if (!left || !middle || !right) return null;
  const angle = Math.atan2(right.y - left.y, right.x - left.x);
  const upright = angle > Math.PI / 2 ? angle - Math.PI : angle <= -Math.PI / 2 ? angle + Math.PI : angle;
  // On a road that bends a little: between its middle and that of the name's two ends.
  const at = { x: (left.x + 2 * middle.x + right.x) / 4, y: (left.y + 2 * middle.y + right.y) / 4 };
  return { at, angle: upright };
};
