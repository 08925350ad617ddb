import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { createProgram } from '@qdn/cli/program';
import { passagesOf } from './prose/passages.ts';

/* Checks every hint that names a command: `./qdn …` and `npm run …` work on each machine with Node and npm; `pnpm …` does not. */

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: repository, encoding: 'utf8' })
  .split('\n')
  .filter((file) => /^(packages|services|scripts|config|docs|\.ci)\/|^[^/]+\.md$|^qdn$/.test(file))
  .filter(
    (file) => /\.(ts|mjs|cjs|md|yml)$|^\.ci\/|^qdn$/.test(file) && !/\/generated\/|^docs\/writing\.md$/.test(file),
  );
const read = (file: string): string => {
  try {
    return readFileSync(join(repository, file), 'utf8');
  } catch {
    return ''; // Deleted in the working tree.
  }
};

/** Commands of `./qdn`; arguments may be placeholders. The form without `./` works only if it is in the PATH. */
const COMMANDS = createProgram({ environment: {}, repository, print: () => {}, note: () => {} }).commands.map((one) =>
  one.name(),
);
const OLD_FORMS = new RegExp(
  `pnpm (run )?qdn|npm run (-s )?qdn|(?<!@\\S+ )\\bpnpm exec|(?<![\\w/-])(?<!\\./)qdn (${COMMANDS.join('|')})(?![\\w-])`,
);

test('every file calls the tool as ./qdn', () => {
  const old = files
    // The domain parses job numbers, `qdn 1042` among them, and names no command.
    .filter((file) => !file.startsWith('packages/domain/'))
    .flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((line, index) => (OLD_FORMS.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
    );
  expect(old).toEqual([]);
});

/** Returns the commands in messages of the source, as words up to the first placeholder or punctuation mark. */
const hints = files
  .filter((file) => /\.(ts|mjs|cjs)$/.test(file) && !/\.test\.ts$/.test(file))
  .flatMap((file) => passagesOf(file, read(file)).filter(({ kind }) => kind === 'message'))
  .flatMap(({ text }) => [...text.matchAll(/\.\/qdn((?: (?:--)?[a-z][a-z-]*)+)/g)])
  .map(([, words = '']) => words.trim().split(' '));

describe('the commands that messages name', () => {
  test('are found', () => {
    expect(hints.length).toBeGreaterThan(60);
  });

  test.each([...new Set(hints.map((words) => words.join(' ')))])('./qdn %s', (hint) => {
    let command = createProgram({ environment: {}, repository, print: () => {}, note: () => {} });
    const options = new Set(command.options.map(({ long }) => long).concat('--help'));
    for (const word of hint.split(' ')) {
      const found = command.commands.find((one) => one.name() === word);
      if (found) {
        command = found;
        for (const { long } of command.options) options.add(long);
      } else if (word.startsWith('--')) expect(options).toContain(word);
      else break; // A word of the sentence, or an argument.
    }
    expect([hint, command.parent === null]).toEqual([hint, /^(help|--help)/.test(hint)]);
  });
});

test('./qdn prints a command’s help from another folder', () => {
  const help = execFileSync(join(repository, 'qdn'), ['help', 'job'], { cwd: '/', encoding: 'utf8' });
  expect(help).toContain('Usage: ./qdn job [options] <id>');
  const [, example = ''] = /Example:\n {2}(\.\/qdn .*)/.exec(help) ?? [];
  const again = execFileSync('/bin/sh', ['-c', `${example} --help`], { cwd: repository, encoding: 'utf8' });
  expect(again).toBe(help);
}, 60_000);
