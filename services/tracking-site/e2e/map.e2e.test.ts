import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { faultsOf } from '@qdn/test-browser/axe';
import { findChromium } from '@qdn/test-browser/chromium';
import { answerIn, NOW, onTheWayAt } from '@qdn/tracking-page/testing/answers';
import {
  type Browser,
  type BrowserContextOptions,
  type CDPSession,
  chromium,
  type Page,
  type Request,
} from 'playwright-core';
import { drawingOf, sameDrawing } from './testing/drawing.ts';
import { writeExampleTown } from './testing/example-town.ts';
import { ok, startSite, type TestSite } from './testing/site.ts';
import { trackingToken } from './testing/token.ts';

jest.setTimeout(60_000);

const found = await findChromium();
const withBrowser = found ? describe : describe.skip;

const token = trackingToken(NOW + 3_600_000);
const link = `/track?job_id=${token}`;
const DESKTOP: BrowserContextOptions = {
  viewport: { width: 800, height: 700 },
  locale: 'en-US',
  reducedMotion: 'reduce',
};
const PHONE: BrowserContextOptions = {
  ...DESKTOP,
  viewport: { width: 390, height: 700 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};
/** A corner of the map where no trailer comes by. */
const CORNER = { x: 8, y: 60, width: 60, height: 120 };

withBrowser('the map', () => {
  let browser: Browser;
  let folder: string;
  /** One site with streets, one without. */
  let town: TestSite;
  let plain: TestSite;
  let page: Page;
  let complaints: string[];
  let parts: number[];
  /** Requests for streets that have no answer yet. */
  let onTheWay: Set<Request>;
  /** Requests for positions that have no answer yet. */
  let asking: Set<Request>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'map-e2e-'));
    town = await startSite(join(folder, 'town'), NOW, writeExampleTown(folder));
    plain = await startSite(join(folder, 'plain'), NOW);
    browser = await chromium.launch(found ?? {});
  });
  afterAll(async () => {
    await browser?.close();
    town?.close();
    plain?.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    complaints = [];
    parts = [];
    for (const site of [town, plain]) {
      site.asked.length = 0;
      site.missing = null;
      site.respond = () => ok(answerIn('on-the-way'));
    }
  });
  afterEach(() => page?.context().close());

  const prepare = async (options: BrowserContextOptions = DESKTOP): Promise<Page> => {
    page = await (await browser.newContext(options)).newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
        complaints.push(message.text());
    });
    onTheWay = new Set();
    asking = new Set();
    page.on('request', (request) => {
      if (/tiles|streets/.test(request.url())) onTheWay.add(request);
      if (request.url().endsWith('/location')) asking.add(request);
    });
    const over = (request: Request) => {
      onTheWay.delete(request);
      asking.delete(request);
    };
    page.on('requestfinished', over);
    page.on('requestfailed', over);
    page.on('response', (response) => {
      if (response.url().includes('/tiles/')) parts.push(response.status());
    });
    return page;
  };
  const open = async (site: TestSite, options: BrowserContextOptions = DESKTOP): Promise<Page> => {
    await prepare(options);
    await page.goto(`${site.origin}${link}`);
    await page.locator('.map canvas').waitFor();
    return page;
  };
  const source = () => page.locator('.map-source');
  const back = () => page.getByRole('button', { name: 'Back to the trailer' });
  /** Returns the drawing once no request is open any more and it has stopped changing. */
  const settled = async (part: Parameters<typeof drawingOf>[1] = null): Promise<Uint8Array> => {
    let before = await drawingOf(page, part);
    for (let same = 0; same < 2; ) {
      await page.waitForTimeout(150);
      const now = await drawingOf(page, part);
      same = onTheWay.size === 0 && sameDrawing(now, before) ? same + 1 : 0;
      before = now;
    }
    return before;
  };
  /**
   * Lets time pass on a page with an installed clock. The clock stops while the page waits for positions: a clock that runs faster than
   * the network answers would make the page believe that the network is down.
   */
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 500) {
      await page.clock.runFor(500);
      do await page.waitForTimeout(10);
      while (asking.size > 0);
    }
  };
  const withStreets = async (options?: BrowserContextOptions) => {
    await open(town, options);
    await source().waitFor();
    return settled();
  };
  /** Waits until the map looks different, or as it did before. A test that never gets there ends by its timeout. */
  const changedFrom = async (before: Uint8Array): Promise<void> => {
    while (sameDrawing(await drawingOf(page), before)) await page.waitForTimeout(30);
  };
  const looksLike = async (before: Uint8Array): Promise<void> => {
    while (!sameDrawing(await drawingOf(page), before)) await page.waitForTimeout(30);
  };

  /** The drawing without streets; the same for all tests. */
  let drawnMap: Uint8Array | null = null;
  const drawnAlone = async (): Promise<Uint8Array> => {
    await open(plain);
    const drawn = await settled();
    await page.context().close();
    return drawn;
  };

  describe('with streets', () => {
    test('shows them under the trailer, in parts from its own site, with their attribution', async () => {
      drawnMap ??= await drawnAlone();
      const drawn = drawnMap;
      const streets = await withStreets();
      expect(sameDrawing(streets, drawn)).toBe(false);
      expect(await source().textContent()).toBe('© OpenStreetMap');
      expect(await source().getAttribute('href')).toBe('https://www.openstreetmap.org/copyright');
      expect(await source().getAttribute('rel')).toBe('noopener noreferrer');
      expect(parts.length).toBeGreaterThan(1);
      expect(new Set(parts)).toEqual(new Set([206]));
      expect(complaints).toEqual([]);
    });

    test('loads after the text and after the first drawing', async () => {
      await prepare();
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route(/assets\/streets-/, async (route) => {
        await held;
        await route.continue();
      });
      await page.goto(`${town.origin}${link}`);
      await page.locator('.arrival', { hasText: 'in about 20 minutes' }).waitFor();
      await page.locator('.map canvas').waitFor();
      while (onTheWay.size === 0) await page.waitForTimeout(30);
      const drawn = await drawingOf(page);
      expect(new Set(drawn).size).toBeGreaterThan(10);
      expect(await source().isVisible()).toBe(false);
      expect(town.asked.filter((path) => path.startsWith('/tiles/'))).toEqual([]);
      release();
      await source().waitFor();
      await changedFrom(drawn);
    });

    test('in the dark, too', async () => {
      const light = await withStreets();
      await page.emulateMedia({ colorScheme: 'dark' });
      const mean = (values: Uint8Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(mean(await settled())).toBeLessThan(mean(light) - 60);
    });

    test('an inexact position has a ring as wide as its accuracy', async () => {
      const at = async (accuracyM: number): Promise<Uint8Array> => {
        const answer = answerIn('imprecise');
        plain.respond = () => ok({ ...answer, position: answer.position && { ...answer.position, accuracyM } });
        await open(plain);
        const drawn = await settled();
        await page.context().close();
        return drawn;
      };
      const [exact, wide] = [await at(5), await at(250)];
      expect(sameDrawing(exact, await at(5))).toBe(true);
      expect(sameDrawing(exact, wide)).toBe(false);
    });

    test('axe finds nothing, and a screen reader gets the buttons but not the drawing, in both languages', async () => {
      await withStreets();
      expect(await faultsOf(page)).toEqual([]);
      expect(await page.locator('.map').ariaSnapshot()).toBe(
        [
          '- figure "In a straight line, the trailer is 3 mi south-east of your site.":',
          '  - group "Map":',
          '    - button "Zoom in"',
          '    - button "Zoom out"',
          '  - link "© OpenStreetMap":',
          '    - /url: https://www.openstreetmap.org/copyright',
          '  - text: In a straight line, the trailer is 3 mi south-east of your site.',
        ].join('\n'),
      );
      await page.getByRole('button', { name: 'Español' }).click();
      await page.getByRole('button', { name: 'Acercar' }).click();
      await page.getByRole('button', { name: 'Volver al remolque' }).waitFor();
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await faultsOf(page)).toEqual([]);
    });

    test('works in a browser of 2021, too', async () => {
      await prepare();
      await page.addInitScript(() => {
        for (const name of ['at', 'findLast', 'toReversed', 'toSorted', 'toSpliced', 'with']) {
          Reflect.deleteProperty(Array.prototype, name);
        }
        Reflect.deleteProperty(CanvasRenderingContext2D.prototype, 'roundRect');
        for (const name of ['DecompressionStream', 'requestIdleCallback']) Reflect.deleteProperty(globalThis, name);
      });
      await page.goto(`${town.origin}${link}`);
      await source().waitFor();
      expect(complaints).toEqual([]);
    });

    test('works inside a customer’s own site, too', async () => {
      const host = createServer((_, response) =>
        response
          .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
          .end(
            `<!doctype html><html lang="en"><title>A customer</title><script type="module" src="${town.origin}/widget/v1.js"></script><qdn-tracker token="${token}"></qdn-tracker>`,
          ),
      );
      host.listen(0, '127.0.0.1');
      await once(host, 'listening');
      try {
        await prepare();
        const { port } = host.address() as AddressInfo;
        await page.goto(`http://localhost:${port}/`);
        await source().waitFor();
        expect(new Set(parts)).toEqual(new Set([206]));
      } finally {
        host.closeAllConnections();
        host.close();
      }
    });
  });

  describe('without streets', () => {
    test('requests none, and the drawn map works without them', async () => {
      await open(plain);
      await settled();
      expect(plain.asked.filter((path) => /streets|tiles/.test(path))).toEqual([]);
      expect(await source().isVisible()).toBe(false);
      expect(await faultsOf(page)).toEqual([]);
    });

    const whole = { status: 200, body: 'x'.repeat(1000) };
    test.each([
      ['the archive is missing', /tiles\//, { status: 403, body: '<Error/>' }],
      ['the archive is not valid', /tiles\//, { status: 206, body: 'x'.repeat(16_384) }],
      ['the archive comes whole', /tiles\//, whole],
      ['their code is missing', /assets\/streets-/, { status: 404, body: '' }],
      ['their code is broken', /assets\/streets-/, { status: 200, contentType: 'text/javascript', body: '}' }],
    ])('when %s, the drawn map stays unchanged, without a message', async (_, path, reply) => {
      drawnMap ??= await drawnAlone();
      const drawn = drawnMap;
      await prepare();
      let failed = 0;
      await page.route(path, async (route) => {
        await route.fulfill(reply);
        failed++;
      });
      await page.goto(`${town.origin}${link}`);
      await page.locator('.map canvas').waitFor();
      while (failed === 0) await page.waitForTimeout(30);
      await looksLike(drawn);
      expect(await source().isVisible()).toBe(false);
      expect(await page.locator('.notice').isVisible()).toBe(false);
      expect(complaints).toEqual([]);
      // The map still works.
      await page.getByRole('button', { name: 'Zoom in' }).click();
      await changedFrom(drawn);
    });

    test('a missing tile leaves the others', async () => {
      await prepare();
      let tiles = 0;
      await page.route(/tiles\//, async (route) => {
        // The first part is the header with the directory, the second the first tile.
        tiles++;
        if (tiles === 2) await route.abort();
        else await route.continue();
      });
      await page.goto(`${town.origin}${link}`);
      await source().waitFor();
      await settled();
      expect(complaints).toEqual([]);
    });

    test('a reader who saves data gets the map without streets', async () => {
      await prepare();
      await page.addInitScript(() =>
        Object.defineProperty(navigator, 'connection', { configurable: true, value: { saveData: true } }),
      );
      await page.goto(`${town.origin}${link}`);
      await page.locator('.map canvas').waitFor();
      await settled();
      expect(town.asked.filter((path) => /streets|tiles/.test(path))).toEqual([]);
    });
  });

  describe('moved with the mouse and the keyboard', () => {
    test('follows the pointer, and returns to the trailer on request', async () => {
      const before = await withStreets();
      expect(await back().isVisible()).toBe(false);
      const box = await page.locator('.map canvas').boundingBox();
      if (!box) throw new Error('The map has no bounding box');
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x - 120, y - 60, { steps: 4 });
      await page.mouse.up();
      await back().waitFor();
      await changedFrom(before);
      expect(await faultsOf(page)).toEqual([]);
      await back().click();
      await back().waitFor({ state: 'hidden' });
      await looksLike(before);
    });

    test('stays where the reader has moved it when the trailer drives on, and follows again afterwards', async () => {
      let upTo = 12;
      town.respond = () => ok(onTheWayAt(upTo, NOW + upTo * 20_000));
      await prepare();
      await page.clock.install();
      await page.goto(`${town.origin}${link}`);
      const drive = async (to: number) => {
        const caption = await page.locator('figcaption').textContent();
        upTo = to;
        await pass(11_000);
        await page.waitForFunction((old) => document.querySelector('figcaption')?.textContent !== old, caption);
        await pass(1_500);
      };
      /** As `settled`, for a page whose time the test makes pass. */
      const corner = async (): Promise<Uint8Array> => {
        let before = await drawingOf(page, CORNER);
        for (let same = 0; same < 2; ) {
          await pass(1_000);
          const now = await drawingOf(page, CORNER);
          same = onTheWay.size === 0 && sameDrawing(now, before) ? same + 1 : 0;
          before = now;
        }
        return before;
      };
      await page.locator('.map canvas').waitFor();
      while (!(await source().isVisible())) await pass(500);
      const start = await corner();
      // The trailer comes near, so the camera zooms in.
      await drive(26);
      expect(sameDrawing(await corner(), start)).toBe(false);
      await page.getByRole('button', { name: 'Zoom in' }).click();
      const held = await corner();
      await drive(36);
      expect(sameDrawing(await corner(), held)).toBe(true);
      await back().click();
      expect(sameDrawing(await corner(), held)).toBe(false);
    });

    test('the marker glides until two seconds after the next position is expected, and jumps over a long distance', async () => {
      let upTo = 20;
      plain.respond = () => ok(onTheWayAt(upTo, NOW + upTo * 20_000));
      await prepare({ ...DESKTOP, reducedMotion: 'no-preference' });
      await page.clock.install();
      await page.goto(`${plain.origin}${link}`);
      const drive = async (to: number) => {
        const caption = await page.locator('figcaption').textContent();
        upTo = to;
        while ((await page.locator('figcaption').textContent()) === caption) await pass(500);
      };
      /**
       * Returns the drawing once it has not changed for longer than the interval of views (5 s) and the camera's move (0.9 s). The camera
       * follows the trailer at each view, and so moves once more after the trailer has arrived.
       */
      const atRest = async (tries = 8): Promise<Uint8Array> => {
        let before = await drawingOf(page);
        for (let tried = 0; tried < tries; tried++) {
          await pass(6_500);
          const now = await drawingOf(page);
          if (sameDrawing(now, before)) return now;
          before = now;
        }
        throw new Error('The drawing does not stop changing');
      };
      await page.locator('.map canvas').waitFor();
      await pass(3_000);
      // Positions are 20 s apart here; the camera's move takes the first 0.9 s.
      await drive(21);
      await pass(2_000);
      const early = await drawingOf(page);
      await pass(12_000);
      const late = await drawingOf(page);
      expect(sameDrawing(late, early)).toBe(false);
      await pass(5_000);
      expect(sameDrawing(await drawingOf(page), late)).toBe(false);
      const arrived = await atRest();
      // Two kilometres away: a gap, not a drive between two positions.
      await drive(32);
      await pass(2_000);
      const jumped = await drawingOf(page);
      expect(sameDrawing(jumped, arrived)).toBe(false);
      // A glide would last as long as the one before; the camera may follow once.
      const rested = await atRest(3);
      expect(sameDrawing(rested, arrived)).toBe(false);
    });

    test('the wheel scrolls the page, and with Ctrl it zooms the map; a double click zooms in', async () => {
      const before = await withStreets({ ...DESKTOP, viewport: { width: 800, height: 500 } });
      const canvas = page.locator('.map canvas');
      await canvas.hover();
      await page.mouse.wheel(0, 120);
      await page.waitForFunction(() => scrollY > 0);
      expect(await back().isVisible()).toBe(false);
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, -120);
      await page.keyboard.up('Control');
      await back().waitFor();
      await changedFrom(before);
      expect(await page.evaluate(() => visualViewport?.scale)).toBe(1);
      const closer = await settled();
      await canvas.dblclick();
      await changedFrom(closer);
    });

    test('the wheel alone shows a hint when the page cannot scroll further', async () => {
      await withStreets({ ...DESKTOP, viewport: { width: 800, height: 1600 } });
      await page.locator('.map canvas').hover();
      await page.mouse.wheel(0, 120);
      await page.locator('.map-hint.shown', { hasText: 'Hold Ctrl and scroll to zoom the map' }).waitFor();
      await page.locator('.map-hint:not(.shown)').waitFor({ state: 'attached' });
    });

    test('everything can be done from the keyboard', async () => {
      const before = await withStreets();
      await page.getByRole('button', { name: 'Zoom in' }).focus();
      await page.keyboard.press('ArrowLeft');
      await back().waitFor();
      const left = await settled();
      expect(sameDrawing(left, before)).toBe(false);
      await page.keyboard.press('-');
      const farther = await settled();
      expect(sameDrawing(farther, left)).toBe(false);
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Enter');
      await back().waitFor({ state: 'hidden' });
      await looksLike(before);
      // The button that has disappeared leaves the focus where the reader can continue.
      expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Zoom in');
      await page.keyboard.press('Enter');
      await back().waitFor();
      await page.keyboard.press('Escape');
      await back().waitFor({ state: 'hidden' });
    });

    test('keeps its place when the window is resized', async () => {
      await withStreets();
      await page.getByRole('button', { name: 'Zoom in' }).click();
      await page.getByRole('button', { name: 'Zoom in' }).click();
      await back().waitFor();
      const scale = await settled({ x: 10, y: 280, width: 140, height: 40 });
      expect(await back().isVisible()).toBe(true);
      await page.setViewportSize({ width: 700, height: 700 });
      await settled();
      expect(await back().isVisible()).toBe(true);
      await page.setViewportSize({ width: 800, height: 700 });
      expect(sameDrawing(await settled({ x: 10, y: 280, width: 140, height: 40 }), scale)).toBe(true);
    });
  });

  describe('with touch', () => {
    let debug: CDPSession;
    let middle: { x: number; y: number };
    const openOnPhone = async () => {
      const before = await withStreets(PHONE);
      await page.locator('.map').scrollIntoViewIfNeeded();
      debug = await page.context().newCDPSession(page);
      const box = await page.locator('.map canvas').boundingBox();
      if (!box) throw new Error('The map has no bounding box');
      middle = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
      return before;
    };
    type Finger = { x: number; y: number };
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: Finger[]) =>
      debug.send('Input.dispatchTouchEvent', { type, touchPoints });
    const slide = async (from: Finger[], to: Finger[]) => {
      await touch('touchStart', from);
      for (let i = 1; i <= 8; i++) {
        await touch(
          'touchMove',
          from.map((finger, k) => ({
            x: finger.x + ((to[k]?.x ?? finger.x) - finger.x) * (i / 8),
            y: finger.y + ((to[k]?.y ?? finger.y) - finger.y) * (i / 8),
          })),
        );
      }
      await touch('touchEnd', []);
    };

    test('one finger scrolls the page, also on the map', async () => {
      await openOnPhone();
      const before = await page.evaluate(() => scrollY);
      await slide([middle], [{ x: middle.x, y: middle.y - 150 }]);
      await page.waitForFunction((old) => scrollY > old + 40, before);
      expect(await back().isVisible()).toBe(false);
    });

    test('one finger sideways shows a hint to use two', async () => {
      const before = await openOnPhone();
      await slide([middle], [{ x: middle.x - 120, y: middle.y + 4 }]);
      await page.locator('.map-hint.shown', { hasText: 'Use two fingers to move the map' }).waitFor();
      expect(await back().isVisible()).toBe(false);
      await page.locator('.map-hint:not(.shown)').waitFor({ state: 'attached' });
      await looksLike(before);
    });

    test('two fingers move and zoom the map, and not the page', async () => {
      const before = await openOnPhone();
      const top = await page.evaluate(() => scrollY);
      const { x, y } = middle;
      await slide(
        [
          { x: x - 40, y },
          { x: x + 40, y },
        ],
        [
          { x: x - 90, y: y + 60 },
          { x: x + 90, y: y + 60 },
        ],
      );
      await back().waitFor();
      await changedFrom(before);
      expect(await page.evaluate(() => [scrollY, visualViewport?.scale])).toEqual([top, 1]);
      await back().tap();
      await back().waitFor({ state: 'hidden' });
      await looksLike(before);
    });

    test('a double tap zooms in; a single one does nothing', async () => {
      const before = await openOnPhone();
      await touch('touchStart', [middle]);
      await touch('touchEnd', []);
      await page.waitForTimeout(500);
      expect(await back().isVisible()).toBe(false);
      for (let i = 0; i < 2; i++) {
        await touch('touchStart', [middle]);
        await touch('touchEnd', []);
      }
      await back().waitFor();
      await changedFrom(before);
      expect(await page.evaluate(() => visualViewport?.scale)).toBe(1);
    });

    test('with large text on a small phone the buttons keep their shape, and leave some of the map visible', async () => {
      await open(plain, { ...PHONE, viewport: { width: 320, height: 700 }, locale: 'es-MX' });
      await page.evaluate(() => document.documentElement.style.setProperty('font-size', '300%'));
      await page.getByRole('button', { name: 'Acercar' }).tap();
      const follow = page.getByRole('button', { name: 'Volver al remolque' });
      await follow.waitFor();
      const [button, label] = [await follow.boundingBox(), await follow.locator('span').boundingBox()];
      if (!button || !label) throw new Error('The button has no bounding box');
      expect(button.height).toBeLessThan(80);
      expect(label.x).toBeGreaterThan(button.x);
      expect(label.x + label.width).toBeLessThan(button.x + button.width);
    });

    test('the buttons are large enough for a thumb', async () => {
      await openOnPhone();
      for (const name of ['Zoom in', 'Zoom out']) {
        const size = await page.getByRole('button', { name }).boundingBox();
        expect(Math.min(size?.width ?? 0, size?.height ?? 0)).toBeGreaterThanOrEqual(44);
      }
    });
  });
});
