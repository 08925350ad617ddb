import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

/* What a person sees who packages or deploys with a company file that is not right. */

const repository = fileURLToPath(new URL('..', import.meta.url));
const serverless = join(repository, 'node_modules', 'serverless', 'bin', 'serverless.js');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qdn-company-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `sls` in a service's folder; it ends before it asks any account. */
const sls = (service: string, companyFile: string | undefined, ...args: string[]): string => {
  const { QDN_COMPANY_FILE: _, ...others } = process.env;
  const env = {
    ...Object.fromEntries(Object.entries(others).filter(([name]) => !name.startsWith('AWS_'))),
    ...(companyFile === undefined ? {} : { QDN_COMPANY_FILE: companyFile }),
  };
  const { stdout, stderr, status } = spawnSync(process.execPath, [serverless, ...args], {
    cwd: join(repository, 'services', service),
    env,
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  return stdout + stderr;
};

describe.each(['job-api', 'tracking-site'])('%s', (service) => {
  test('is not packaged with a company file that is not right; the sentences say why, and no stack does', () => {
    const file = join(folder, 'company.json');
    const example = readFileSync(join(repository, 'config', 'company.example.json'), 'utf8');
    writeFileSync(file, example.replace('"+15125550171"', '"512 555 0101"').replace('"trailers"', '"trailer"'));
    const said = sls(service, file, 'package', '--package', join(folder, 'package'));
    expect(said).toContain(`${file} has 2 mistakes:
  Line 8: contacts[0].phone "512 555 0101" is not a number in international form; write "+15125550101".
  Line 12: trailer is not a name that is known here. Is "trailers" meant?`);
    expect(said).not.toMatch(/^\s+at /m);
  }, 60_000);

  test('is not packaged without the file that it is told to use', () => {
    const said = sls(service, join(folder, 'none.json'), 'package', '--package', join(folder, 'package'));
    expect(said).toContain('none.json: There is no such file. To be asked for everything that it holds: pnpm qdn init');
  }, 60_000);
});
