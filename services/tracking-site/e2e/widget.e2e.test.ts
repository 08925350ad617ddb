import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { faultsOf } from '@qdn/test-browser/axe';
import { findChromium } from '@qdn/test-browser/chromium';
import { answerIn, NOW } from '@qdn/tracking-page/testing/answers';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ok, problem, startSite, type TestSite } from './testing/site.ts';
import { trackingToken } from './testing/token.ts';

jest.setTimeout(60_000);

const found = await findChromium();
const withBrowser = found ? describe : describe.skip;
const token = trackingToken(NOW + 3_600_000);

/** Starts a customer's own site, on another origin, with a strict policy and styles that would break anything they reach. */
const startHost = async (site: TestSite): Promise<{ origin: string; body: string; server: Server }> => {
  const host = { origin: '', body: '', server: createServer() };
  host.server.on('request', (request, response) => {
    if (request.url !== '/') return response.writeHead(404).end();
    return response
      .writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': [
          "default-src 'none'",
          "style-src 'unsafe-inline'",
          // The policy that docs/widget.md requires of a strict site:
          `script-src ${site.origin}`,
          `connect-src ${site.origin}`,
          "require-trusted-types-for 'script'",
          'trusted-types qdn-tracker',
        ].join('; '),
      })
      .end(`<!doctype html><html lang="en"><title>A customer’s site</title>
        <style>
          * { font-family: cursive; letter-spacing: 0.5em; text-transform: uppercase }
          p, a, h2, li { color: red !important; display: none !important }
        </style>
        <script type="module" src="${site.origin}/widget/v1.js"></script>
        <main><h1 class="own">Our site</h1>${host.body}</main>`);
  });
  host.server.listen(0, '127.0.0.1');
  await once(host.server, 'listening');
  const address: AddressInfo | string | null = host.server.address();
  if (!address || typeof address === 'string') throw new Error('No port');
  // Another host than the site's: "localhost" and "127.0.0.1" are two origins with any ports.
  host.origin = `http://localhost:${address.port}`;
  return host;
};

