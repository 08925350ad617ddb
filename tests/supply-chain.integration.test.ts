import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from '@jest/globals';
import { advisoryProblems } from '../scripts/advisories.mjs';
import { isAllowed, licenceProblems } from '../scripts/licences.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));

describe('licences', () => {
  const allowed = ['MIT', 'Apache-2.0', 'BSD-3-Clause'];

  test.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['GPL-2.0-or-later OR (MIT AND Apache-2.0)', true],
    ['MIT AND GPL-3.0-only', false],
    ['(MIT OR Apache-2.0) AND GPL-3.0-only', false],
    ['GPL-2.0-only WITH Classpath-exception-2.0', false],
    ['SEE LICENSE IN LICENSE.md', false],
    ['(MIT', false],
    ['', false],
  ])('%s: %s', (expression, is) => {
    expect(isAllowed(expression, allowed)).toBe(is);
  });

  test('reports a forbidden licence with its package, and an unused exception', () => {
    const components = [
      { name: 'good', version: '1.0.0', licenses: [{ license: { id: 'MIT' } }] },
      { group: '@bad', name: 'one', version: '2.0.0', licenses: [{ license: { id: 'AGPL-3.0-only' } }] },
      { name: 'silent', version: '3.0.0' },
      { name: 'excused', version: '4.0.0', licenses: [{ license: { name: 'Custom' } }] },
    ];
    expect(licenceProblems(components, { allowed, exceptions: { excused: 'we asked', good: 'why?' } })).toEqual([
      expect.stringMatching(/^@bad\/one 2\.0\.0 is under AGPL-3\.0-only, which \.ci\/licences\.json does not allow\./),
      expect.stringMatching(/^silent 3\.0\.0 names no licence/),
      expect.stringMatching(/^good needs no exception any more/),
    ]);
  });
});

describe('advisories', () => {
  const now = Date.UTC(2026, 10, 23);
  const advisory = {
    github_advisory_id: 'GHSA-aaaa-bbbb-cccc',
    module_name: 'jsonwebtoken',
    severity: 'high',
    title: 'Made up',
    url: 'https://advisories.example/1',
    patched_versions: '>=9.0.4',
  };
  const accepted = { id: 'GHSA-aaaa-bbbb-cccc', package: 'jsonwebtoken', reason: 'not called', until: '2026-12-01' };

  test('reports an open one with the fixed version', () => {
    expect(advisoryProblems([advisory], [], now)).toEqual([
      'jsonwebtoken: Made up (high, GHSA-aaaa-bbbb-cccc). Repaired in >=9.0.4. https://advisories.example/1',
    ]);
  });
  test('does not report an accepted one until its end date has passed', () => {
    expect(advisoryProblems([advisory], [accepted], now)).toEqual([]);
    expect(advisoryProblems([advisory], [accepted], Date.UTC(2026, 11, 1, 23))).toEqual([]);
    expect(advisoryProblems([advisory], [accepted], Date.UTC(2026, 11, 2))).toEqual([
      expect.stringContaining('was accepted until 2026-12-01'),
    ]);
  });
  test.each([
    ['without a reason', { ...accepted, reason: ' ' }, /without a reason/],
    ['without a day', { ...accepted, until: 'soon' }, /is not a date such as/],
    ['for ever', { ...accepted, until: '2029-01-01' }, /The maximum is 90 days/],
    ['of another package', { ...accepted, package: 'ms' }, /concerns no shipped package any more/],
  ])('rejects an acceptance %s', (_, wrong, said) => {
    expect(advisoryProblems([advisory], [wrong], now)).toContainEqual(expect.stringMatching(said));
  });
});

describe('npm run audit', () => {
  const closers: Array<() => void> = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  /** Starts a registry that gives this answer to a request for advisories. @returns its address */
  const registry = async (status: number, answer: object): Promise<string> => {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(request.method === 'POST' ? status : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(request.method === 'POST' ? answer : {}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => server.close().closeAllConnections());
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`;
  };
  const audit = (url: string) =>
    new Promise<{ code: number | null; said: string }>((resolve, reject) => {
      const child = spawn(process.execPath, ['scripts/audit.mjs', '--registry', url], { cwd: repository });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
      child.on('error', reject).on('close', (code) => resolve({ code, said }));
    });

  test('reports advisories of the registry, passes without any, and says when the registry gives no list', async () => {
    const found = {
      id: 1,
      url: 'https://advisories.example/1',
      title: 'Made up',
      severity: 'high',
      vulnerable_versions: '*',
    };
    const one = await audit(await registry(200, { jsonwebtoken: [{ ...found, cwe: [], cvss: { score: 7 } }] }));
    expect(one).toEqual({ code: 1, said: expect.stringMatching(/^jsonwebtoken: Made up \(high/) });
    const none = await audit(await registry(200, {}));
    expect(none).toEqual({ code: 0, said: expect.stringContaining('no open advisory') });
    const closed = await audit(await registry(405, {}));
    expect(closed).toEqual({ code: 0, said: expect.stringContaining('not checked') });
  }, 120_000);
});
