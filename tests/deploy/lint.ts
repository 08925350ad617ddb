/*
 * Runs cfn-lint and checkov on the packaged templates of all services: each deployed alone, and all together with every option.
 * Each finding must be in .ci/accepted-findings.json with its reason, and each entry there must match a finding.
 *
 *   node tests/deploy/lint.ts <cfn-lint> <checkov>      (.ci/run installs both)
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sharedTemplates } from '@qdn/packaging/shared-templates';

type Finding = { tool: 'cfn-lint' | 'checkov'; rule: string; isError: boolean; where: string; says: string };
type Accepted = Record<Finding['tool'], Record<string, string>>;

const repository = fileURLToPath(new URL('../..', import.meta.url));
const [cfnLint, checkov] = process.argv.slice(2);
if (!cfnLint || !checkov) {
  console.error('node tests/deploy/lint.ts <path of cfn-lint> <path of checkov>');
  process.exit(2);
}
const accepted: Accepted = JSON.parse(readFileSync(join(repository, '.ci/accepted-findings.json'), 'utf8'));
const SERVICES = ['tracking-site', 'job-api', 'telemetry-ingest', 'sms-relay'];

/** Params of a deployment of all services, with every option. */
const TOGETHER = {
  httpApi: 'shared',
  httpApiId: 'a1b2c3d4e5',
  publicUrl: 'https://track.example.com',
  edgeKvsArn: 'arn:aws:cloudfront::123456789012:key-value-store/1b2c3d4e-0000-4000-8000-000000000000',
  siteDomain: 'track.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1b2c3d4e-0000-4000-8000-000000000000',
  carriers: JSON.stringify([
    { name: 'twilio' },
    {
      name: 'aws',
      identity: 'arn:aws:sms-voice:us-east-1:123456789012:phone-number/phone-0123456789abcdef',
      number: '+15125550143',
    },
  ]),
  logObjectLock: 'GOVERNANCE',
};

/** Both tools exit with an error when they find something; their output is the result in both cases. */
const printed = async (command: string, args: string[]): Promise<unknown> => {
  const run = promisify(execFile);
  const { stdout } = await run(command, args, { maxBuffer: 64 << 20 }).catch((error: { stdout?: string }) => {
    if (typeof error.stdout !== 'string' || error.stdout === '') throw error;
    return { stdout: error.stdout };
  });
  return JSON.parse(stdout);
};

const list = (value: unknown): Array<Record<string, unknown>> => (Array.isArray(value) ? value : []);

const lintFindings = async (files: string[]): Promise<Finding[]> =>
  list(await printed(cfnLint, ['--format', 'json', '--', ...files])).map((one) => ({
    tool: 'cfn-lint',
    rule: String(Object(one['Rule']).Id),
    isError: one['Level'] === 'Error',
    where: `${one['Filename']} ${list(Object(one['Location']).Path).join('.')}`,
    says: String(one['Message']),
  }));

const checkovFindings = async (files: string[]): Promise<Finding[]> => {
  const options = ['--framework', 'cloudformation', '--skip-download', '--quiet', '--compact', '--output', 'json'];
  const report = Object(await printed(checkov, [...options, '--file', ...files]));
  const { failed_checks: failed, parsing_errors: unread = [] } = report.results;
  if (unread.length > 0) throw new Error(`checkov could not read ${unread.join(', ')}`);
  return list(failed).map((one) => ({
    tool: 'checkov',
    rule: String(one['check_id']),
    isError: false,
    where: `${one['file_path']} ${one['resource']}`,
    says: String(one['check_name']),
  }));
};

const folder = mkdtempSync(join(tmpdir(), 'qdn-lint-'));
try {
  const files: string[] = [];
  for (const [variant, params] of Object.entries({ alone: {}, together: TOGETHER })) {
    const templates = await sharedTemplates(repository, SERVICES, params);
    mkdirSync(join(folder, variant));
    for (const [service, template] of Object.entries(templates)) {
      const file = join(folder, variant, `${service}.json`);
      writeFileSync(file, JSON.stringify(template, null, 1));
      files.push(file);
    }
  }
  const found = [...(await lintFindings(files)), ...(await checkovFindings(files))];

  const problems = found
    .filter(({ tool, rule, isError }) => isError || !(rule in accepted[tool]))
    .map(({ rule, where, says }) => `${rule} ${says}\n    ${where.replaceAll(`${folder}/`, '')}`);
  for (const tool of ['cfn-lint', 'checkov'] as const) {
    for (const rule of Object.keys(accepted[tool])) {
      if (!found.some((one) => one.tool === tool && one.rule === rule)) {
        problems.push(
          `${rule} is accepted in .ci/accepted-findings.json, and ${tool} does not find it any more. Remove it.`,
        );
      }
    }
  }
  for (const problem of problems) console.error(`  ${problem}`);
  console.log(
    `  ${files.length} templates: ${found.length - problems.length} findings accepted, ${problems.length} not`,
  );
  process.exitCode = problems.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}
