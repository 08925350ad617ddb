/*
 * node .ci/lighthouse.mjs LIGHTHOUSE_FOLDER URL
 *
 * Runs Lighthouse (mobile, throttled) five times on the tracking page of a running system. A proxy adds TLS and HTTP/2 to the
 * local edge, as CloudFront does. Accessibility, best practices and layout shift must pass. Times are only printed, since they
 * depend on the machine.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const RUNS = 5;
const [lighthouse, address] = process.argv.slice(2);
const target = new URL(address);
const folder = mkdtempSync(join(tmpdir(), 'qdn-lighthouse-'));

const certificate = () => {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '1', '-nodes'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-keyout',
      key,
      '-out',
      cert,
      ...subject,
    ],
    { stdio: 'ignore' },
  );
  return { key: readFileSync(key), cert: readFileSync(cert) };
};

/** Headers of HTTP/1.1 connections mean nothing in HTTP/2. */
const passed = (headers) =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^(:.*|connection|keep-alive|transfer-encoding)$/.test(name)),
  );

const front = http2.createSecureServer({ ...certificate(), allowHTTP1: true }, (request, response) => {
  const onward = http.request(
    {
      host: 'localhost',
      port: target.port,
      path: request.url,
      method: request.method,
      headers: { ...passed(request.headers), host: target.host },
    },
    (answer) => {
      response.writeHead(answer.statusCode, passed(answer.headers));
      answer.pipe(response);
    },
  );
  onward.on('error', () => response.destroy());
  request.pipe(onward);
});
await new Promise((resolve) => front.listen(0, 'localhost', resolve));
const url = `https://localhost:${front.address().port}${target.pathname}${target.search}`;

const report = (n) =>
  new Promise((resolve, reject) => {
    const file = join(folder, `${n}.json`);
    const flags = '--headless --no-sandbox --disable-gpu --ignore-certificate-errors';
    const child = spawn(
      process.execPath,
      [
        lighthouse,
        url,
        '--only-categories=performance,accessibility,best-practices',
        '--output=json',
        `--output-path=${file}`,
        `--chrome-flags=${flags}`,
        '--quiet',
      ],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, CHROME_PATH: process.env.CHROME_PATH ?? '/usr/bin/chromium' },
      },
    );
    child.on('exit', (code) =>
      code === 0 ? resolve(JSON.parse(readFileSync(file, 'utf8'))) : reject(new Error(`Lighthouse ended with ${code}`)),
    );
  });

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
let failed = false;
try {
  // A warm-up run that does not count: functions are loaded at their first call.
  await report('first');
  const reports = [];
  for (let n = 0; n < RUNS; n++) reports.push(await report(n));
  const value = (id) => median(reports.map(({ audits }) => audits[id].numericValue));
  const score = (id) => Math.min(...reports.map(({ categories }) => categories[id].score * 100));
  const shiftOf = ({ audits }) => audits['cumulative-layout-shift'].numericValue;
  const worst = reports.toSorted((a, b) => shiftOf(b) - shiftOf(a))[0];
  const shift = shiftOf(worst);
  console.log(
    `  LCP ${(value('largest-contentful-paint') / 1000).toFixed(2)} s, FCP ${(value('first-contentful-paint') / 1000).toFixed(2)} s (median of ${RUNS}); layout shift ${shift.toFixed(4)} at most`,
  );
  console.log(
    `  performance ${median(reports.map(({ categories }) => categories.performance.score * 100))}, accessibility ${score('accessibility')}, best practices ${score('best-practices')}`,
  );
  for (const [what, holds] of [
    ['accessibility is 100', score('accessibility') === 100],
    ['best practices are 100', score('best-practices') === 100],
    ['layout shift is below 0.02', shift < 0.02],
  ]) {
    if (holds) continue;
    failed = true;
    console.error(`  failed: ${what}`);
  }
  for (const { node, score: by } of (failed && worst.audits['layout-shifts']?.details?.items) || [])
    console.error(`    moved by ${by.toFixed(4)}: ${node?.snippet ?? 'unknown element'} (${node?.nodeLabel ?? ''})`);
  for (const { audits } of reports.slice(0, 1))
    for (const { id, title, score: passedBy, scoreDisplayMode } of Object.values(audits))
      if (failed && passedBy === 0 && scoreDisplayMode !== 'informative') console.error(`    ${id}: ${title}`);
} finally {
  front.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
