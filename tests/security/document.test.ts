import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

/* docs/security.md names the tests that it rests on: they have to be there. */

const repository = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(repository, 'docs', 'security.md'), 'utf8');
const named = [...page.matchAll(/`([\w./-]+\.test\.ts)` "([^"]+)"/g)].map(([, file = '', name = '']) => ({
  file,
  name,
}));
const risks = [...page.matchAll(/^\| (API\d+) [^|]+\|[^|]+\|([^|]+)\|$/gm)];

describe('docs/security.md', () => {
  test('has all ten risks of 2023, each with a test', () => {
    expect(risks.map(([, risk]) => risk)).toEqual(Array.from({ length: 10 }, (_, i) => `API${i + 1}`));
    for (const [, risk, tests] of risks) expect([risk, tests]).toEqual([risk, expect.stringMatching(/\.test\.ts` "/)]);
  });

  test.each(named)('$file has "$name"', ({ file, name }) => {
    expect(readFileSync(join(repository, file), 'utf8')).toContain(name);
  });

  test('names no file that is not there', () => {
    const files = [...page.matchAll(/`((?:services|packages|tests)\/[\w./-]+)`/g)].map(([, file = '']) => file);
    expect(files.filter((file) => !existsSync(join(repository, file)))).toEqual([]);
    expect(named.length).toBeGreaterThan(20);
  });
});

test('the limit of each route is in the template that has the stage', () => {
  const template = readFileSync(join(repository, 'services/tracking-site/resources/http-api.yml'), 'utf8');
  const of = (name: string) => `\${file(../../config/api-limits.cjs):${name}}`;
  expect(template.replaceAll(/\s+/g, ' ')).toContain(
    `DefaultRouteSettings: ThrottlingBurstLimit: ${of('requestsAtOnce')} ThrottlingRateLimit: ${of('requestsPerSecond')}`,
  );
  const limits: unknown = createRequire(import.meta.url)('../../config/api-limits.cjs');
  expect(limits).toEqual({ requestsPerSecond: 100, requestsAtOnce: 200 });
});

test('no response headers policy of the site lets other sites send credentials', () => {
  const policies = readFileSync(join(repository, 'services/tracking-site/resources/policies.yml'), 'utf8');
  expect(policies).toContain('AccessControlAllowCredentials: false');
  expect(policies).not.toContain('AccessControlAllowCredentials: true');
});
