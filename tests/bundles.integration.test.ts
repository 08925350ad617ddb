import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import * as routes from '@qdn/contracts/routes';
import { bundleFunction } from '../bench/bundle-function.ts';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const entries = globSync('services/*/src/functions/*/index.ts', { cwd: repository }).sort();
const KB = 1000;

const nameOf = (entry: string) => entry.split('/').at(-2) ?? entry;
/** Reads a dozen families of messages, and opens encrypted ones: 19 KB. */
const readsTrackers = (entry: string) => nameOf(entry) === 'report-trailer-location';
const isWorker = (entry: string) => nameOf(entry) === 'relay-message';

test.each(entries)('%s keeps its budget', async (entry) => {
  const { total, withoutSdk, modules } = await bundleFunction(join(repository, entry));
  // No function compiles schemas at run time or bundles the whole Twilio client.
  expect(modules.filter((path) => /node_modules\/ajv\//.test(path))).toEqual([]);
  expect(modules.filter((path) => /node_modules\/twilio\/(index|lib\/index|lib\/rest\/Twilio)\./.test(path))).toEqual(
    [],
  );
  if (isWorker(entry)) {
    // The SDK's clients for six services (about 600 KB), the relay's rules and words, and Twilio's message resource (45 KB).
    expect(total).toBeLessThanOrEqual(1200 * KB);
    return;
  }
  expect(modules.filter((path) => /node_modules\/twilio\/lib\/(base|rest)\//.test(path))).toEqual([]);
  expect(total).toBeLessThanOrEqual(600 * KB);
  expect(withoutSdk).toBeLessThanOrEqual((readsTrackers(entry) ? 154 : 130) * KB);
});

const clientsIn = (modules: readonly string[]) =>
  [...new Set(modules.flatMap((path) => path.match(/@aws-sdk\/(client-[a-z0-9-]+)\//)?.[1] ?? []))].sort();

test.each([
  // A webhook cannot call a service whose client is not in its bundle: no table, and in the fallback no secret either.
  ['receive-message', ['client-secrets-manager', 'client-sqs']],
  ['receive-carrier-webhook', ['client-secrets-manager', 'client-sqs']],
  ['record-delivery', ['client-secrets-manager', 'client-sqs']],
  ['receive-fallback', ['client-sqs']],
])('the webhook %s is small and bundles only %j', async (name, clients) => {
  const entry = join(repository, `services/sms-relay/src/functions/${name}/index.ts`);
  const { modules, withoutSdk } = await bundleFunction(entry);
  expect(clientsIn(modules)).toEqual(clients);
  // Only Twilio's webhook module: 4 KB of 3.75 MB.
  const twilio = modules.filter((path) => /node_modules\/twilio\//.test(path));
  expect(twilio.every((path) => path.endsWith('twilio/lib/webhooks/webhooks.js'))).toBe(true);
  expect(twilio).toHaveLength(['receive-fallback', 'receive-carrier-webhook'].includes(name) ? 0 : 1);
  expect(withoutSdk).toBeLessThanOrEqual(150 * KB);
});

test('each handler in serverless.yml or the route table is a function’s entry', () => {
  const services = globSync('services/*/serverless.yml', { cwd: repository });
  const listed = services.flatMap((file) =>
    [...readFileSync(join(repository, file), 'utf8').matchAll(/handler: (\S+)\/index\.handler/g)].map(
      ([, path]) => `${dirname(file)}/${path}/index.ts`,
    ),
  );
  const routed = Object.values(routes).map(
    (route) => `services/${route.service}/src/functions/${route.function}/index.ts`,
  );
  expect([...new Set([...listed, ...routed])].sort()).toEqual(entries);
});
