import { expect, test } from '@jest/globals';
import { mix, readTheme, withAlpha } from './theme.ts';

test('colours come from the element; what is missing or no hex colour has a default', () => {
  const theme = readTheme(
    (name) => ({ '--map-paper': ' #101010 ', '--map-on-trailer': '#ABCDEF', '--map-grid': 'red' })[name] ?? '',
  );
  expect(theme).toMatchObject({ paper: '#101010', onTrailer: '#ABCDEF', grid: '#e8e3da' });
});

test('a mix lies between its colours', () => {
  expect(mix('#000000', '#ffffff', 0)).toBe('#000000');
  expect(mix('#000000', '#ffffff', 1)).toBe('#ffffff');
  expect(mix('#000000', '#ff8000', 0.5)).toBe('#804000');
  expect(withAlpha('#ff8000', 0.5)).toBe('rgba(255, 128, 0, 0.5)');
});
