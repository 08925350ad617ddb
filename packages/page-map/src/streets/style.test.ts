import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readTheme } from '../theme.ts';
import { fillColour, fillOf, LINES, lineOf, roadName, strokeOf } from './style.ts';

const theme = readTheme(() => '');

describe('the style of each kind of feature', () => {
  test.each([
    ['landuse', { kind: 'park' }, 'green'],
    ['landuse', { kind: 'industrial' }, 'built'],
    ['landuse', { kind: 'residential' }, null],
    ['water', { kind: 'lake' }, 'water'],
    ['buildings', { kind: 'building' }, 'building'],
    ['earth', { kind: 'earth' }, null],
    ['landuse', {}, null],
  ])('an area of %s %p', (layer, properties, fill) => {
    expect(fillOf(layer, properties)).toBe(fill);
  });

  test.each([
    ['roads', { kind: 'highway' }, 'highway'],
    ['roads', { kind: 'highway', is_link: true }, 'major'],
    ['roads', { kind: 'major_road' }, 'major'],
    ['roads', { kind: 'minor_road', kind_detail: 'service' }, 'service'],
    ['roads', { kind: 'minor_road' }, 'minor'],
    ['roads', { kind: 'ferry' }, null],
    ['roads', { kind: 'highway', is_tunnel: true }, 'tunnel'],
    ['roads', { kind: 'rail', is_tunnel: true }, 'rail'],
    ['water', { kind: 'stream' }, 'stream'],
    ['water', { kind: 'river' }, 'river'],
    ['boundaries', { kind: 'county' }, null],
  ])('a line of %s %p', (layer, properties, line) => {
    expect(lineOf(layer, properties)).toBe(line);
  });
});

test('the closer, the wider; larger roads are never narrower than smaller ones; an edge is around its line', () => {
  const zoom = fc.double({ min: 4, max: 20, noNaN: true });
  fc.assert(
    fc.property(fc.constantFrom(...LINES), zoom, zoom, (line, a, b) => {
      const [near, far] = [Math.max(a, b), Math.min(a, b)];
      expect(strokeOf(line, near, theme).width).toBeGreaterThanOrEqual(strokeOf(line, far, theme).width);
      const { width, edgeWidth } = strokeOf(line, near, theme);
      if (edgeWidth > 0) expect(edgeWidth).toBeGreaterThan(width);
      const widths = (['service', 'minor', 'major', 'highway'] as const).map(
        (road) => strokeOf(road, near, theme).width,
      );
      expect(widths).toEqual(widths.toSorted((x, y) => x - y));
    }),
  );
});

test('buildings are for those who are near', () => {
  expect(fillColour('building', 13, theme)).toBeNull();
  expect(fillColour('building', 15, theme)).toBe(theme.building);
});

test.each([
  [{ name: 'Elm Street', shield_text: '35', network: 'US:I' }, 'Elm Street'],
  [{ shield_text: '35', network: 'US:I' }, 'I-35'],
  [{ shield_text: '290', network: 'US:US' }, 'US-290'],
  [{ shield_text: '71', network: 'US:TX' }, '71'],
  [{}, ''],
])('a road with %p is called "%s"', (properties, name) => {
  expect(roadName(properties)).toBe(name);
});
