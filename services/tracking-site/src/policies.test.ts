import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { inlineScriptHashes } from '@qdn/site-publishing/build';

const policies = await readFile(new URL('../resources/policies.yml', import.meta.url), 'utf8');

test('the content security policy has the hash of the page’s inline script', async () => {
  const [hash] = await inlineScriptHashes();
  // When this fails, the inline script has changed: put the new hash into ContentSecurityPolicy.
  expect(policies).toContain(hash);
});

test('the page in a frame has the same policy, except that it may be framed', () => {
  const [page, framed, ...others] = [...policies.matchAll(/ContentSecurityPolicy: >-\n((?: {14,}.*\n)+)/g)].map(
    ([, policy = '']) => policy.trim().replace(/\s+/g, ' '),
  );
  expect(others).toEqual([]);
  expect(page).toContain("frame-ancestors 'none'");
  expect(framed).toBe(page?.replace("frame-ancestors 'none'", 'frame-ancestors *'));
});
