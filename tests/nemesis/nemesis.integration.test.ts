import { describe, expect, test } from '@jest/globals';
import { check, RULES, type Rule } from './checker.ts';
import { newHistory } from './history.ts';
import { MUTANTS } from './mutants.ts';
import { FAULT_NAMES } from './nemesis.ts';
import { explain, play, type Result } from './run.ts';

/** `npm run nemesis` plays ten thousand (CONTRIBUTING.md). */
const SEEDS = 700;
/** Maximum number of seeds until the checker finds a mutant. */
const SEEDS_FOR_A_MUTANT = 200;
/**
 * Timeout of a test that hangs, in ms: many times the duration on an idle machine. A seed that loops ends earlier, by its
 * maximum number of events (run.ts).
 */
const HANGS_AFTER_MS = 900_000;

describe('the relay, under a nemesis that one seed decides', () => {
  test(
    `keeps every promise over ${SEEDS} seeds, each port having failed in each way`,
    async () => {
      const struck = new Map<string, number>();
      const failures: Result[] = [];
      let messages = 0;
      for (let seed = 0; seed < SEEDS && failures.length < 3; seed += 1) {
        const result = await play({ seed });
        if (result.violations.length > 0) failures.push(result);
        messages += result.messages;
        for (const [name, count] of result.struck) struck.set(name, (struck.get(name) ?? 0) + count);
      }
      if (failures.length > 0) throw new Error(failures.map(explain).join('\n\n'));
      expect(messages).toBeGreaterThan(5 * SEEDS);
      // A fault that never occurs, or a call without a crash, would prove nothing.
      const never = FAULT_NAMES.filter((fault) => !struck.has(fault));
      const calls = [...struck.keys()]
        .filter((name) => name.endsWith(' called'))
        .map((name) => name.replace(/ called$/, ''));
      const unhurt = calls
        .flatMap((call) => ['crash-before', 'crash-after'].map((how) => `${call} ${how}`))
        .filter((name) => !struck.has(name));
      expect({ never, unhurt }).toEqual({ never: [], unhurt: [] });
      expect(calls).toEqual(
        expect.arrayContaining(['queue.send', 'relay.open', 'relay.resolve', 'carrier.send', 'log.append']),
      );
    },
    HANGS_AFTER_MS,
  );

  test(
    'survives a crash before and after each call for a message',
    async () => {
      const whole = await play({ seed: 1, faults: { atCall: 0, when: 'before' } });
      const calls = [...whole.struck].reduce((sum, [name, count]) => sum + (name.endsWith(' called') ? count : 0), 0);
      expect(calls).toBeGreaterThan(10);
      for (let atCall = 1; atCall <= calls; atCall += 1)
        for (const when of ['before', 'after'] as const) {
          const result = await play({ seed: 1, faults: { atCall, when } });
          if (result.violations.length > 0) throw new Error(`A crash ${when} call ${atCall}:\n${explain(result)}`);
        }
    },
    HANGS_AFTER_MS,
  );

  test('relays everything when nothing goes wrong', async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const { violations, history } = await play({ seed, faults: 'none' });
      expect(violations).toEqual([]);
      const states = history.entries.flatMap((entry) =>
        entry.kind === 'at-rest' ? entry.outboundMessages.map(({ state }) => state) : [],
      );
      expect(states).toContain('ACCEPTED');
      expect(states.filter((state) => state !== 'ACCEPTED' && state !== 'REJECTED')).toEqual([]);
      expect(history.entries.filter(({ kind }) => kind === 'dead-lettered')).toEqual([]);
    }
  });

  test('has one history per seed', async () => {
    const [one, again, other] = [await play({ seed: 7 }), await play({ seed: 7 }), await play({ seed: 8 })];
    expect(again.history.entries).toEqual(one.history.entries);
    expect(other.history.entries).not.toEqual(one.history.entries);
  });
});

describe('the checker', () => {
  test.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    'finds a relay that %s',
    async (_, mutant) => {
      const found = new Set<Rule>();
      for (let seed = 0; seed < SEEDS_FOR_A_MUTANT && !mutant.breaks.every((rule) => found.has(rule)); seed += 1)
        for (const { rule } of (await play({ seed, mutant })).violations) found.add(rule);
      expect([...found]).toEqual(expect.arrayContaining([...mutant.breaks]));
    },
    HANGS_AFTER_MS,
  );

  test('has a mutant for every rule', () => {
    const broken = MUTANTS.flatMap(({ breaks }) => breaks);
    expect((Object.keys(RULES) as Rule[]).filter((rule) => !broken.includes(rule))).toEqual([]);
  });

  test('prints the broken promise, the message, and the command to reproduce it', async () => {
    const mutant = MUTANTS.find(({ breaks }) => breaks.includes('is-logged'));
    if (!mutant) throw new Error('There is a mutant without a log');
    const text = explain(await play({ seed: 3, mutant }));
    expect(text).toMatch(/^Seed 3 breaks \d+ promises:/);
    expect(text).toContain(RULES['is-logged']);
    expect(text).toContain('npm run nemesis -- --seed 3');
    const [, sid] = /What happened to (\w+):/.exec(text) ?? [];
    expect(text).toContain(`is-logged`);
    const story = text.slice(text.indexOf('What happened'));
    expect(new Set(story.match(/SM\d{32}/g))).toEqual(new Set([sid]));
  });

  test('finds nothing in a history without messages', () => {
    expect(check(newHistory())).toEqual([]);
  });
});
