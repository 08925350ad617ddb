/*
 * npm run sbom: writes the packages of the functions and the site as a CycloneDX document and as a list of licences, under
 * dist/sbom. Fails when a licence is not in .ci/licences.json. Each package is listed as a whole, although bundles leave parts
 * out; esbuild, which builds the site, is included.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { licenceOf, licenceProblems, nameOf } from './licences.mjs';
import { runPnpm } from './pnpm.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));
const folder = join(repository, 'dist/sbom');

const asked = [
  '--filter',
  './services/*',
  'sbom',
  '--prod',
  '--sbom-format',
  'cyclonedx',
  '--sbom-spec-version',
  '1.6',
];
const { code, stdout, stderr } = await runPnpm(repository, [...asked, '--sbom-type', 'application']);
if (code !== 0) {
  console.error(
    `${stderr}\nWithout the list of packages nothing can be said of them. After npm start or npm test they are installed.`,
  );
  process.exit(1);
}
/** @type {{ components: Array<import('./licences.mjs').Component & { pedigree?: object }> }} */
const document = JSON.parse(stdout);

// Marks a patched package, which differs from its published version.
const patches = [
  ...readFileSync(join(repository, 'pnpm-workspace.yaml'), 'utf8').matchAll(/^ {2}(\S+)@(\S+): (patches\/\S+)$/gm),
];
for (const [, name, version, url] of patches) {
  const component = document.components.find((one) => nameOf(one) === name && one.version === version);
  if (component) component.pedigree = { patches: [{ type: 'unofficial', diff: { url } }] };
}

const rows = document.components
  .map((component) => `| ${nameOf(component)} | ${component.version} | ${licenceOf(component)} |`)
  .sort();
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'qdn-relay.cdx.json'), `${JSON.stringify(document, null, 2)}\n`);
writeFileSync(
  join(folder, 'licences.md'),
  ['| package | version | licence |', '| --- | --- | --- |', ...rows, ''].join('\n'),
);

const problems = licenceProblems(
  document.components,
  JSON.parse(readFileSync(join(repository, '.ci/licences.json'), 'utf8')),
);
console.log(`${rows.length} packages: dist/sbom/qdn-relay.cdx.json (CycloneDX 1.6), dist/sbom/licences.md`);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
