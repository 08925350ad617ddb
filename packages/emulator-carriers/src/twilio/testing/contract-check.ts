/*
 * Checks the emulator against Twilio's own description with two independent tools: Prism, a validating proxy in front of it, and
 * the official `twilio` client. Called by .ci/twilio-contract:
 *
 *     node contract-check.ts PRISM
 *
 * where PRISM is the main file of @stoplight/prism-cli. Every request and every answer that violates the description fails it.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';
import { startCarrierEmulator } from '../../emulator.ts';
import { ACCOUNT_SID, API_KEY, AUTH_TOKEN, COMPANY, DANA, emulatorOptions, MARIA } from '../../testing/samples.ts';
import { DESCRIPTION_FILE } from './description.ts';

const [prism = ''] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'qdn-contract-'));
const stops: Array<() => Promise<void> | void> = [() => rmSync(folder, { recursive: true, force: true })];

type Node = { [name: string]: unknown };
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Fixes the format of page addresses: the description says that they are URIs, but its examples and Twilio have relative ones. */
const allowRelative = (node: unknown): number => {
  if (!isNode(node)) return 0;
  const isAddress = isNode(node['uri']) && isNode(node['first_page_uri']);
  const addresses = Object.entries(node).filter(([name, one]) => isAddress && name.endsWith('uri') && isNode(one));
  for (const [, address] of addresses) Object.assign(Object(address), { format: 'uri-reference' });
  return Object.values(node).reduce<number>((sum, inner) => sum + allowRelative(inner), addresses.length);
};

/** Writes out OpenAPI's default for lists in a form, the repeated name: Prism follows it only when it is explicit. */
const writeOutLists = (node: unknown): number => {
  if (!isNode(node)) return 0;
  const form = node['application/x-www-form-urlencoded'];
  const schema = isNode(form) ? form['schema'] : null;
  const properties = isNode(schema) && isNode(schema['properties']) ? schema['properties'] : {};
  const lists = Object.entries(properties).filter(([, one]) => isNode(one) && one['type'] === 'array');
  if (isNode(form) && lists.length > 0)
    form['encoding'] = Object.fromEntries(lists.map(([name]) => [name, { style: 'form', explode: true }]));
  return Object.values(node).reduce<number>((sum, inner) => sum + writeOutLists(inner), lists.length);
};

/** Writes the description for Prism, with the two changes that Prism needs. */
const prepareDescription = (): string => {
  const description: unknown = JSON.parse(readFileSync(DESCRIPTION_FILE, 'utf8'));
  assert.ok(allowRelative(description) > 0);
  assert.ok(writeOutLists(description) > 0);
  const file = join(folder, 'description.json');
  writeFileSync(file, JSON.stringify(description));
  return file;
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};

const description = prepareDescription();

/** Starts Prism. @returns the proxy's URL */
const startPrism = async (upstream: string): Promise<string> => {
  const port = String(await freePort());
  const child: ChildProcess = spawn(process.execPath, [prism, 'proxy', description, upstream, '--port', port], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  stops.push(() => void child.kill());
  // Prism writes a line for each request, so this end of the pipe must stay open.
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      if (String(chunk).includes('Prism is listening')) resolve();
    });
    child.on('exit', (code) => reject(new Error(`Prism did not start: it ended with ${code}`)));
  });
  return `http://127.0.0.1:${port}`;
};

type Violation = { location: string[]; severity: string; message: string };
const violationsIn = (header: unknown): Violation[] => (typeof header === 'string' ? JSON.parse(header) : []);

let exchanges = 0;
const violations: string[] = [];

