import { describe, expect, test } from '@jest/globals';
import { findChromium, type Surroundings } from './chromium.ts';

const nowhere = (changes: Partial<Surroundings> = {}): Surroundings & { lines: string[] } => {
  const lines: string[] = [];
  return {
    env: {},
    canRun: () => false,
    packaged: async () => null,
    warn: (line) => lines.push(line),
    missing: (engine) => lines.push(engine),
    lines,
    ...changes,
  };
};
const inPackage = '/tmp/chromium';

describe('the browser of the tests', () => {
  test('uses QDN_CHROMIUM first', async () => {
    const here = nowhere({ env: { QDN_CHROMIUM: '/opt/chrome' }, canRun: () => true });
    expect((await findChromium(here))?.executablePath).toBe('/opt/chrome');
  });

  test('fails when QDN_CHROMIUM cannot be run, instead of using another one', async () => {
    const here = nowhere({ env: { QDN_CHROMIUM: '/opt/chrome' }, packaged: async () => inPackage });
    await expect(findChromium(here)).rejects.toThrow('/opt/chrome');
  });

  test('uses an installed one before the package’s', async () => {
    const here = nowhere({ canRun: (path) => path === '/usr/bin/google-chrome', packaged: async () => inPackage });
    expect((await findChromium(here))?.executablePath).toBe('/usr/bin/google-chrome');
  });

  test('uses the headless shell before a whole browser', async () => {
    const here = nowhere({ canRun: (path) => path.startsWith('/usr/bin/chromium') });
    expect((await findChromium(here))?.executablePath).toBe('/usr/bin/chromium-headless-shell');
  });

  test('uses the package’s when none is installed', async () => {
    expect((await findChromium(nowhere({ packaged: async () => inPackage })))?.executablePath).toBe(inPackage);
  });

  test('skips tests with a clear message when none is found', async () => {
    const here = nowhere();
    expect(await findChromium(here)).toBeNull();
    expect(here.lines.join()).toContain('BROWSER TESTS ARE SKIPPED');
    expect(here.lines).toContain('Chromium (apt-get install chromium-headless-shell)');
  });

  test('fails in CI when none is found', async () => {
    await expect(findChromium(nowhere({ env: { CI: 'true' } }))).rejects.toThrow('No Chromium');
  });
});
