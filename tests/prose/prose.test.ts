import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { passagesOf } from './passages.ts';
import { areaOf, checkFile, checkRepository } from './repository.ts';

const repository = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** The words that are found in a file, with their lines. */
const found = (file: string, source: string) =>
  checkFile(file, source).findings.map(({ line, found }) => `${line}: ${found}`);

describe('the repository', () => {
  test('has no findings (npm run prose lists them)', () => {
    const { findings, comments } = checkRepository(repository);
    expect(comments).toBeGreaterThan(2000);
    expect(findings).toEqual([]);
  });
});

describe('words', () => {
  const bad = [
    'There is nobody at @77.',
    'Somebody’s phone is off.',
    'The dispatcher whom it concerns.',
    'Begins anew after a restart.',
    'The adapter mends the header.',
    'The customer is told the time.',
    'A refusal is heard of later.',
    'The token stands in the path.',
    'An in-memory stand-in for SQS.',
    'Looks at it so many times.',
    'Waits so long that the lease ends.',
    'It comes back in 5 min.',
    'Alarms call you by mail.',
    'Prints the dossier.',
    'Keeps the lessons of each drive.',
    'A receipt settles it.',
    'A late receipt is no fault.',
    'Kept for ever.',
    'The time-out of the worker.',
    'A dearer route.',
  ];
  test.each(bad)('refuses in a comment: %s', (sentence) => {
    expect(found('a.ts', `// ${sentence}`)).toHaveLength(1);
    expect(found('a.ts', `/**\n * ${sentence}\n */`)).toHaveLength(1);
  });

  const good = [
    'There is no job at @77.',
    'The lease is no longer ours; at most one is no more than enough.',
    'No one answers. Someone else does.',
    'Amends nothing; recommends a mender.',
    'Keeps `settled` and `stand-in` as names.',
    'Returns to the queue as long as the lease holds.',
    'The timeout of a request, in ms.',
    'A lesson-free sentence about emails.',
  ];
  test.each(good)('accepts: %s', (sentence) => {
    expect(found('a.ts', `// ${sentence}`)).toEqual([]);
  });

  test('finds words that a line break parts', () => {
    expect(found('a.ts', '/**\n * The driver is\n * told the time.\n */')).toEqual(['2: is told']);
  });
});

describe('openings', () => {
  const bad = [
    'What a text costs.',
    'Whom it is for.',
    'How often it runs.',
    'Whether it is open.',
    'Where it is.',
    'So long it waits.',
  ];
  test.each(bad)('refuses in a comment, a heading and a test name: %s', (sentence) => {
    expect(checkFile('a.ts', `const a = 1; /** ${sentence} */`)).toMatchObject({ openings: 1, comments: 1 });
    expect(checkFile('a.md', `## ${sentence}`).findings).not.toEqual([]);
    expect(checkFile('a.test.ts', `test('${sentence}', () => {});`).findings).not.toEqual([]);
  });

  test('accepts a noun, a verb, and the word inside of a sentence or a message', () => {
    expect(found('a.ts', '// Returns what a text costs.\n')).toEqual([]);
    expect(found('a.ts', '/** The place where it stops */')).toEqual([]);
    expect(found('a.ts', 'ask("Who is this for?")')).toEqual([]);
    expect(found('a.ts', '// Whatever comes first.\n')).toEqual([]);
  });

  test('counts adjacent line comments as one block', () => {
    expect(checkFile('a.ts', '// What it is,\n// how it runs.\nconst a = 1; // so it is\n// Then more.')).toMatchObject(
      {
        openings: 1,
        comments: 3,
      },
    );
  });
});

describe('passages', () => {
  const kinds = (file: string, source: string) =>
    passagesOf(file, source).map(({ kind, line, text }) => [kind, line, text]);

  test('are comments, messages and test names in TypeScript; other strings of tests are data', () => {
    const source = [
      "import a from 'not read';",
      'const pattern = /\\/\\/ no comment/; // A comment',
      'throw new Error(`There is nobody at $' + '{place}.`);',
      "test.each([['nobody here']])('greets nobody: %s', () => 'nobody to see');",
    ].join('\n');
    expect(found('a.ts', source)).toEqual(['3: nobody', '4: nobody', '4: nobody', '4: nobody']);
    expect(found('a.test.ts', source)).toEqual(['4: nobody']);
  });

  test('are the comments of every other language', () => {
    expect(kinds('a.css', 'a{}\n/* One\n two */')).toEqual([['comment', 2, 'One\ntwo']]);
    expect(kinds('a.html', '<!-- One -->\n<p title="x">Two words</p>')).toEqual([
      ['comment', 1, 'One'],
      ['text', 2, 'Two words'],
    ]);
    expect(kinds('a.yml', 'a: 1 # One\n# Two\n# three\nb: "#no"')).toEqual([
      ['comment', 1, 'One'],
      ['comment', 2, 'Two\nthree'],
    ]);
    expect(kinds('a.py', '"""One of them"""\nx = 1  # Two')).toEqual([
      ['comment', 2, 'Two'],
      ['comment', 1, 'One of them'],
    ]);
    expect(kinds('.ci/run', '#!/bin/sh\n# One')).toEqual([['comment', 2, 'One']]);
    expect(kinds('a.patch', '+++ b/file of ours\n+// two words\n two words')).toEqual([['text', 2, '// two words']]);
  });

  test('of a document leave code and addresses out, and keep the comments of its commands', () => {
    const page =
      '# 1. A title\n\nOne `nobody` [link](nobody.md)\nmore\n\n| a | b |\n| c | d |\n\n```sh\nrun nobody # nobody runs\n```';
    expect(kinds('a.md', page)).toEqual([
      ['heading', 1, 'A title'],
      ['text', 3, 'One `…` link\nmore'],
      ['text', 6, '| a | b |'],
      ['text', 7, '| c | d |'],
      ['comment', 10, 'nobody runs'],
    ]);
  });

  test('leave instructions to tools out', () => {
    expect(kinds('a.ts', '// biome-ignore lint/x: y\n\n/* @ts-expect-error */')).toEqual([]);
  });
});

test('an area is a package, a service, a top folder or the root', () => {
  expect(['packages/cli/src/a.ts', 'docs/adr/a.md', 'README.md'].map(areaOf)).toEqual(['packages/cli', 'docs', '.']);
});
