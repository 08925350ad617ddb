import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { faultsOf } from '@qdn/test-browser/axe';
import { findChromium } from '@qdn/test-browser/chromium';
import { answerIn, NOW, onTheWayAt, STATE_NAMES, type StateName } from '@qdn/tracking-page/testing/answers';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { ok, problem, startSite, type TestSite } from './testing/site.ts';
import { trackingToken } from './testing/token.ts';

jest.setTimeout(60_000);

const found = await findChromium();
const withBrowser = found ? describe : describe.skip;

const token = trackingToken(NOW + 3_600_000);
const link = `/track?job_id=${token}`;
const PHONE = { viewport: { width: 390, height: 844 }, locale: 'en-US' };

withBrowser('the tracking page', () => {
  let browser: Browser;
  let folder: string;
  let site: TestSite;
  let page: Page;
  /** Faults in the browser: console errors, broken policies, requests to other sites. */
  let complaints: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'track-e2e-'));
    site = await startSite(folder, NOW);
    browser = await chromium.launch(found ?? {});
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    site.asked.length = 0;
    site.open.most = 0;
    site.missing = null;
    complaints = [];
  });
  afterEach(() => page?.context().close());

  const open = async (path: string = link, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({ ...PHONE, reducedMotion: 'reduce', ...options });
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
        complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(site.origin)) complaints.push(`asked ${request.url()}`);
    });
    await page.goto(`${site.origin}${path}`);
    return page;
  };
  /** Opens the page with its own clock, which is years off, as a phone's may be. */
  const openWithClock = async (): Promise<Page> => {
    const context = await browser.newContext({ ...PHONE, reducedMotion: 'reduce' });
    page = await context.newPage();
    await page.clock.install({ time: new Date('2031-01-01T00:00:00Z') });
    await page.goto(`${site.origin}${link}`);
    return page;
  };
  /** Returns the faults in light and dark. */
  const faultsInBoth = async () => {
    const light = await faultsOf(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    return [...light, ...(await faultsOf(page)).map((fault) => `in the dark: ${fault}`)];
  };
  const saysInSpanish = async (words: string) => {
    await page.getByRole('button', { name: 'Español' }).click();
    await shows('h1', words);
    expect(await faultsInBoth()).toEqual([]);
  };
  const asks = () => site.asked.filter((path) => path.startsWith('/api/')).length;
  const headline = () => page.locator('h1').textContent();
  const text = (selector: string) => page.locator(selector).textContent();
  const shows = (selector: string, words: string | RegExp) => page.locator(selector, { hasText: words }).waitFor();
  /** The map in squares of 4 × 4 pixels: Chromium changes how it draws edges once a canvas has been read. */
  const drawing = () =>
    page.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const small = document.createElement('canvas');
      [small.width, small.height] = [canvas.width / 4, canvas.height / 4];
      const ctx = small.getContext('2d');
      ctx?.drawImage(canvas, 0, 0, small.width, small.height);
      return [...(ctx?.getImageData(0, 0, small.width, small.height).data ?? [])];
    });
  const same = (a: number[], b: number[]) =>
    a.length === b.length && a.every((value, i) => Math.abs(value - (b[i] ?? 0)) < 16);
  /** Lets time pass for the page as for the network: a second in a few milliseconds. */
  const pass = async (ms: number, stepMs = 1_000) => {
    for (let left = ms; left > 0; left -= stepMs) {
      await page.clock.runFor(Math.min(stepMs, left));
      await page.waitForTimeout(8);
    }
  };
  const setHidden = (hidden: boolean) =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { configurable: true, value });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);

  const HEADLINES: Record<StateName, [string, string]> = {
    scheduled: ['Scheduled for Saturday', 'Programado para el sábado'],
    'on-the-way': ['On the way to you', 'En camino hacia usted'],
    nearby: ['On the way to you', 'En camino hacia usted'],
    'at-site': ['Your trailer is here', 'Su remolque ya llegó'],
    'under-way': ['On the road', 'En ruta'],
    'to-pick-up': ['On the way to pick up your trailer', 'En camino a recoger su remolque'],
    away: ['Being emptied', 'Lo estamos vaciando'],
    'on-the-way-back': ['On the way back to you', 'De regreso hacia usted'],
    back: ['Your trailer is back', 'Su remolque está de vuelta'],
    'after-last-stop': ['Returned 2:06 PM', 'Devuelto 2:06 p.m.'],
    completed: ['Returned 1:50 PM', 'Devuelto 1:50 p.m.'],
    delivered: ['Delivered 2:05 PM', 'Entregado 2:05 p.m.'],
    swapped: ['Swapped 2:05 PM', 'Cambiado 2:05 p.m.'],
    'picked-up': ['Picked up 2:05 PM', 'Recogido 2:05 p.m.'],
    failed: ['We came by at 2:05 PM', 'Pasamos a las 2:05 p.m.'],
    cancelled: ['This job was cancelled', 'Este trabajo fue cancelado'],
    'no-position': ['On the way to you', 'En camino hacia usted'],
    recent: ['On the way to you', 'En camino hacia usted'],
    imprecise: ['On the way to you', 'En camino hacia usted'],
    lost: ['On the way to you', 'En camino hacia usted'],
    'several-trailers': ['Your empty trailer is on the way', 'Su remolque vacío va en camino'],
    'one-of-two': ['On the way to you', 'En camino hacia usted'],
  };

  describe.each(STATE_NAMES)('%s', (state) => {
    test('is shown in English and Spanish, without a fault found by axe, in light and dark', async () => {
      site.respond = () => ok(answerIn(state));
      await open();
      await shows('h1', HEADLINES[state][0]);
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
      expect(await page.locator('.map').isVisible()).toBe(answerIn(state).position !== null);
      expect(await faultsOf(page)).toEqual([]);
      await page.getByRole('button', { name: 'Español' }).click();
      await shows('h1', HEADLINES[state][1]);
      expect(await page.locator('html').getAttribute('lang')).toBe('es');
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await faultsOf(page)).toEqual([]);
      expect(complaints).toEqual([]);
    });
  });

  describe('a link that shows nothing', () => {
    test.each([
      ['revoked', () => problem(401, 'link-revoked'), 'This link no longer works', 'Este enlace ya no funciona'],
      ['gone', () => problem(410, 'unauthenticated'), 'This link has expired', 'Este enlace ya venció'],
      ['refused', () => problem(401, 'unauthenticated'), 'This link is incomplete', 'Este enlace está incompleto'],
    ])('%s: says so, offers help and sends no further request', async (_, respond, words, inSpanish) => {
      site.respond = respond;
      await openWithClock();
      await shows('h1', words);
      expect(await page.getByRole('link', { name: /Text us/ }).getAttribute('href')).toBe('sms:+15125550142');
      await pass(180_000, 10_000);
      expect(asks()).toBe(1);
      expect(await faultsInBoth()).toEqual([]);
      await saysInSpanish(inSpanish);
    });

    test('expired by the server’s clock, for any clock of the phone', async () => {
      site.respond = () => ({
        ...problem(401, 'unauthenticated'),
        headers: { date: new Date(NOW + 3_600_001).toUTCString() },
      });
      await open();
      await shows('h1', 'This link has expired');
    });

    test.each([
      ['cut off', '/track?job_id=eyJhbGciOi', 'This link is incomplete', 'Este enlace está incompleto'],
      ['missing', '/track', 'Open the link from our text', 'Abra el enlace de nuestro mensaje'],
    ])('%s: no request goes to the server', async (_, path, words, inSpanish) => {
      site.respond = () => ok(answerIn('on-the-way'));
      await open(path);
      await shows('h1', words);
      expect(asks()).toBe(0);
      expect(await faultsInBoth()).toEqual([]);
      await saysInSpanish(inSpanish);
      expect(complaints).toEqual([]);
    });
  });

  test('in a frame: only the tracker with the switch of units, without a fault found by axe', async () => {
    site.respond = () => ok(answerIn('on-the-way'));
    await open(`/embed?job_id=${token}`);
    await shows('.facts', '4.5 mi to go');
    await page.getByRole('button', { name: 'Show kilometers' }).click();
    await shows('.facts', '7.2 km to go');
    expect(await page.locator('.share').isVisible()).toBe(false);
    expect(await page.locator('.share-hint').isVisible()).toBe(false);
    expect(await faultsInBoth()).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test.each(['completed', 'cancelled'] as const)('%s: the link is no longer shared', async (state) => {
    site.respond = () => ok(answerIn(state));
    await open();
    await shows('h1', HEADLINES[state][0]);
    expect(await page.getByRole('button', { name: 'Share this page' }).isVisible()).toBe(false);
    expect(await page.locator('.share-hint').isVisible()).toBe(false);
  });

  test('a trailer that is lost: the number to call comes before the map', async () => {
    site.respond = () => ok(answerIn('lost'));
    await open();
    await shows('.note.urgent', 'call or text us');
    const [actions, map] = await Promise.all(['.actions', '.map'].map((part) => page.locator(part).boundingBox()));
    expect(actions?.y).toBeLessThan(map?.y ?? 0);
    expect(await faultsInBoth()).toEqual([]);
  });

  describe('following the trailer', () => {
    test('polls every ten seconds and shows the way so far', async () => {
      let upTo = 12;
      site.respond = () => ok(onTheWayAt(upTo, NOW + upTo * 20_000));
      await openWithClock();
      await page.locator('canvas').waitFor();
      await pass(500);
      const [before, captionBefore] = [await drawing(), await text('figcaption')];
      expect(asks()).toBe(1);
      upTo = 20;
      await pass(11_000);
      await page.waitForFunction((old) => document.querySelector('figcaption')?.textContent !== old, captionBefore);
      await pass(2_000);
      expect(asks()).toBe(2);
      expect(same(await drawing(), before)).toBe(false);
      await pass(51_000);
      expect(asks()).toBeGreaterThanOrEqual(6);
      expect(site.open.most).toBe(1);
    });

    test('the marker glides, unless the reader prefers reduced motion', async () => {
      for (const reducedMotion of ['no-preference', 'reduce'] as const) {
        let upTo = 19;
        site.respond = () => ok(onTheWayAt(upTo, NOW + upTo * 20_000));
        const context = await browser.newContext({ ...PHONE, reducedMotion });
        page = await context.newPage();
        await page.clock.install();
        await page.goto(`${site.origin}${link}`);
        await page.locator('canvas').waitFor();
        await pass(1_000);
        const caption = await text('figcaption');
        upTo = 20;
        await pass(11_000);
        await page.waitForFunction((old) => document.querySelector('figcaption')?.textContent !== old, caption);
        await pass(500);
        // The caption changes at once, the canvas with the next frame.
        await pass(300);
        const early = await drawing();
        await pass(4_000);
        expect(same(await drawing(), early)).toBe(reducedMotion === 'reduce');
        await context.close();
      }
    });

    test('the age counts by the server’s clock and the time in the cache', async () => {
      site.respond = () => ok(answerIn('on-the-way'), { age: '9' });
      await openWithClock();
      await pass(3_000);
      await shows('.fact.live dd', 'Just now');
      site.respond = () => 'never';
      await pass(20_000);
      await shows('.facts dd', /^(30|35) s ago$/);
    });

    test('does not poll while hidden, and polls at once when visible again', async () => {
      site.respond = () => ok(answerIn('on-the-way'));
      await openWithClock();
      await shows('h1', 'On the way');
      await setHidden(true);
      await pass(600_000, 10_000);
      expect(asks()).toBe(1);
      await setHidden(false);
      await page.waitForTimeout(200);
      expect(asks()).toBe(2);
    });

    test('waits when it is opened in a background tab', async () => {
      site.respond = () => ok(answerIn('on-the-way'));
      const context = await browser.newContext(PHONE);
      page = await context.newPage();
      await page.addInitScript(() => Object.defineProperty(document, 'hidden', { configurable: true, value: true }));
      await page.goto(`${site.origin}${link}`);
      await page.waitForTimeout(300);
      expect(asks()).toBe(0);
      await setHidden(false);
      await shows('h1', 'On the way');
    });

    test.each(['completed', 'cancelled'] as const)('stops once the job is %s', async (state) => {
      site.respond = () => ok(answerIn(state));
      await openWithClock();
      await shows('h1', HEADLINES[state][0]);
      await pass(300_000, 10_000);
      await setHidden(true);
      await setHidden(false);
      await pass(60_000);
      expect(asks()).toBe(1);
    });

    test('tells a screen reader of a new status, not of each position', async () => {
      site.respond = () => ok(onTheWayAt(19, NOW));
      await openWithClock();
      await shows('h1', 'On the way');
      await pass(40_000);
      expect(await text('.spoken')).toBe('');
      site.respond = () => ok(answerIn('at-site'));
      await pass(12_000);
      await shows('h1', 'Your trailer is here');
      expect(await text('.spoken')).toMatch(/^Your trailer is here, Arrived at 2:05/);
    });
  });

  describe('when things break', () => {
    test('no answer within eight seconds: cancels the request, blames no one, and retries', async () => {
      site.respond = () => 'never';
      await openWithClock();
      await pass(8_100);
      await shows('h1', 'This page cannot connect right now');
      expect(await faultsInBoth()).toEqual([]);
      await pass(20_000);
      expect(asks()).toBeGreaterThan(1);
      // The document's own request, too, was cancelled before the next one.
      expect(site.open.most).toBe(1);
      site.respond = () => ok(answerIn('on-the-way'));
      // The button does nothing while a request is still waiting for its answer.
      while (site.open.now > 0) await pass(1_000);
      await page.getByRole('button', { name: 'Try now' }).click();
      await shows('h1', 'On the way to you');
      expect(await page.getByRole('button', { name: 'Try now' }).isVisible()).toBe(false);
    });

    test('a server that fails from the beginning: says that the problem is on our end, in both languages', async () => {
      site.respond = () => ({ status: 503, body: '' });
      await open();
      await shows('h1', 'We cannot see your trailer right now');
      await shows('.lead', 'The problem is on our end');
      expect(await faultsInBoth()).toEqual([]);
      await saysInSpanish('Ahora no podemos ver su remolque');
    });

    test('a network that answers nothing: says that the reception may be poor', async () => {
      site.respond = () => ok(answerIn('on-the-way'));
      const context = await browser.newContext({ ...PHONE, reducedMotion: 'reduce' });
      page = await context.newPage();
      await page.route('**/api/**', (route) => route.abort());
      await page.goto(`${site.origin}${link}`);
      await shows('h1', 'This page cannot connect right now');
      await saysInSpanish('Esta página no puede conectarse ahora');
    });

    test('a single lost answer shows no message; a second one does, and the last state stays', async () => {
      site.respond = () => ok(answerIn('on-the-way'));
      await openWithClock();
      await shows('h1', 'On the way');
      site.respond = () => ({ status: 503, body: '' });
      await pass(11_500);
      await page.waitForTimeout(100);
      expect(await page.locator('.notice').isVisible()).toBe(false);
      await pass(11_500);
      await shows('.notice', 'No update since 2:12 PM. We keep trying.');
      expect(await headline()).toBe('On the way to you');
      site.respond = () => ok(answerIn('on-the-way', NOW + 60_000));
      await pass(120_000);
      await page.locator('.notice').waitFor({ state: 'hidden' });
    });

    test('offline and back: says so quietly, and updates at once when the network returns', async () => {
      site.respond = () => ok(answerIn('on-the-way'));
      await openWithClock();
      await shows('h1', 'On the way');
      await page.context().setOffline(true);
      await pass(11_500);
      await shows('.notice', 'You are offline. Last updated at 2:12 PM.');
      expect(await faultsInBoth()).toEqual([]);
      site.respond = () => ok(answerIn('at-site'));
      await page.context().setOffline(false);
      await shows('h1', 'Your trailer is here');
      await page.locator('.notice').waitFor({ state: 'hidden' });
    });

    test('the text does not need the map’s code', async () => {
      site.missing = /map-/;
      site.respond = () => ok(answerIn('on-the-way'));
      await open();
      await shows('h1', 'On the way to you');
      await shows('figcaption', '3 mi south-east of your site');
      await page.locator('.paper').waitFor({ state: 'hidden' });
      expect(await page.getByRole('link', { name: /Text us/ }).isVisible()).toBe(true);
    });

    test('the text does not wait for the map’s code', async () => {
      site.respond = () => ok(answerIn('on-the-way'));
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const context = await browser.newContext(PHONE);
      page = await context.newPage();
      await page.route(/assets\/map-/, async (route) => {
        await held;
        await route.continue();
      });
      await page.goto(`${site.origin}${link}`);
      await shows('.arrival', 'in about 20 minutes');
      expect(await page.locator('canvas').count()).toBe(0);
      release();
      await page.locator('canvas').waitFor();
    });

    test('without JavaScript there are two numbers to reach us', async () => {
      await open(link, { javaScriptEnabled: false });
      expect(await page.locator('.noscript').textContent()).toMatch(/\(512\) 555-0142.*\(512\) 555-0100/s);
    });
  });

  test('an hour of polling leaks no memory', async () => {
    const context = await browser.newContext(PHONE);
    page = await context.newPage();
    await page.clock.install({ time: NOW });
    let asked = 0;
    site.respond = () => {
      asked += 1;
      return ok(onTheWayAt(2 + (asked % 36), NOW + asked * 10_000));
    };
    await page.goto(`${site.origin}${link}`);
    await page.locator('canvas').waitFor();
    const client = await context.newCDPSession(page);
    const pollFor = async (polls: number) => {
      for (let i = 0; i < polls; i += 1) {
        const before = asked;
        // Every due timer fires once, as on a phone that was busy.
        while (asked === before) await page.clock.fastForward(6_000);
      }
    };
    const memory = async () => {
      // The first collection leaves objects that wait for their finalizers.
      for (let i = 0; i < 2; i += 1) await client.send('HeapProfiler.collectGarbage');
      const { usedSize } = await client.send('Runtime.getHeapUsage');
      const { nodes } = await client.send('Memory.getDOMCounters');
      return { kb: usedSize / 1024, nodes };
    };
    await pollFor(30);
    const early = await memory();
    await pollFor(330);
    const late = await memory();
    process.stdout.write(
      `  an hour of polling: heap ${early.kb.toFixed(0)} → ${late.kb.toFixed(0)} KB, DOM nodes ${early.nodes} → ${late.nodes}\n`,
    );
    // A leak in each answer would show 330 times; some KB are the engine's own.
    expect(late.kb - early.kb).toBeLessThan(330);
    expect(late.nodes - early.nodes).toBeLessThan(50);
    await context.close();
  }, 240_000);

  test('an arrival goes into the calendar as a file, made from the state at the time of the click', async () => {
    site.respond = () => ok(answerIn('on-the-way'));
    await open();
    const saved = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Add to calendar' }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe('QDN-1042.ics');
    const file = await readFile(await download.path(), 'utf8');
    expect(file).toMatch(/^BEGIN:VCALENDAR\r\n[\s\S]*UID:QDN-1042@qdn-relay\r\n[\s\S]*END:VCALENDAR\r\n$/);
    expect(file).not.toContain('eyJ');
  });

  describe('the link', () => {
    test('leaves the address, survives a reload, and can be shared', async () => {
      site.respond = () => ok(answerIn('on-the-way'));
      await open(link, { permissions: ['clipboard-read', 'clipboard-write'] });
      await shows('h1', 'On the way');
      expect(page.url()).toBe(`${site.origin}/track`);
      await page.reload();
      await shows('h1', 'On the way');
      await page.goto(`${site.origin}/track`);
      await shows('h1', 'On the way');
      await page.getByRole('button', { name: 'Share this page' }).click();
      await shows('.share', 'Link copied');
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${site.origin}${link}`);
    });

    test('to another job replaces the first', async () => {
      const other = trackingToken(NOW + 7_200_000);
      site.respond = (asked) => ok({ ...answerIn('on-the-way'), jobId: asked === other ? 'QDN-7' : 'QDN-1042' });
      await open();
      await shows('.eyebrow', 'QDN-1042');
      await page.goto(`${site.origin}/track?job_id=${other}`);
      await shows('.eyebrow', 'QDN-7');
    });

    test('is requested once, and before the page’s code has loaded', async () => {
      site.respond = () => ok(answerIn('on-the-way'));
      const context = await browser.newContext(PHONE);
      page = await context.newPage();
      await page.route(/assets\/page-/, async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        await route.continue();
      });
      await page.goto(`${site.origin}${link}`);
      await shows('h1', 'On the way');
      expect(asks()).toBe(1);
      expect(site.asked.findIndex((path) => path.startsWith('/api/'))).toBeLessThan(
        site.asked.findIndex((path) => path.includes('page-')),
      );
    });

    test('does not travel in a referrer', async () => {
      const referrers: Array<string | undefined> = [];
      site.respond = () => ok(answerIn('on-the-way'));
      const context = await browser.newContext(PHONE);
      page = await context.newPage();
      page.on('request', (request) => referrers.push(request.headers()['referer']));
      await page.goto(`${site.origin}${link}`);
      await page.locator('canvas').waitFor();
      expect(referrers.length).toBeGreaterThan(3);
      expect(referrers.filter(Boolean)).toEqual([]);
    });
  });

  describe('everyone can use it', () => {
    test('every control is reached with the keyboard, in reading order', async () => {
      site.respond = () => ok(answerIn('on-the-way'));
      await open();
      await page.locator('canvas').waitFor();
      const reached: string[] = [];
      for (let i = 0; i < 8; i++) {
        await page.keyboard.press('Tab');
        reached.push(
          await page.evaluate(() => {
            const { activeElement } = document;
            return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent?.trim() ?? '';
          }),
        );
      }
      expect(reached.map((name) => name.replace(/\(.*/, ''))).toEqual([
        'Español',
        'Zoom in',
        'Zoom out',
        'Text us',
        'Call',
        'Add to calendar',
        'Share this page',
        'Show kilometers',
      ]);
      await page.keyboard.press('Enter');
      await shows('.facts dd', '7.2 km to go');
    });

    test.each([
      ['a small phone', 320, '100%'],
      ['twice the text', 390, '200%'],
      ['three times the text', 390, '300%'],
    ])('nothing overflows the page on %s', async (_, width, fontSize) => {
      site.respond = () => ok(answerIn('on-the-way'));
      await open(link, { viewport: { width, height: 700 } });
      await shows('h1', 'On the way');
      await page.evaluate((size) => document.documentElement.style.setProperty('font-size', size), fontSize);
      const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(await overflow()).toBeLessThanOrEqual(0);
      await page.getByRole('button', { name: 'Español' }).click();
      expect(await overflow()).toBeLessThanOrEqual(0);
    });

    test('the browser’s language decides, the reader’s choice stays', async () => {
      site.respond = () => ok(answerIn('on-the-way'));
      await open(link, { locale: 'es-MX' });
      await shows('h1', 'En camino hacia usted');
      await page.getByRole('button', { name: 'English' }).click();
      await shows('h1', 'On the way to you');
      await page.reload();
      await shows('h1', 'On the way to you');
    });

    test('a screen reader gets the map’s caption, not the map', async () => {
      site.respond = () => ok(answerIn('on-the-way'));
      await open();
      await page.locator('canvas').waitFor();
      const tree = await page.locator('main').ariaSnapshot();
      expect(tree).toContain('In a straight line, the trailer is 3 mi south-east of your site.');
      expect(await page.locator('canvas').evaluate((canvas) => canvas.closest('[aria-hidden=true]') !== null)).toBe(
        true,
      );
    });
  });

  test('on a wide screen the rows of actions end at the same edge', async () => {
    site.respond = () => ok(answerIn('scheduled'));
    await open(link, { viewport: { width: 1280, height: 800 } });
    const right = async (action: string) => {
      const box = await page.locator(`.action.${action}`).boundingBox();
      return Math.round((box?.x ?? 0) + (box?.width ?? 0));
    };
    await page.locator('.action.call').waitFor();
    expect(await right('call')).toBe(await right('share'));
  });

  test('a phone number stays in one line on a narrow phone', async () => {
    site.respond = () => ok(answerIn('delivered'));
    await open(link, { viewport: { width: 360, height: 800 } });
    const details = page.locator('.action .detail');
    await details.first().waitFor();
    const heights = await details.evaluateAll((each) => each.map((one) => one.getBoundingClientRect().height));
    expect(Math.max(...heights)).toBeLessThan(20);
  });

  test.each([
    ['the map', 'on-the-way', 'canvas'],
    ['an emblem', 'no-position', '.emblem'],
  ] as const)('nothing moves once it is readable: no layout shift with %s', async (_, state, shown) => {
    site.respond = () => ok(answerIn(state));
    const context = await browser.newContext(PHONE);
    page = await context.newPage();
    // The answer comes after the first paint.
    await page.route('**/location', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await route.continue();
    });
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(globalThis, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if ('value' in entry) shifts.push(Number(entry.value));
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(`${site.origin}${link}`);
    await page.locator(shown).waitFor();
    await page.waitForTimeout(300);
    const total = await page.evaluate(() => {
      const { shifts } = globalThis as unknown as { shifts: number[] };
      return shifts.reduce((sum, value) => sum + value, 0);
    });
    expect(total).toBeLessThan(0.02);
  });
});
