/*
 * Renders docs/openapi.yaml as a single page without requests to any server: dist/api.html
 *
 *     npm run api-page
 *
 * The renderer (openapi-explorer, Apache-2.0) is fetched only for this task: with its dependencies it would be a tenth of all
 * that `npm start` installs.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RENDERER = 'openapi-explorer@2.4.820';
const repository = fileURLToPath(new URL('..', import.meta.url));
const { parse } = createRequire(join(repository, 'packages/contracts/package.json'))('yaml');

const fetched = () => {
  const folder = mkdtempSync(join(tmpdir(), 'qdn-api-page-'));
  try {
    const quiet = ['--silent', '--no-audit', '--no-fund', '--ignore-scripts'];
    execFileSync('npm', ['install', ...quiet, '--prefix', folder, RENDERER], { stdio: 'inherit' });
    return readFileSync(join(folder, 'node_modules/openapi-explorer/dist/browser/openapi-explorer.min.js'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/**
 * Escapes a text for a script element.
 * @param {string} text
 */
const inScript = (text) => text.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');

const document = parse(readFileSync(join(repository, 'docs/openapi.yaml'), 'utf8'));
// Each path answers preflights. Listing them sixteen times does not help a reader.
for (const item of Object.values(document.paths)) delete item.options;
const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src *">
<title>${document.info.title}: the API</title>
<style>body { margin: 0; font-family: system-ui, sans-serif; }</style>
</head>
<body>
<openapi-explorer primary-color="#c2410c" nav-bg-color="#1c1917" nav-text-color="#f5f1ea" hide-server-selection hide-authentication="false"></openapi-explorer>
<script type="module">${inScript(fetched())}</script>
<script type="module">
await customElements.whenDefined('openapi-explorer');
await document.querySelector('openapi-explorer').loadSpec(${inScript(JSON.stringify(document))});
</script>
</body>
</html>
`;
mkdirSync(join(repository, 'dist'), { recursive: true });
const file = join(repository, 'dist', 'api.html');
writeFileSync(file, page);
console.log(`${file} (${Math.round(Buffer.byteLength(page) / 1024)} KB)`);
