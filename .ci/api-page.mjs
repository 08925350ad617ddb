/*
 * Opens dist/api.html (npm run api-page) in Chromium: every operation of docs/openapi.yaml is on it, and it sends no request.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('..', import.meta.url));
const { parse } = createRequire(join(repository, 'packages/contracts/package.json'))('yaml');
const { chromium } = createRequire(join(repository, 'packages/local/package.json'))('playwright-core');
const { findChromium } = await import('@qdn/test-browser/chromium');

const found = await findChromium();
if (!found) throw new Error('There is no Chromium');
const { paths } = parse(readFileSync(join(repository, 'docs/openapi.yaml'), 'utf8'));
const operations = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([method]) => /^(get|post|put|patch|delete)$/.test(method))
    .map(([method, { summary }]) => ({ method, path, summary })),
);

const browser = await chromium.launch(found);
try {
  const page = await browser.newPage();
  const asked = [];
  const complaints = [];
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) asked.push(request.url());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`file://${join(repository, 'dist', 'api.html')}`);
  const missing = [];
  for (const { method, path, summary } of operations) {
    const text = page.getByText(summary ?? path, { exact: false }).first();
    await text.waitFor({ state: 'attached', timeout: 30_000 }).catch(() => missing.push(`${method} ${path}`));
  }
  const problems = [
    ...missing.map((one) => `not on the page: ${one}`),
    ...asked.map((url) => `asked for ${url}`),
    ...complaints,
  ];
  for (const problem of problems) console.error(`  ${problem}`);
  if (operations.length < 10) throw new Error('docs/openapi.yaml has hardly any operations');
  console.log(`  ${operations.length} operations, ${problems.length} problems`);
  process.exitCode = problems.length > 0 ? 1 : 0;
  if (process.argv[2]) await page.screenshot({ path: process.argv[2] });
} finally {
  await browser.close();
}
