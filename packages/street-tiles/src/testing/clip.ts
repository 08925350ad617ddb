type Point = readonly [number, number];

/** The parts of a line inside a square from `min` to `max` on both axes. */
export const clipLine = (line: readonly Point[], min: number, max: number): Point[][] => {
  const parts: Point[][] = [];
  for (const [i, to] of line.entries()) {
    const from = line[i - 1];
    if (!from) continue;
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    let [enter, leave] = [0, 1];
    for (const [p, q] of [
      [-dx, from[0] - min],
      [dx, max - from[0]],
      [-dy, from[1] - min],
      [dy, max - from[1]],
    ] as const) {
      if (p === 0 && q < 0) leave = -1;
      else if (p < 0) enter = Math.max(enter, q / p);
      else if (p > 0) leave = Math.min(leave, q / p);
    }
    if (enter >= leave) continue;
    const start: Point = [from[0] + enter * dx, from[1] + enter * dy];
    const end: Point = [from[0] + leave * dx, from[1] + leave * dy];
    const last = parts.at(-1);
    const tip = last?.at(-1);
    if (last && tip && enter === 0 && tip[0] === start[0] && tip[1] === start[1]) last.push(end);
    else parts.push([start, end]);
  }
  return parts;
};

/** The part of a ring inside a square; empty where there is none. */
export const clipRing = (ring: readonly Point[], min: number, max: number): Point[] => {
  let points = [...ring];
  for (const [axis, bound, sign] of [
    [0, min, 1],
    [0, max, -1],
    [1, min, 1],
    [1, max, -1],
  ] as const) {
    const inside = (point: Point) => sign * (point[axis] - bound) >= 0;
    const next: Point[] = [];
    for (const [i, to] of points.entries()) {
      const from = points.at(i - 1) ?? to;
      if (inside(from) !== inside(to)) {
        const t = (bound - from[axis]) / (to[axis] - from[axis]);
        next.push([from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])]);
      }
      if (inside(to)) next.push(to);
    }
    points = next;
  }
  return points;
};
