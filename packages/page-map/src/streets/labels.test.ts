import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chooseLabels, roomOnLine, type Wish } from './labels.ts';

const size = { width: 600, height: 500 };
const view = { width: 400, height: 330 };
const wish = (text: string, x: number, y: number, more: Partial<Wish> = {}): Wish => ({
  ...{ text, at: { x, y }, angle: 0, width: 60, height: 14, kind: 'place' },
  ...more,
});
const texts = (wishes: Wish[], free: Parameters<typeof chooseLabels>[3] = []) =>
  chooseLabels(wishes, size, view, free).map(({ text }) => text);

describe('labels', () => {
  test('the first that is wished for wins the room', () => {
    expect(texts([wish('City', 300, 250), wish('Quarter', 320, 252), wish('Far', 300, 290)])).toEqual(['City', 'Far']);
  });

  test('nothing covers the trailer, and no edge cuts a name', () => {
    expect(texts([wish('Under', 300, 250)], [{ x: 310, y: 250, radius: 17 }])).toEqual([]);
    expect(texts([wish('Sheet', 590, 100), wish('View', 100, 250), wish('Beyond', 40, 250)])).toEqual(['Beyond']);
  });

  test('a road is named again only far along', () => {
    const road = { kind: 'road', width: 50 } as const;
    expect(texts([wish('Elm', 150, 150, road), wish('Elm', 300, 150, road), wish('Elm', 430, 150, road)])).toEqual([
      'Elm',
      'Elm',
    ]);
  });

  test('no two overlap, whichever way they are turned', () => {
    const any = fc.record({
      x: fc.integer({ min: 0, max: 600 }),
      y: fc.integer({ min: 0, max: 500 }),
      angle: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
      width: fc.integer({ min: 10, max: 160 }),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 30 }), (wishes) => {
        const chosen = chooseLabels(
          wishes.map(({ x, y, ...rest }, i) => wish(`${i}`, x, y, rest)),
          size,
          view,
          [],
        );
        const spots = ({ at, angle, width }: Wish) =>
          [-0.45, -0.2, 0, 0.2, 0.45].map((t) => ({
            x: at.x + t * Math.max(0, width - 14) * Math.cos(angle),
            y: at.y + t * Math.max(0, width - 14) * Math.sin(angle),
          }));
        for (const [i, a] of chosen.entries()) {
          for (const b of chosen.slice(i + 1)) {
            for (const p of spots(a))
              for (const q of spots(b)) expect(Math.hypot(p.x - q.x, p.y - q.y)).toBeGreaterThan(13);
          }
        }
      }),
    );
  });
});

describe('room for a name on a road', () => {
  test('is where it is straight for long enough, and the name stands upright', () => {
    const bent = [
      { x: 0, y: 0 },
      { x: 30, y: 40 },
      { x: 20, y: 90 },
      { x: -140, y: 92 },
      { x: -300, y: 90 },
    ];
    const room = roomOnLine(bent, 100);
    expect(room?.at.x).toBeCloseTo(-140);
    expect(room?.angle).toBeCloseTo(0, 1);
  });

  test('is nowhere on a road that is short or winds', () => {
    expect(
      roomOnLine(
        [
          { x: 0, y: 0 },
          { x: 40, y: 0 },
        ],
        60,
      ),
    ).toBeNull();
    const winding = Array.from({ length: 20 }, (_, i) => ({ x: i * 20, y: i % 2 ? 30 : 0 }));
    expect(roomOnLine(winding, 60)).toBeNull();
    expect(roomOnLine([], 10)).toBeNull();
  });

  test('never reads from right to left', () => {
    const point = fc.record({ x: fc.integer({ min: -500, max: 500 }), y: fc.integer({ min: -500, max: 500 }) });
    fc.assert(
      fc.property(fc.array(point, { minLength: 2, maxLength: 8 }), (points) => {
        const room = roomOnLine(points, 10);
        if (room) expect(Math.abs(room.angle)).toBeLessThanOrEqual(Math.PI / 2 + 1e-9);
      }),
    );
  });
});