/** The official client's HTTP client, sent through Prism. `accounts.twilio.com` is not in the description, so it is not. */
class CheckedClient extends twilio.RequestClient {
  readonly api: string;
  readonly accounts: string;
  constructor(api: string, accounts: string) {
    super({ timeout: 10_000 });
    this.api = api;
    this.accounts = accounts;
  }
  override async request<T>(options: RequestClient.RequestOptions<T>) {
    const uri = new URL(options.uri);
    const base = uri.host === 'accounts.twilio.com' ? this.accounts : this.api;
    const response = await super.request<T>({ ...options, uri: `${base}${uri.pathname}${uri.search}` });
    exchanges += 1;
    for (const { location, message, severity } of violationsIn(response.headers?.['sl-violations'])) {
      // The description has no error statuses, so their absence is not a violation.
      if (severity === 'Warning' && response.statusCode >= 400) continue;
      violations.push(`${options.method} ${uri.pathname} ${response.statusCode}: ${location.join('.')} ${message}`);
    }
    return response;
  }
}

const check = async (): Promise<void> => {
  const carrierEmulator = await startCarrierEmulator(emulatorOptions({ authTokens: [AUTH_TOKEN] }));
  stops.push(() => carrierEmulator.close());
  const proxy = await startPrism(carrierEmulator.url);
  const httpClient = new CheckedClient(proxy, carrierEmulator.url);
  const clientOf = (user: string, password: string) => twilio(user, password, { accountSid: ACCOUNT_SID, httpClient });
  const [account, sender] = [clientOf(ACCOUNT_SID, AUTH_TOKEN), clientOf(API_KEY.sid, API_KEY.secret)];
  const refused = (status: number, code: number) => (error: unknown) =>
    error instanceof Error && 'status' in error && error.status === status && 'code' in error && error.code === code;

  // Sending, fetching, listing, over several pages.
  const statusCallback = 'https://qdn.example/api/messages/message-1/status';
  const sent = await sender.messages.create({ to: DANA, from: COMPANY, body: 'Hello', statusCallback });
  assert.equal(sent.status, 'queued');
  for (const body of ['two', 'three', 'four']) await sender.messages.create({ to: DANA, from: COMPANY, body });
  const mediaUrl = ['https://qdn.example/a.jpg'];
  await sender.messages.create({ to: MARIA, from: COMPANY, body: 'x'.repeat(1600), mediaUrl });
  await carrierEmulator.settled();
  assert.equal((await sender.messages(sent.sid).fetch()).status, 'delivered');
  const dateSentAfter = new Date(Date.now() - 86_400_000);
  assert.equal((await sender.messages.list({ to: DANA, from: COMPANY, dateSentAfter, pageSize: 2 })).length, 4);
  carrierEmulator.setPhoneFault(DANA, 'unreachable');
  const lost = await sender.messages.create({ to: DANA, from: COMPANY, body: 'lost' });
  await carrierEmulator.settled();
  assert.equal((await sender.messages(lost.sid).fetch()).errorCode, 30003);

  // Pictures from a customer.
  const inbound = carrierEmulator.receive(MARIA, COMPANY, 'Look', 2)?.sid ?? '';
  await carrierEmulator.settled();
  const media = await sender.messages(inbound).media.list();
  assert.equal(media.length, 2);
  for (const { sid } of media) assert.equal((await sender.messages(inbound).media(sid).fetch()).parentSid, inbound);

  // Calls. Nothing answers at the address of the call, which is the emulator's affair.
  const url = 'http://localhost:9/api/calls/bridge?message=SM1';
  const placed = await sender.calls.create({ to: DANA, from: COMPANY, url, timeout: 25, statusCallbackMethod: 'POST' });
  assert.equal(placed.status, 'queued');
  await carrierEmulator.settled();
  assert.equal((await sender.calls(placed.sid).fetch()).direction, 'outbound-api');
  const startTimeAfter = new Date(Date.now() - 86_400_000);
  assert.equal((await sender.calls.list({ to: DANA, from: COMPANY, startTimeAfter })).length, 1);
  await assert.rejects(sender.calls.create({ to: DANA, from: MARIA, url }), refused(400, 21210));

  // Refusals, as the client reports them.
  await assert.rejects(sender.messages.create({ to: '+1512', from: COMPANY, body: 'x' }), refused(400, 21211));
  await assert.rejects(sender.messages(`SM${'0'.repeat(32)}`).fetch(), refused(404, 20404));
  await assert.rejects(clientOf(API_KEY.sid, 'wrong').messages.list(), refused(401, 20003));
  await assert.rejects(sender.keys.list(), refused(401, 20003));

  // The account, and its keys.
  assert.equal((await account.api.v2010.accounts(ACCOUNT_SID).fetch()).status, 'active');
  assert.equal((await account.balance.fetch()).currency, 'USD');
  const key = await account.newKeys.create({ friendlyName: 'qdn' });
  const byKey = clientOf(key.sid, key.secret);
  await byKey.messages.list({ limit: 1 });
  assert.equal((await account.keys(key.sid).update({ friendlyName: 'other' })).friendlyName, 'other');
  assert.equal((await account.keys(key.sid).fetch()).friendlyName, 'other');
  assert.equal((await account.keys.list()).length, 2);
  assert.equal(await account.keys(key.sid).remove(), true);
  await assert.rejects(byKey.messages.list(), refused(401, 20003));

  // The numbers and their webhooks.
  const [number] = await account.incomingPhoneNumbers.list({ phoneNumber: COMPANY });
  assert.equal(number?.capabilities.sms, true);
  const smsUrl = 'https://qdn.example/api/jobs/inbound/messages#rc=3&rp=ct,rt,5xx&rt=4000';
  const settings = {
    smsUrl,
    smsMethod: 'POST',
    smsFallbackUrl: smsUrl,
    smsFallbackMethod: 'POST',
  };
  await account.incomingPhoneNumbers(number?.sid ?? '').update(settings);
  assert.equal((await sender.incomingPhoneNumbers(number?.sid ?? '').fetch()).smsUrl, smsUrl);
  await assert.rejects(account.incomingPhoneNumbers(`PN${'0'.repeat(32)}`).fetch(), refused(404, 20404));

  // The Auth Tokens, which have their own API.
  const { secondaryAuthToken } = await account.accounts.v1.secondaryAuthToken().create();
  assert.equal(await account.accounts.v1.secondaryAuthToken().remove(), true);
  const second = await account.accounts.v1.secondaryAuthToken().create();
  assert.notEqual(second.secondaryAuthToken, secondaryAuthToken);
  const promoted = await account.accounts.v1.authTokenPromotion().update();
  assert.equal(promoted.authToken, second.secondaryAuthToken);
  await assert.rejects(account.keys.list(), refused(401, 20003));
  assert.equal((await clientOf(ACCOUNT_SID, promoted.authToken).keys.list()).length, 1);

  assert.deepEqual(violations, []);
  assert.ok(exchanges > 25);
  console.log(`  ${exchanges} calls of the official client, no violation of Twilio's description`);

  // The check finds errors: a request without a recipient, and an answer of another form.
  const authorization = `Basic ${Buffer.from(`${ACCOUNT_SID}:${promoted.authToken}`).toString('base64')}`;
  const path = `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`;
  const post = async (base: string, form: Record<string, string>): Promise<Violation[]> => {
    const init = { method: 'POST', headers: { authorization }, body: new URLSearchParams(form) };
    return violationsIn((await fetch(`${base}${path}`, init)).headers.get('sl-violations'));
  };
  assert.match(JSON.stringify(await post(proxy, { From: COMPANY, Body: 'x' })), /must have required property 'To'/);
  const wrong: Server = createServer((_, response) =>
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ sid: 'SM1', status: 'gone' })),
  );
  await once(wrong.listen(0, '127.0.0.1'), 'listening');
  stops.push(() => {
    wrong.closeAllConnections();
    wrong.close();
  });
  const before = await startPrism(`http://127.0.0.1:${(wrong.address() as AddressInfo).port}`);
  const found = JSON.stringify(await post(before, { To: DANA, From: COMPANY, Body: 'x' }));
  assert.match(found, /sid must match pattern/);
  assert.match(found, /status must be equal to one of the allowed values/);
  console.log('  a wrong request and a wrong answer are found');
};

try {
  await check();
} catch (error) {
  // Only the message: the client's errors contain requests and sockets.
  console.error(error instanceof Error ? error.stack : error);
  process.exitCode = 1;
} finally {
  for (const stop of stops.reverse()) await stop();
}