withBrowser('the widget', () => {
  let browser: Browser;
  let folder: string;
  let site: TestSite;
  let host: Awaited<ReturnType<typeof startHost>>;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'widget-e2e-'));
    site = await startSite(folder, NOW);
    host = await startHost(site);
    browser = await chromium.launch(found ?? {});
  });
  afterAll(async () => {
    await browser?.close();
    host?.server.close();
    site?.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    site.asked.length = 0;
    complaints = [];
    site.respond = () => ok(answerIn('on-the-way'));
  });
  afterEach(() => page?.context().close());

  const open = async (body: string, viewport = { width: 800, height: 900 }): Promise<Page> => {
    host.body = body;
    const context = await browser.newContext({ locale: 'en-US', reducedMotion: 'reduce', viewport });
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
        complaints.push(message.text());
    });
    page.on('request', (request) => {
      const { origin } = new URL(request.url());
      if (origin !== site.origin && origin !== host.origin) complaints.push(`asked ${request.url()}`);
    });
    await page.goto(host.origin);
    return page;
  };
  const asks = () => site.asked.filter((path) => path.startsWith('/api/')).length;
  const shows = (selector: string, words: string) => page.locator(selector, { hasText: words }).waitFor();
  const widget = `<qdn-tracker token="${token}"></qdn-tracker>`;

  test('shows text and map on another origin under a strict policy', async () => {
    await open(widget);
    await shows('qdn-tracker .headline', 'On the way to you');
    await shows('qdn-tracker .arrival', 'in about 20 minutes');
    await page.locator('qdn-tracker canvas').waitFor();
    expect(complaints).toEqual([]);
    expect(await faultsOf(page)).toEqual([]);
  });

  test('no style leaks in or out', async () => {
    await open(widget);
    await shows('qdn-tracker .headline', 'On the way to you');
    const style = (selector: string) =>
      page.locator(selector).evaluate((element) => {
        const { color, letterSpacing, textTransform, fontFamily } = getComputedStyle(element);
        return { color, letterSpacing, textTransform, cursive: fontFamily.includes('cursive') };
      });
    expect(await style('qdn-tracker .eyebrow')).toEqual({
      color: 'rgb(107, 100, 92)',
      letterSpacing: 'normal',
      textTransform: 'none',
      cursive: false,
    });
    expect(await style('.own')).toMatchObject({ textTransform: 'uppercase', cursive: true });
  });

  test('follows the width of its container, not of the screen', async () => {
    await open(`<div style="width:340px">${widget}</div><div style="width:1100px">${widget}</div>`, {
      width: 1200,
      height: 900,
    });
    await page.locator('qdn-tracker canvas').nth(1).waitFor();
    const beside = (nth: number) =>
      page
        .locator('qdn-tracker')
        .nth(nth)
        .evaluate((element) => {
          const box = (selector: string) => element.shadowRoot?.querySelector(selector)?.getBoundingClientRect();
          return (box('.map')?.left ?? 0) >= (box('.words')?.right ?? 0);
        });
    expect(await beside(0)).toBe(false);
    expect(await beside(1)).toBe(true);
  });

  test('uses the language of its attribute, else of the page around it', async () => {
    await open(`<div lang="es">${widget}</div>`);
    await shows('qdn-tracker .headline', 'En camino hacia usted');
    await page.locator('qdn-tracker').evaluate((element) => element.setAttribute('lang', 'en'));
    await shows('qdn-tracker .headline', 'On the way to you');
  });

  test('changes units, and omits the map, by its attributes', async () => {
    await open(`<qdn-tracker token="${token}" units="metric" map="off"></qdn-tracker>`);
    await shows('qdn-tracker .facts', '7.2 km to go');
    expect(site.asked.some((path) => path.includes('map-'))).toBe(false);
    await page.locator('qdn-tracker').evaluate((element) => element.setAttribute('units', 'us'));
    await shows('qdn-tracker .facts', '4.5 mi to go');
  });

  test('emits an event to the page around it for each new status', async () => {
    await open('');
    await page.evaluate((given) => {
      const statuses: string[] = [];
      Object.assign(globalThis, { statuses });
      document.addEventListener('qdn-status', (event) => {
        if (event instanceof CustomEvent) statuses.push(event.detail.status);
      });
      const element = document.createElement('qdn-tracker');
      element.setAttribute('token', given);
      document.body.append(element);
    }, token);
    await shows('qdn-tracker .headline', 'On the way to you');
    site.respond = () => problem(401, 'link-revoked');
    const other = trackingToken(NOW + 1_000);
    await page.locator('qdn-tracker').evaluate((element, next) => element.setAttribute('token', next), other);
    await shows('qdn-tracker .headline', 'This link no longer works');
    expect(await page.evaluate('statuses')).toEqual(['in_transit', 'problem']);
  });

  test('stops polling once it is removed from the page', async () => {
    await open('');
    await page.clock.install();
    await page.evaluate((given) => {
      const element = document.createElement('qdn-tracker');
      element.setAttribute('token', given);
      document.body.append(element);
    }, token);
    await shows('qdn-tracker .headline', 'On the way to you');
    await page.locator('qdn-tracker').evaluate((element) => element.remove());
    await page.clock.runFor(60_000);
    await page.waitForTimeout(100);
    expect(asks()).toBe(1);
  });

  test('does not send the address of the page around it', async () => {
    const referrers: Array<string | undefined> = [];
    site.respond = () => ok(answerIn('on-the-way'));
    await open('');
    page.on('request', (request) => {
      if (request.url().includes('/api/')) referrers.push(request.headers()['referer']);
    });
    await page.evaluate((given) => {
      const element = document.createElement('qdn-tracker');
      element.setAttribute('token', given);
      document.body.append(element);
    }, token);
    await shows('qdn-tracker .headline', 'On the way to you');
    expect(referrers).toHaveLength(1);
    expect(referrers.filter(Boolean)).toEqual([]);
  });
});
