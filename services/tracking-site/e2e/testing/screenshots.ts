/*
 * Writes docs/screens/track-*.png, and map-streets*.png, which show a fictional example town:
 * `node services/tracking-site/e2e/testing/screenshots.ts [name…]`. Each state on a phone (390 wide, the whole scrollable page) and on
 * a desktop (1280 × 800), some in the dark, in Spanish and in large text.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '@qdn/test-browser/chromium';
import { answerIn, NOW, STATE_NAMES, type StateName } from '@qdn/tracking-page/testing/answers';
import { type Browser, chromium } from 'playwright-core';
import { writeExampleTown } from './example-town.ts';
import { ok, problem, type Respond, startSite, type TestSite } from './site.ts';
import { trackingToken } from './token.ts';

const SCREENS = fileURLToPath(new URL('../../../../docs/screens/', import.meta.url));
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true };
const DESKTOP = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 };

type Shot = {
  name: string;
  respond: Respond;
  device?: typeof PHONE | typeof DESKTOP;
  dark?: boolean;
  locale?: string;
  largeText?: boolean;
  /** The link's path, if it is not the job's. */
  path?: string;
  /** The network goes away, or the server fails, after the first answer. */
  after?: 'offline' | 'trouble';
  /** Only the map, with the example town's streets. */
  streets?: boolean;
};

const token = trackingToken(NOW + 3_600_000);
const says =
  (state: StateName): Respond =>
  () =>
    ok(answerIn(state));
const track = `/track?job_id=${token}`;

/** Every state that the page has, as the customer comes to it. */
const STATES: Array<Pick<Shot, 'name' | 'respond' | 'path' | 'after'>> = [
  ...STATE_NAMES.map((name) => ({ name, respond: says(name) })),
  { name: 'expired', respond: () => problem(410, 'unauthenticated') },
  { name: 'revoked', respond: () => problem(401, 'link-revoked') },
  { name: 'malformed', respond: () => problem(401, 'unauthenticated'), path: '/track?job_id=QDN-1042' },
  { name: 'server-trouble', respond: () => ({ status: 503, body: '' }) },
  { name: 'missing', respond: () => problem(401, 'unauthenticated'), path: '/track' },
  { name: 'offline', respond: says('on-the-way'), after: 'offline' },
  { name: 'trouble', respond: says('on-the-way'), after: 'trouble' },
];

const SHOTS: Shot[] = [
  ...STATES,
  ...STATES.map((shot): Shot => ({ ...shot, name: `${shot.name}-desktop`, device: DESKTOP })),
  { name: 'on-the-way-dark', respond: says('on-the-way'), dark: true },
  { name: 'several-trailers-desktop-dark', respond: says('several-trailers'), device: DESKTOP, dark: true },
  { name: 'completed-dark', respond: says('completed'), dark: true },
  { name: 'on-the-way-spanish', respond: says('on-the-way'), locale: 'es-MX' },
  { name: 'on-the-way-large-text', respond: says('on-the-way'), largeText: true },
  { name: 'map-streets', respond: says('on-the-way'), streets: true },
  { name: 'map-streets-dark', respond: says('nearby'), streets: true, dark: true },
];

const take = async (browser: Browser, site: TestSite, shot: Shot): Promise<void> => {
  site.respond = shot.respond;
  const context = await browser.newContext({
    ...(shot.device ?? PHONE),
    locale: shot.locale ?? 'en-US',
    colorScheme: shot.dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(`${site.origin}${shot.path ?? track}`);
  await page.locator('.headline').filter({ hasText: /./ }).waitFor();
  if (shot.largeText) await page.evaluate(() => document.documentElement.style.setProperty('font-size', '160%'));
  if (await page.locator('.map').isVisible()) await page.locator('.map canvas').waitFor();
  if (shot.after) {
    if (shot.after === 'offline') await context.setOffline(true);
    else site.respond = () => ({ status: 503, body: '' });
    await page.locator('.notice').filter({ hasText: /./ }).waitFor();
  }
  if (shot.streets) {
    await page.locator('.map-source').waitFor();
    await page.waitForTimeout(1_000);
    await page.locator('.map .paper').screenshot({ path: join(SCREENS, `${shot.name}.png`) });
  } else {
    await page.waitForTimeout(250);
    await page.screenshot({ path: join(SCREENS, `track-${shot.name}.png`), fullPage: shot.device !== DESKTOP });
  }
  await context.close();
};

const folder = mkdtempSync(join(tmpdir(), 'track-screens-'));
const found = await findChromium();
if (!found) process.exit(1);
mkdirSync(SCREENS, { recursive: true });
const site = await startSite(join(folder, 'plain'), NOW);
const town = await startSite(join(folder, 'town'), NOW, writeExampleTown(folder));
const browser = await chromium.launch(found);
try {
  const wanted = process.argv.slice(2);
  for (const shot of SHOTS)
    if (wanted.length === 0 || wanted.includes(shot.name)) await take(browser, shot.streets ? town : site, shot);
} finally {
  await browser.close();
  site.close();
  town.close();
  rmSync(folder, { recursive: true });
}
