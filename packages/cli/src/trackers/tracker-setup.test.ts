import { expect, test } from '@jest/globals';
import { overlandLink, ownTracksLink, trackerSetup } from './tracker-setup.ts';

const setup = { url: 'https://qdn.example', trailerId: 'T1', token: 'a.b.c', ownTracksKey: 'k'.repeat(32) };

test('OwnTracks gets its configuration by link: HTTP, the token as password, move mode, the key', () => {
  const inline = new URL(ownTracksLink(setup)).searchParams.get('inline') ?? '';
  expect(JSON.parse(Buffer.from(inline, 'base64').toString())).toMatchObject({
    _type: 'configuration',
    mode: 3,
    url: 'https://qdn.example/api/trailers/T1/location',
    auth: true,
    password: 'a.b.c',
    monitoring: 2,
    encryptionKey: setup.ownTracksKey,
  });
});

test('Overland gets its address and token by link', () => {
  expect(overlandLink(setup)).toBe(
    'overland://setup?url=https%3A%2F%2Fqdn.example%2Fapi%2Ftrailers%2FT1%2Flocation&token=a.b.c&device_id=T1',
  );
});

test('names each app with its settings', () => {
  const text = trackerSetup(setup);
  for (const app of ['OwnTracks', 'Overland', 'Traccar Client', 'GPSLogger', 'Home Assistant'])
    expect(text).toContain(app);
  expect(text).toContain('https://qdn.example/api/trailers/a.b.c/location?lat=%LAT&lon=%LON');
  expect(text).toMatch(/[▀▄█]{10}/);
  // For an app that is set up by hand, and for one whose key does not fit.
  expect(text).toContain(`Encryption key      ${setup.ownTracksKey}`);
});
