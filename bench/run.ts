/*
 * npm run bench: measures the cost of a cold start and of a request. It prints ratios and counts, since milliseconds depend on
 * the machine. Nothing here passes or fails.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PRICES_AS_OF, PRICES_REGION } from '@qdn/cost';
import { bundleFunction } from './bundle-function.ts';
import { countCalls } from './count-calls.ts';
import { median } from './quantile.ts';
import { requestCpu } from './request-cpu.ts';
import { telemetryCost } from './telemetry.ts';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const RUNS = 7;

/** Environment variables that every function needs to be imported. Nothing is called. */
const ENVIRONMENT = {
  JOBS_TABLE: 'qdn-jobs',
  LOCATIONS_TABLE: 'qdn-job-locations',
  QUEUE_URL: 'http://localhost/queue',
  UNVERIFIED_QUEUE_URL: 'http://localhost/unverified',
  CARRIERS: '[{"name":"twilio"}]',
  SEGMENT_USD: '0.01',
  LOG_BUCKET: 'log',
  PUBLIC_URL: 'http://localhost',
  TOKENS_SECRET_ID: 'tokens',
  TWILIO_ADMIN_SECRET_ID: 'admin',
  TWILIO_SENDER_SECRET_ID: 'sender',
  EDGE_KVS_ARN: 'arn:aws:cloudfront::000000000000:key-value-store/x',
  COMPANY: JSON.stringify({
    name: 'Q',
    phone: '+15125550100',
    textNumber: '+15125550142',
    timeZone: 'UTC',
    contacts: [{ id: 'a', name: 'A', phone: '+15125550171' }],
  }),
  AWS_REGION: 'us-east-1',
};

/** Returns the time that importing a module takes in a new process, in ms. */
const importMs = (file: string): number => {
  const script = `const t=performance.now();await import(${JSON.stringify(file)});console.log(performance.now()-t)`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, ...ENVIRONMENT },
  });
  if (status !== 0) throw new Error(`${file} cannot be imported: ${stderr}`);
  return Number(stdout.trim().split('\n').at(-1));
};

const folder = mkdtempSync(join(tmpdir(), 'qdn-bench-'));
try {
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, 'export {};');
  const baseline = median(Array.from({ length: RUNS }, () => importMs(empty)));
  const rows: string[][] = [['function', 'KB', 'KB without SDK', 'cold import ÷ empty module']];
  for (const entry of globSync('services/*/src/functions/*/index.ts', { cwd: repository }).sort()) {
    const { code, total, withoutSdk } = await bundleFunction(join(repository, entry));
    const name = entry.split('/').at(-2) ?? entry;
    const file = join(folder, `${name}.mjs`);
    writeFileSync(file, code);
    const ratio = median(Array.from({ length: RUNS }, () => importMs(file))) / baseline;
    rows.push([name, String(Math.round(total / 1000)), String(Math.round(withoutSdk / 1000)), ratio.toFixed(0)]);
  }
  console.log(`Cold import, median of ${RUNS}\n`);
  print(rows);
  console.log('\nAWS calls a request, on the embedded engines\n');
  print(await countCalls());
  const { counted, dollars } = await telemetryCost();
  console.log('\nTelemetry: a trailer on the road for an hour, a fix every 10 s\n');
  print(counted);
  console.log(`\nTelemetry: US dollars for 8 hours on 22 days, at ${PRICES_REGION} prices of ${PRICES_AS_OF}\n`);
  print(dollars);
  console.log(
    '\nCPU of a request ÷ raw HMAC and JSON of the same size, with 3,600 fixes stored (bench/request-cpu.ts)\n',
  );
  print(await requestCpu());
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function print(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) console.log(`  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`);
}
