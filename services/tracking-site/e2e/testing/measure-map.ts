/*
 * Measures the map: `node services/tracking-site/e2e/testing/measure-map.ts`. Prints sizes, and the main thread's time for a frame on a
 * phone-sized screen, at this machine's speed and four times slower, with and without the example town's streets. Nothing passes or
 * fails.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSite } from '@qdn/site-publishing/build';
import { findChromium } from '@qdn/test-browser/chromium';
import { NOW, onTheWayAt } from '@qdn/tracking-page/testing/answers';
import { type Browser, chromium } from 'playwright-core';
import { writeExampleTown } from './example-town.ts';
import { ok, startSite } from './site.ts';
import { trackingToken } from './token.ts';

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, locale: 'en-US' } as const;
const GLIDE_MS = 6_000;

declare global {
  interface Window {
    /** Milliseconds that each frame's script took, in order. */
    frameMs: number[];
  }
}

const watchFrames = () => {
  window.frameMs = [];
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (draw) =>
    ask((time) => {
      const start = performance.now();
      draw(time);
      window.frameMs.push(performance.now() - start);
    });
};

const describeFrames = (frames: readonly number[]): string => {
  const sorted = frames.toSorted((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
  const mean = sorted.reduce((sum, ms) => sum + ms, 0) / Math.max(1, sorted.length);
  return `mean ${mean.toFixed(1)}  p95 ${at(0.95)}  longest ${at(1)} ms  (${sorted.length} frames)`;
};

const measure = async (browser: Browser, origin: string, streets: boolean, slower: number, drive: () => void) => {
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  const debug = await context.newCDPSession(page);
  await debug.send('Emulation.setCPUThrottlingRate', { rate: slower });
  await page.addInitScript(watchFrames);
  await page.goto(`${origin}/track?job_id=${trackingToken(NOW + 3_600_000)}`);
  await page.locator('.map canvas').waitFor();
  if (streets) await page.locator('.map-source').waitFor({ timeout: 30_000 });
  await page.waitForTimeout(2_000);
  const taken = () =>
    page.evaluate(() => {
      const frames = window.frameMs;
      window.frameMs = [];
      return frames;
    });
  const name = `${streets ? 'streets' : 'drawn map'}, CPU ÷ ${slower}`.padEnd(20);
  console.log(`  ${name} first drawings  ${describeFrames(await taken())}`);
  const caption = await page.locator('figcaption').textContent();
  drive();
  await page.waitForFunction((old) => document.querySelector('figcaption')?.textContent !== old, caption, {
    timeout: 30_000,
  });
  await page.waitForTimeout(2_000);
  await taken();
  await page.waitForTimeout(GLIDE_MS);
  console.log(`  ${name} marker gliding  ${describeFrames(await taken())}`);
  const box = await page.locator('.map canvas').boundingBox();
  if (!box) throw new Error('The map has no bounding box');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 150, y - 100, { steps: 60 });
  await page.mouse.move(x + 100, y + 80, { steps: 60 });
  await page.mouse.up();
  await page.waitForTimeout(500);
  console.log(`  ${name} under a hand    ${describeFrames(await taken())}`);
  await context.close();
};

const found = await findChromium();
if (!found) process.exit(1);
const folder = mkdtempSync(join(tmpdir(), 'measure-map-'));
const browser = await chromium.launch(found);
try {
  const archive = writeExampleTown(folder);
  const { files } = await buildSite(join(folder, 'built'), { streets: archive });
  console.log('KB, gzip');
  for (const { key, path } of files.filter((file) => /assets\/.*js$|\.html$/.test(file.key))) {
    console.log(`  ${(gzipSync(readFileSync(path)).length / 1000).toFixed(1).padStart(6)}  ${key}`);
  }
  console.log('Main thread, a frame');
  for (const streets of [false, true]) {
    const site = await startSite(join(folder, String(streets)), NOW, streets ? archive : null);
    for (const slower of [1, 4]) {
      let upTo = 19;
      site.respond = () => ok(onTheWayAt(upTo, NOW + upTo * 20_000));
      await measure(browser, site.origin, streets, slower, () => {
        upTo = 20;
      });
    }
    site.close();
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
