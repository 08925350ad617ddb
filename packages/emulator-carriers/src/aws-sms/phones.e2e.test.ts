import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createAwsSmsCarrier } from '@qdn/carrier-aws-sms/carrier';
import { faultsOf } from '@qdn/test-browser/axe';
import { findChromium } from '@qdn/test-browser/chromium';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { type CarrierEmulator, startCarrierEmulator } from '../emulator.ts';
import { DANA, emulatorOptions } from '../testing/samples.ts';
import { awsSms } from './index.ts';

jest.setTimeout(30_000);
const found = await findChromium();
const describeInBrowser = found ? describe : describe.skip;

const SECOND = '+15125550143';
const IDENTITY = 'arn:aws:sms-voice:us-east-1:000000000000:phone-number/phone-local';
const environment = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
const ENDPOINT = 'AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2';
const before = { ...process.env };

let browser: Browser;
let phones: CarrierEmulator;
let context: BrowserContext;
let page: Page;
let published: string[];

const send = (body: string) =>
  createAwsSmsCarrier({ originationIdentity: IDENTITY, configurationSet: 'qdn-relay', timeoutMs: 1000 }).send({
    to: DANA,
    body,
    outboundMessageId: 'QDN-1042~SM1~dana',
  });
const dana = (): Locator => page.getByRole('article', { name: 'Dana', exact: true });
const shows = (words: string | RegExp) => dana().getByRole('log').getByText(words).first().waitFor({ timeout: 5000 });

describeInBrowser('the Phones page with a second carrier', () => {
  beforeAll(async () => {
    if (found) browser = await chromium.launch(found);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    published = [];
    const publish = async (body: string) => {
      published.push(body);
    };
    const second = { port: 0, name: 'QuickDumpNow over AWS', number: SECOND, identity: IDENTITY, publish };
    phones = await startCarrierEmulator(
      emulatorOptions({ others: [awsSms({ ...second, configurationSet: 'qdn-relay' })] }),
    );
    Object.assign(process.env, environment, { [ENDPOINT]: phones.urlOf('aws') });
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(phones.url);
    await dana().waitFor();
  });
  afterEach(async () => {
    await context.close();
    await phones.close();
    for (const name of [...Object.keys(environment), ENDPOINT]) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });

  test('labels AWS’s texts, and sends an answer to the number of the text', async () => {
    const to = dana().getByRole('combobox', { name: 'To' });
    expect(await to.count()).toBe(0);
    await send('Are you there?');
    await shows('Are you there?');
    await shows('from +1 (512) 555-0143, AWS');
    await shows('delivered');
    expect(await to.inputValue()).toBe(SECOND);
    await page.getByRole('textbox', { name: 'Text as Dana' }).fill('On my way');
    await page.keyboard.press('Enter');
    await shows('to +1 (512) 555-0143, AWS');
    await shows('in the queue');
    await phones.settled();
    expect(JSON.parse(published.at(-1) ?? '')).toMatchObject({ destinationNumber: SECOND, messageBody: 'On my way' });
  });

  test('makes AWS fail, for one text or until it is switched off, and shows the error', async () => {
    await page.getByRole('combobox', { name: 'AWS' }).selectOption('refuse');
    const banner = page.getByRole('region', { name: 'AWS fault' });
    await banner.getByText('Refuses (spend limit)').waitFor();
    expect(await send('one')).toMatchObject({ kind: 'rejected' });
    await shows(/was refused: ServiceQuotaExceededException/);
    await banner.getByRole('button', { name: 'Switch off' }).click();
    await banner.waitFor({ state: 'hidden' });
    expect(await send('two')).toMatchObject({ kind: 'accepted' });
    expect(await page.getByRole('region', { name: 'Twilio fault', exact: true }).count()).toBe(0);
  });

  test.each([
    ['light', 1440, 900],
    ['dark', 390, 844],
  ] as const)('has nothing that axe-core objects to (%s, %i wide)', async (colorScheme, width, height) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height });
    await send('Are you there?');
    await shows('delivered');
    await page.getByRole('combobox', { name: 'Twilio', exact: true }).selectOption('error-500');
    await page.getByRole('combobox', { name: 'AWS' }).selectOption('throttle');
    await page.getByRole('region', { name: 'AWS fault' }).getByText('Throttles').waitFor();
    await page.getByRole('button', { name: 'Traffic' }).click();
    await page.locator('.exchange summary').first().click();
    await page.locator('.inside').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(overflow).toBe(0);
  });
});
