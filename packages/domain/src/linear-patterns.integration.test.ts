import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import jsTokens from 'js-tokens';
import { checkSync } from 'recheck';

/** Texts are cut to this length before a pattern sees them. */
const LONGEST_TEXT = 1600;
/** Maximum characters that a pattern may read for such a text: some hundred for each one. A quadratic pattern reads over a million. */
const MOST_READ = 200_000;
/** Maximum time for the check of one pattern, in ms: other work may keep the machine busy. */
const CHECK_TIMEOUT_MS = 60_000;

const SOURCES = import.meta.dirname;
const NativeRegExp = RegExp;

/** Patterns by their text, with the file that has or builds them. */
const patterns = new Map<string, { source: string; flags: string; file: string }>();
const builders = new Set<string>();

const note = ({ source, flags }: RegExp, file: string): void => {
  patterns.set(`/${source}/${flags}`, { source, flags, file });
};

const fileIn = (stack: string): string =>
  /packages\/domain\/src\/(?<file>[\w./-]+\.ts)/.exec(stack)?.groups?.['file'] ?? '';

/** Tests whether a pattern repeats something: without that it reads a bounded number of characters from each place. */
const repeats = ({ source }: { source: string }): boolean =>
  /[*+{]/.test(source.replaceAll(/\\[pP]\{[^}]*\}|\\./g, ''));

/** Returns the verdict about a pattern, from its automaton where that is small enough, else from attacks on it. */
const verdict = ({ source, flags }: Pick<RegExp, 'source' | 'flags'>): string =>
  checkSync(source, flags, {
    timeout: CHECK_TIMEOUT_MS,
    maxAttackStringSize: LONGEST_TEXT,
    attackLimit: MOST_READ,
    maxIteration: 2,
    maxGenerationSize: 20,
    maxInitialGenerationSize: 100,
  }).status;

/** Calls that build patterns when they run, by file. */
const callBuilders = async (): Promise<void> => {
  const { longRoadNames } = await import('./places/address-words.ts');
  const { leadingGuest, leadingMention, mentionsIn, withoutLeadingMention, withoutMentions } = await import(
    './relay/planning/mentions.ts'
  );
  const { addressesIn } = await import('./relay/planning/address.ts');
  const { isTalkAmongColleagues } = await import('./relay/recognition/team-words.ts');
  const text = '@1042 QDN-1042 ann, can you take FM 1460';
  longRoadNames(text);
  leadingGuest(text);
  leadingMention(text, 'QDN');
  mentionsIn(text, 'QDN');
  withoutLeadingMention(text, 'QDN');
  withoutMentions(text, 'QDN');
  addressesIn(text, 'QDN');
  isTalkAmongColleagues('ann, yes', ['Ann']);
};

const files = globSync('**/*.ts', { cwd: SOURCES }).filter((file) => !/\.(?:test|contract)\.ts$|^testing\//.test(file));
const sourceOf = (file: string): string => readFileSync(join(SOURCES, file), 'utf8');

beforeAll(async () => {
  globalThis.RegExp = class extends NativeRegExp {
    constructor(pattern: string | RegExp, flags?: string) {
      super(pattern, flags);
      const file = fileIn(new Error().stack?.replaceAll(/linear-patterns[\w.-]*/g, '') ?? '');
      builders.add(file);
      note(this, file);
    }
  } as RegExpConstructor;
  for (const file of files) await import(join(SOURCES, file));
  await callBuilders();
  globalThis.RegExp = NativeRegExp;
  for (const file of files)
    for (const { type, value } of jsTokens(sourceOf(file)))
      if (type === 'RegularExpressionLiteral') {
        const end = value.lastIndexOf('/');
        note(new NativeRegExp(value.slice(1, end), value.slice(end + 1)), file);
      }
}, 60_000);

describe('the patterns of the domain', () => {
  test('are all known here: those in the sources, and those that code builds', () => {
    const building = files.filter((file) => /\bnew RegExp\(/.test(sourceOf(file)));
    expect(building.filter((file) => !builders.has(file))).toEqual([]);
    expect(patterns.size).toBeGreaterThan(200);
  });

  test('take linear time', () => {
    const slow = [...patterns]
      .filter(([, pattern]) => repeats(pattern))
      .flatMap(([text, pattern]) => {
        const status = verdict(pattern);
        return status === 'safe' ? [] : [`${status}: ${pattern.file} ${text.slice(0, 200)}`];
      });
    expect(slow).toEqual([]);
  }, 600_000);

  test.each([
    ['exponential', '\\bstop (?:(?:the|all|all the|any|any more|more) )*texts'],
    ['quadratic', '(?: (?:please|now))+$'],
    ['quadratic', '^\\(?\\s*(\\d+)\\s*°?\\s*([NS])?\\s*[,; ]\\s*$'],
  ])('would be found if one took %s time: %s', (_, source) => {
    expect(verdict({ source, flags: '' })).toBe('vulnerable');
  });
});
