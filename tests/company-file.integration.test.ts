import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

/* Checks the messages of packaging and deploying with an invalid company file. */

const repository = fileURLToPath(new URL('..', import.meta.url));
const serverless = join(repository, 'node_modules', 'serverless', 'bin', 'serverless.js');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qdn-company-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `sls` in a service's folder. It ends before it calls AWS. */
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
  test('is not packaged with an invalid company file; the messages give the reason, without a stack trace', () => {
    const file = join(folder, 'company.json');
    const example = readFileSync(join(repository, 'config', 'company.example.json'), 'utf8');
    writeFileSync(file, example.replace('"+15125550171"', '"512 555 0101"').replace('"trailers"', '"trailer"'));
    const said = sls(service, file, 'package', '--package', join(folder, 'package'));
    expect(said).toContain(`${file} has 2 mistakes:
  Line 8: contacts[0].phone "512 555 0101" is not a number in international form; write "+15125550101".
  Line 12: trailer is not a known name. Did you mean "trailers"?`);
    expect(said).not.toMatch(/^\s+at /m);
  }, 60_000);

  test('refuses to package without the configured file', () => {
    const said = sls(service, join(folder, 'none.json'), 'package', '--package', join(folder, 'package'));
    expect(said).toContain('none.json: The file does not exist. Create it with: ./qdn init');
  }, 60_000);
});

describe('config/company.cjs', () => {
  /** Returns the output of config/company.cjs for a command of osls in a repository. */
  const asked = (root: string, command: string, what: string) => {
    const { QDN_COMPANY_FILE: _, ...env } = process.env;
    const script = `process.argv[2] = '${command}'; const c = require('./config/company.cjs'); console.log(${what})`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: root, env, encoding: 'utf8' });
    return (stdout || stderr).trim();
  };
  const aRepository = (company?: string): string => {
    const root = mkdtempSync(join(folder, 'repository-'));
    for (const file of ['company.cjs', 'company.example.json'])
      cpSync(join(repository, 'config', file), join(root, 'config', file));
    symlinkSync(join(repository, 'packages'), join(root, 'packages'));
    if (company !== undefined) writeFileSync(join(root, 'config', 'company.json'), company);
    return root;
  };
  const example = readFileSync(join(repository, 'config', 'company.example.json'), 'utf8');

  test('packages the example company but refuses to deploy it', () => {
    const root = aRepository();
    expect(asked(root, 'package', 'c.name()')).toBe('QuickDumpNow');
    expect(asked(root, 'deploy', 'c.name()')).toContain('This is the example, and its phone numbers belong to no one.');
  });

  test('does not block a removal', () => {
    const root = aRepository('{');
    expect(asked(root, 'deploy', 'c.name()')).toContain('config/company.json: Line 1, column 2: a closing brace');
    expect(asked(root, 'remove', 'c.name()')).toBe('QuickDumpNow');
  });

  test('provides the deployment settings, and hides them from functions', () => {
    const deployment = { alarmEmail: 'owner@example.com', logExpireDays: 1461 };
    const root = aRepository(JSON.stringify({ ...JSON.parse(example), deployment }));
    expect(JSON.parse(asked(root, 'deploy', 'JSON.stringify(c.company.deployment)'))).toEqual(deployment);
    expect(asked(root, 'deploy', 'c.json()')).not.toContain('owner@example.com');
  });
});

test('puts its deployment settings into the template, unless a param overrides them', async () => {
  const file = join(folder, 'deployed.json');
  const example = JSON.parse(readFileSync(join(repository, 'config', 'company.example.json'), 'utf8'));
  writeFileSync(file, JSON.stringify({ ...example, deployment: { alarmEmail: 'owner@example.com' } }));
  const mailOf = (...args: string[]) => {
    const target = mkdtempSync(join(folder, 'package-'));
    const { status, stderr } = spawnSync(process.execPath, [serverless, 'package', '--package', target, ...args], {
      cwd: join(repository, 'services', 'tracking-site'),
      env: { ...process.env, QDN_COMPANY_FILE: file },
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, expect.anything()]);
    const template = readFileSync(join(target, 'cloudformation-template-update-stack.json'), 'utf8');
    return JSON.parse(template).Resources.AlarmMail?.Properties.Endpoint;
  };
  expect(mailOf()).toBe('owner@example.com');
  expect(mailOf('--param=alarmEmail=other@example.com')).toBe('other@example.com');
}, 60_000);
