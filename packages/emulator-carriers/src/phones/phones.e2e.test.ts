import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { faultsOf } from '@qdn/test-browser/axe';
import { findChromium } from '@qdn/test-browser/chromium';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { type CarrierEmulator, type CarrierEmulatorOptions, startCarrierEmulator } from '../emulator.ts';
import { ACCOUNT_SID, API_KEY, AUTH_TOKEN, COMPANY, DANA, emulatorOptions } from '../testing/samples.ts';
import { startWebhookServer, twiml, type WebhookServer } from '../testing/webhook-server.ts';

jest.setTimeout(30_000);
const found = await findChromium();
const describeInBrowser = found ? describe : describe.skip;

let browser: Browser;
let webhooks: WebhookServer;
let twilio: CarrierEmulator;
let context: BrowserContext;
let page: Page;
const asked: string[] = [];

const start = (changes: Partial<CarrierEmulatorOptions> = {}) =>
  startCarrierEmulator(
    emulatorOptions({
      numbers: [{ number: COMPANY, name: 'QuickDumpNow', smsUrl: `${webhooks.url}/inbound#rc=2&rp=5xx` }],
      ...changes,
    }),
  );
/** Sends a text as the product does. */
const send = (to: string, body: string) =>
  fetch(`${twilio.url}/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${API_KEY.sid}:${API_KEY.secret}`).toString('base64')}` },
    body: new URLSearchParams({ To: to, From: COMPANY, Body: body, StatusCallback: `${webhooks.url}/status` }),
  });
const handset = (name: string): Locator => page.getByRole('article', { name, exact: true });
const field = (name: string): Locator => page.getByRole('textbox', { name: `Text as ${name}` });
const shows = (name: string, words: string | RegExp) =>
  handset(name).getByRole('log').getByText(words).first().waitFor({ state: 'visible', timeout: 5000 });
/** Returns the name or ID of the focused element. */
const focused = () => page.evaluate('document.activeElement.getAttribute("aria-label") ?? document.activeElement.id');
const open = async (options: Parameters<Browser['newContext']>[0] = {}) => {
  context = await browser.newContext(options);
  page = await context.newPage();
  page.on('request', (request) => asked.push(new URL(request.url()).origin));
  await page.goto(twilio.url);
  await handset('Maria Lopez').waitFor();
};

describeInBrowser('the Phones page', () => {
  beforeAll(async () => {
    if (found) browser = await chromium.launch(found);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    asked.length = 0;
    webhooks = await startWebhookServer(AUTH_TOKEN);
    twilio = await start();
    await open();
  });
  afterEach(async () => {
    await context.close();
    await twilio.close();
    await webhooks.close();
  });

  test('sends a text as the customer, and shows the webhook’s answer', async () => {
    webhooks.answerWith(twiml('<Response><Message>Thanks, we tell the driver.</Message></Response>'));
    await field('Maria Lopez').fill('Running late');
    await field('Maria Lopez').press('Enter');
    await shows('Maria Lopez', 'Running late');
    await shows('Maria Lopez', 'webhook 200');
    await shows('Maria Lopez', 'Thanks, we tell the driver.');
    expect(webhooks.calls[0]).toMatchObject({ signed: true, parameters: { Body: 'Running late', To: COMPANY } });
    expect(await field('Maria Lopez').inputValue()).toBe('');
  });

  test('suggests a first text until the conversation has begun', async () => {
    const suggestion = handset('Maria Lopez').getByRole('button', { name: /can you come after 3/ });
    await suggestion.click();
    await field('Maria Lopez').press('Enter');
    await shows('Maria Lopez', 'Running late, can you come after 3? QDN-1042');
    expect(await suggestion.isVisible()).toBe(false);
  });

  test('sends a photo', async () => {
    await handset('Maria Lopez').getByRole('button', { name: 'Attach a photo' }).click();
    await handset('Maria Lopez').getByRole('button', { name: 'Send as Maria Lopez' }).click();
    const photo = handset('Maria Lopez').getByRole('img', { name: /Photo/ });
    await photo.waitFor();
    await page.waitForFunction('[...document.querySelectorAll(".bubble img")].every((img) => img.naturalWidth > 0)');
    await shows('Maria Lopez', 'webhook 200');
    expect(webhooks.calls[0]?.parameters).toMatchObject({ NumMedia: '1', Body: '' });
  });

  test('shows an incoming text with its delivery, and opens its link in a new tab', async () => {
    await send(DANA, 'QDN-1042: "Running late"\nhttp://localhost:8080/track?job_id=a.b.c\nReply: @1042 ...');
    await shows('Dana', /Running late/);
    await shows('Dana', 'delivered');
    const link = handset('Dana').getByRole('link');
    expect(await link.getAttribute('href')).toBe('http://localhost:8080/track?job_id=a.b.c');
    expect(await link.getAttribute('target')).toBe('_blank');
    expect(await link.getAttribute('rel')).toContain('noopener');
  });

  test('shows HTML in a text as text', async () => {
    await send(DANA, '<img src=x onerror="document.title=1"> <b>hi</b>');
    await shows('Dana', '<b>hi</b>');
    expect(await page.title()).toContain('Phones');
  });

  test('calls the company, shows the phones that rang and the words that were said, and hangs up', async () => {
    await twilio.close();
    const voiceUrl = `${webhooks.url}/voice`;
    twilio = await start({
      numbers: [{ number: COMPANY, name: 'QuickDumpNow', voiceUrl }],
      pace: { queueMs: 0, deliveryMs: 0, callMs: 400 },
    });
    const dial = `<Dial action="${voiceUrl}/dialed" answerOnBridge="true"><Number>${DANA}</Number></Dial>`;
    webhooks.answerWith((call, response) => {
      const verbs = call.path === '/voice' ? dial : '<Say>Sorry, no one can take your call.</Say>';
      twiml(`<Response>${verbs}</Response>`)(call, response);
    });
    await context.close();
    await open();
    await page.getByRole('combobox', { name: 'When Dana is called' }).selectOption('no-answer');
    await page.locator('.choice.off').waitFor();
    await handset('Maria Lopez').getByRole('button', { name: 'Call QuickDumpNow as Maria Lopez' }).click();
    await shows('Maria Lopez', 'Dana’s phone rang');
    await shows('Dana', 'Dana did not answer');
    await shows('Maria Lopez', '“Sorry, no one can take your call.”');
    await shows('Maria Lopez', 'Call to the company: not connected');
    await handset('Maria Lopez').getByRole('button', { name: 'Call QuickDumpNow as Maria Lopez' }).click();
    await handset('Maria Lopez').getByRole('button', { name: 'Hang up as Maria Lopez' }).click();
    await shows('Maria Lopez', 'Maria Lopez hung up');
    expect(await faultsOf(page)).toEqual([]);
  });

  test('shows times in the company’s zone, and names it', async () => {
    await twilio.close();
    const clock = { now: () => Date.UTC(2026, 2, 10, 15), sleep: async () => {} };
    twilio = await start({ timeZone: 'America/Chicago', clock });
    await context.close();
    await open({ timezoneId: 'Asia/Tokyo' });
    await page.getByText('Times are those of America/Chicago.').waitFor();
    await send(DANA, 'Hello');
    await shows('Dana', '10:00 AM');
    await context.close();
    await open({ timezoneId: 'America/Chicago' });
    await shows('Dana', '10:00 AM');
    expect(await page.getByText('Times are those of').count()).toBe(0);
  });

  test('makes one phone unreachable, then reachable again', async () => {
    const condition = page.getByRole('combobox', { name: 'Dana’s phone' });
    await condition.selectOption({ label: 'Unreachable (30003)' });
    await page.locator('[data-condition="unreachable"]').waitFor();
    await send(DANA, 'Are you there?');
    await shows('Dana', 'undelivered · 30003 unreachable');
    await condition.selectOption('none');
    await page.locator('[data-condition="unreachable"]').waitFor({ state: 'detached' });
    await send(DANA, 'And now?');
    await shows('Dana', 'delivered');
  });

  test('shows a refused text in its conversation', async () => {
    await field('Maria Lopez').fill('stop');
    await field('Maria Lopez').press('Enter');
    await shows('Maria Lopez', /successfully been unsubscribed/);
    expect(await page.getByRole('combobox', { name: 'Maria Lopez’s phone' }).inputValue()).toBe('opted-out');
    await send('+15125550111', 'One more thing');
    await shows('Maria Lopez', 'A text to this phone was refused: 21610 opted out');
  });

  test('makes the whole carrier fail, for one text or until it is switched off', async () => {
    await page.getByRole('combobox', { name: 'Twilio', exact: true }).selectOption('too-many-requests');
    const banner = page.getByRole('region', { name: 'Twilio fault' });
    await banner.getByText('API answers 429').waitFor();
    expect((await send(DANA, 'one')).status).toBe(429);
    expect((await send(DANA, 'two')).status).toBe(429);
    const switched = page.waitForResponse('**/actions/carrier-fault');
    await banner.getByRole('checkbox', { name: 'Only the next text' }).check();
    await switched;
    expect((await send(DANA, 'three')).status).toBe(429);
    await banner.waitFor({ state: 'hidden' });
    expect((await send(DANA, 'four')).status).toBe(201);
    await page.getByRole('combobox', { name: 'Twilio', exact: true }).selectOption('error-500');
    await banner.getByRole('button', { name: 'Switch off' }).click();
    await banner.waitFor({ state: 'hidden' });
    expect((await send(DANA, 'five')).status).toBe(201);
  });

  test('keeps a click that the emulator has not received yet, over redraws', async () => {
    await page.getByRole('combobox', { name: 'Twilio', exact: true }).selectOption('too-many-requests');
    const banner = page.getByRole('region', { name: 'Twilio fault' });
    await banner.getByText('API answers 429').waitFor();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/actions/*', async (route) => {
      await released;
      await route.continue();
    });
    const once = banner.getByRole('checkbox', { name: 'Only the next text' });
    const condition = page.getByRole('combobox', { name: 'Dana’s phone' });
    await once.click();
    await condition.selectOption('unreachable');
    // Each of these changes sends a view that does not include the clicks.
    twilio.setPhoneFault(DANA, 'filtered');
    await send(DANA, 'one');
    await page.locator('#failures').getByText('1').waitFor();
    expect(await once.isChecked()).toBe(true);
    expect(await condition.inputValue()).toBe('unreachable');
    const sent = page.waitForResponse('**/actions/carrier-fault');
    release();
    await sent;
    await page.locator('[data-condition="unreachable"]').waitFor();
    expect((await send(DANA, 'two')).status).toBe(429);
    await banner.waitFor({ state: 'hidden' });
    expect(await condition.inputValue()).toBe('unreachable');
  });

  test('keeps the recipient and the words of a text that is being written', async () => {
    await context.close();
    await twilio.close();
    const second = { number: '+15125550149', name: 'Second number' };
    twilio = await start({ numbers: [{ number: COMPANY, name: 'QuickDumpNow' }, second] });
    await open();
    twilio.receive(DANA, second.number, 'To the second number');
    await shows('Dana', 'To the second number');
    const to = handset('Dana').getByRole('combobox', { name: 'To' });
    expect(await to.inputValue()).toBe(second.number);
    await field('Dana').fill('An answer to the second');
    await send(DANA, 'From the first number');
    await shows('Dana', 'From the first number');
    expect(await to.inputValue()).toBe(second.number);
    expect(await field('Dana').inputValue()).toBe('An answer to the second');
  });

  test('keeps the newest text visible when texts arrive or the screen shrinks, unless one has scrolled up', async () => {
    const thread = `document.querySelector('#phone-${DANA.slice(1)} .thread')`;
    const fromEnd = async () =>
      Number(
        await page.evaluate(
          `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(${thread})`,
        ),
      );
    const until = async (holds: (px: number) => boolean) => {
      for (let i = 0; i < 40 && !holds(await fromEnd()); i++) await page.waitForTimeout(50);
      return fromEnd();
    };
    for (let i = 1; i <= 8; i++) await send(DANA, `Text ${i} of a few that fill the screen of this phone to its top`);
    await shows('Dana', /^Text 8/);
    expect(await until((px) => px < 5)).toBeLessThan(5);
    await page.setViewportSize({ width: 1280, height: 600 });
    expect(await until((px) => px < 5)).toBeLessThan(5);
    await page.evaluate(`${thread}.scrollTo(0, 0)`);
    await until((px) => px > 100);
    await send(DANA, 'Text 9');
    await shows('Dana', 'Text 9');
    expect(await fromEnd()).toBeGreaterThan(100);
  });

  test('adds a phone with any number, and explains a number that is not valid', async () => {
    await page.getByRole('button', { name: 'Add a phone' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a phone' });
    await dialog.getByLabel('Number').fill('555');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await dialog.getByRole('alert').getByText('555 is not a phone number').waitFor();
    await dialog.getByLabel('Number').fill('(737) 555-0190');
    await dialog.getByLabel('Name').fill('Walk-in');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await field('Walk-in').fill('Do you rent by the day?');
    await field('Walk-in').press('Enter');
    await shows('Walk-in', 'webhook 200');
    expect(webhooks.calls[0]?.parameters).toMatchObject({ From: '+17375550190' });
  });

  test('shows each request with its status, tries and answer, and calls a webhook again', async () => {
    let count = 0;
    webhooks.answerWith((call, response) =>
      count++ === 0 ? response.writeHead(503).end('not now') : twiml()(call, response),
    );
    await field('Maria Lopez').fill('Hello');
    await field('Maria Lopez').press('Enter');
    await shows('Maria Lopez', 'webhook 200, 2 tries');
    await page.getByRole('button', { name: 'Traffic' }).click();
    const traffic = page.getByRole('complementary', { name: 'Traffic' });
    await traffic.getByText('try 2').waitFor();
    await traffic.getByText('Failures').click();
    const failed = traffic.locator('details');
    expect(await failed.count()).toBe(1);
    await failed.locator('summary').click();
    await failed.getByText('not now').waitFor();
    await failed.getByText('FromCity').waitFor();
    await failed.getByRole('button', { name: 'Call it again' }).click();
    await traffic.getByText('All', { exact: true }).click();
    await page.waitForFunction('document.querySelectorAll(".exchange").length === 3');
    expect(webhooks.calls[2]?.parameters).toEqual(webhooks.calls[0]?.parameters);
    await page.keyboard.press('Escape');
    await traffic.waitFor({ state: 'hidden' });
    expect(await focused()).toBe('open-traffic');
  });

  test('can be used without a mouse', async () => {
    await page.getByRole('log', { name: 'Maria Lopez’s texts' }).focus();
    for (let i = 0; i < 6 && (await focused()) !== 'Text as Maria Lopez'; i++) await page.keyboard.press('Tab');
    await page.keyboard.type('By keyboard');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await shows('Maria Lopez', 'By keyboard');
  });

  test('continues after the emulator was down, without missing or repeating a text', async () => {
    const port = Number(new URL(twilio.url).port);
    await send(DANA, 'before');
    await shows('Dana', 'before');
    await twilio.close();
    await page.getByText('The emulator does not answer').waitFor();
    twilio = await start({ port });
    // The state was in memory only, so nothing on the page is valid any more.
    await send(DANA, 'after');
    await shows('Dana', 'after');
    expect(await handset('Dana').getByText('before').count()).toBe(0);
    expect(await handset('Dana').getByText('after').count()).toBe(1);
  });

  test('sends requests to the emulator only', async () => {
    await send(DANA, 'Hello');
    await shows('Dana', 'Hello');
    expect(new Set(asked)).toEqual(new Set([twilio.url]));
  });

  test.each([
    ['light', 1440, 900],
    ['dark', 390, 844],
  ] as const)('has nothing that axe-core objects to (%s, %i wide)', async (colorScheme, width, height) => {
    await context.close();
    await open({ colorScheme, viewport: { width, height } });
    await field('Maria Lopez').fill('Hello');
    await field('Maria Lopez').press('Enter');
    await send(DANA, 'See https://example.com/ for more');
    await page.getByRole('combobox', { name: 'Dana’s phone' }).selectOption('landline');
    await page.locator('[data-condition="landline"]').waitFor();
    await send(DANA, 'Refused');
    await page.getByRole('combobox', { name: 'Twilio', exact: true }).selectOption('filtered');
    await shows('Dana', /was refused/);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Traffic' }).click();
    await page.locator('.exchange summary').first().click();
    await page.locator('.inside').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(overflow).toBe(0);
  });
});
