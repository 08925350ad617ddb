import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { createProgram } from '@qdn/cli/program';
import { JOB_STATUSES } from '@qdn/domain';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (path: string) => readFileSync(join(repository, path), 'utf8');
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'],
  ...globSync('docs/**/*.md', { cwd: repository }),
  ...globSync('services/*/README.md', { cwd: repository }),
];

test.each(pages)('every link and picture of %s is there', (page) => {
  const targets = [...read(page).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
  expect(targets.filter((target) => !existsSync(join(repository, dirname(page), target)))).toEqual([]);
});

test('the code map names an existing file for at least 20 behaviours', () => {
  const [, map = ''] = read('docs/architecture.md').split('## Code map');
  const files = [...map.matchAll(/^\| .* \| \[(\S+)\]\(\.\.\/(\S+)\) \|$/gm)].map(([, name, file = '']) => [
    name,
    file,
  ]);
  expect(files.length).toBeGreaterThanOrEqual(20);
  for (const [name, file] of files) expect([name, existsSync(join(repository, file ?? ''))]).toEqual([file, true]);
});

test('every decision is in the list of decisions, under its own title', () => {
  const listed = [...read('docs/adr/README.md').matchAll(/^(\d+\. )\[(.*)\]\((.*)\)$/gm)];
  const written = globSync('docs/adr/0*.md', { cwd: repository }).map((file) => [
    file.slice('docs/adr/'.length),
    read(file).split('\n')[0],
  ]);
  expect(Object.fromEntries(listed.map(([, number, title, file]) => [file, `# ${number}${title}`]))).toEqual(
    Object.fromEntries(written),
  );
});

test('the widget’s page lists every status of a job', () => {
  const [, list = ''] = /`event\.detail\.status` is the job's status \(([^)]*)\)/.exec(read('docs/widget.md')) ?? [];
  expect(list.split(', ')).toEqual(JOB_STATUSES.map((status) => `\`${status}\``));
});

/*
 * Every command of the documentation. Those that need an account, hours or the internet have `<!-- needs: … -->` above their block;
 * the others are run: `qdn` by the tests that are looked for below, scripts by .ci/run and by the tests named here.
 */

type Block = { page: string; needs: string[]; lines: string[] };
const NEEDS = ['aws', 'twilio', 'internet', 'hours', 'tracker'];

const blocks: Block[] = pages.flatMap((page) =>
  [...read(page).matchAll(/(?:<!-- needs: ([\w, ]+) -->\n *)?```(?:sh|bash|console)\n([\s\S]*?)```/g)].map(
    ([, needs = '', body = '']) => ({
      page,
      needs: needs
        .split(',')
        .map((one) => one.trim())
        .filter(Boolean),
      lines: body
        .replaceAll(/\\\n\s*/g, ' ')
        .split('\n')
        .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
        .filter(Boolean),
    }),
  ),
);
const commands = blocks.flatMap(({ page, needs, lines }) => lines.map((line) => ({ page, needs, line })));

/** `./qdn site status --stage prod` as words after `qdn`, as a shell takes them; null when the line does not call it. */
const qdnWords = (line: string): string[] | null => {
  const called = /^\.\/qdn(?: (.*))?$/.exec(line);
  const words = called?.[1]?.match(/"[^"]*"|\S+/g) ?? [];
  return called ? words.map((word) => word.replaceAll('"', '')) : null;
};
const newProgram = () => createProgram({ environment: {}, repository, print: () => {}, note: () => {} });
/** The command that is called, and what of the call it would not take. */
const parsed = (words: readonly string[]): { path: string[]; faults: string[] } => {
  const program = newProgram();
  const global = program.parseOptions([...words]);
  let rest = [...global.operands, ...global.unknown];
  let command = program;
  const path: string[] = [];
  for (;;) {
    const found = command.commands.find((one) => one.name() === rest[0]);
    if (!found) break;
    command = found;
    path.push(found.name());
    rest = rest.slice(1);
  }
  const { operands, unknown } = command.parseOptions(rest);
  const wanted = command.registeredArguments.filter(({ required }) => required);
  return {
    path,
    faults: [
      ...unknown.map((word) => `unknown: ${word}`),
      ...wanted.slice(operands.length).map((one) => `missing: ${one.name()}`),
      ...command.options
        .filter((one) => one.mandatory && command.getOptionValue(one.attributeName()) === undefined)
        .map(({ long }) => `missing: ${long}`),
    ],
  };
};

const sources = globSync(['tests/**/*.ts', 'packages/**/*.test.ts', '.ci/*'], { cwd: repository })
  .filter((file) => !file.includes('node_modules') && !file.endsWith('tests/docs.test.ts'))
  .map(read);
/** True when a test runs the command: its words are in a test, as arguments or in a shell. */
const isRun = (path: readonly string[]): boolean => {
  const inShell = new RegExp(`(qdn|cli) (-[\\w-]+ \\S+ )*${path.join(' ')}\\b`);
  return sources.some(
    (source) => path.every((word) => new RegExp(`['"]${word}['"]`).test(source)) || inShell.test(source),
  );
};

const { scripts } = JSON.parse(read('package.json'));
/** Patterns of all other commands, each with a check that it works; true for commands that .ci/run and the tests run. */
const OTHERS: Array<[RegExp, (match: RegExpExecArray) => boolean]> = [
  [/^npm (start|test)\b/, () => true],
  [/^npm run ([\w-]+)/, ([, script = '']) => script in scripts],
  [/^npx pnpm@\S+ run ([\w-]+)/, ([, script = '']) => script in scripts],
  [/^bash (\.ci\/[\w-]+)/, ([, file = '']) => existsSync(join(repository, file))],
  [/^node ([\w./-]+)/, ([, file = '']) => existsSync(join(repository, file))],
  // docs/compliance-log.md: independent verification of a record.
  [/^sed /, () => read('tests/compliance-log.test.ts').includes('sha256sum')],
  [/^cd ([\w./-]+)$/, ([, folder = '']) => existsSync(join(repository, folder))],
];

describe('the commands of the documentation', () => {
  test('are found', () => {
    expect(commands.length).toBeGreaterThan(70);
    for (const { page, needs } of blocks)
      expect([page, needs.filter((one) => !NEEDS.includes(one))]).toEqual([page, []]);
  });

  const called = commands.flatMap(({ page, line }) => {
    const words = qdnWords(line);
    return words ? [{ page, line, words }] : [];
  });

  test.each(called)('$page: $line', ({ words }) => {
    if (words.includes('--help')) return expect(words).toEqual(['--help']);
    const { path, faults } = parsed(words);
    expect(faults).toEqual([]);
    expect([path.join(' '), isRun(path)]).toEqual([path.join(' '), true]);
  });

  const others = commands.filter(({ line }) => !qdnWords(line));
  test.each(others)('$page: $line', ({ line, needs }) => {
    for (const [pattern, works] of OTHERS) {
      const match = pattern.exec(line);
      if (match) return expect([line, works(match)]).toEqual([line, true]);
    }
    // Nothing here can run it: then it says what it needs.
    expect([line, needs]).not.toEqual([line, []]);
  });
});

test('the map of the repository names every package', () => {
  const [, map = ''] = read('README.md').split('## Map of the repository');
  const [list = ''] = map.split('### Dependency rule');
  const folders = globSync('packages/*/package.json', { cwd: repository }).map((file) => file.split('/')[1] ?? '');
  expect(folders.filter((folder) => !list.includes(`${folder}/`))).toEqual([]);
});
