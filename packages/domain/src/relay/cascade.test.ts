import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RecipientId } from '../ids.ts';
import { cascadeStep, type TeamMember } from './cascade.ts';
import type { OutboundMessage } from './outbound-message.ts';

const START = Date.UTC(2026, 10, 23, 15);
const MINUTE = 60_000;
const id = (name: string) => name as RecipientId;
const member = (name: string, notBefore = START): TeamMember => ({ recipient: id(name), to: `+1${name}`, notBefore });
const team = ['a', 'b', 'c'].map((name) => member(name));
type Seen = Pick<OutboundMessage, 'state' | 'delivery' | 'claimedAt'>;
const sent = (claimedAt = START): Seen => ({ state: 'ACCEPTED', delivery: null, claimedAt });
const refused: Seen = { state: 'REJECTED', delivery: null, claimedAt: START };
const outboundMessages = (seen: Record<string, Seen>) =>
  new Map(Object.entries(seen).map(([name, one]) => [id(name), one]));
const all = { order: 'all', minutes: 15 } as const;
const inOrder = { order: 'in-order', minutes: 5 } as const;
const names = (members: readonly TeamMember[]) => members.map(({ recipient }) => recipient).join('');
const step = (
  cascade: Parameters<typeof cascadeStep>[2],
  seen: Record<string, Seen>,
  now: number,
  options: { answered?: boolean; members?: TeamMember[] } = {},
) => {
  const { answered = false, members = team } = options;
  const { due, lookAgainAt, isExhausted } = cascadeStep(members, outboundMessages(seen), cascade, answered, START, now);
  return { due: names(due), at: lookAgainAt === null ? null : (lookAgainAt - START) / MINUTE, isExhausted };
};

describe('a cascade to all contacts at once', () => {
  test('texts everyone, and looks again after the minutes', () => {
    expect(step(all, {}, START)).toEqual({ due: 'abc', at: 15, isExhausted: false });
  });

  test('is exhausted without an answer by then', () => {
    const seen = { a: sent(), b: sent(), c: sent() };
    expect(step(all, seen, START + 14 * MINUTE)).toMatchObject({ at: 15, isExhausted: false });
    expect(step(all, seen, START + 15 * MINUTE)).toEqual({ due: 'abc', at: null, isExhausted: true });
    expect(step(all, seen, START + 15 * MINUTE, { answered: true })).toMatchObject({ at: null, isExhausted: false });
  });

  test('is exhausted at once when it reached no one', () => {
    expect(step(all, { a: refused, b: refused, c: refused }, START)).toMatchObject({ at: null, isExhausted: true });
    expect(step(all, {}, START, { members: [] })).toMatchObject({ isExhausted: true });
  });

  test('texts contacts after their quiet hours, unless someone has answered', () => {
    const members = [member('a'), member('b', START + 60 * MINUTE)];
    expect(step(all, {}, START, { members })).toEqual({ due: 'a', at: 15, isExhausted: false });
    expect(step(all, { a: sent() }, START + 14 * MINUTE, { members })).toMatchObject({ at: 15, isExhausted: false });
    // The contact who sleeps does not keep the operator from learning that the others have not answered.
    expect(step(all, { a: sent() }, START + 15 * MINUTE, { members })).toEqual({ due: 'a', at: 60, isExhausted: true });
    expect(step(all, { a: sent() }, START + 60 * MINUTE, { members })).toEqual({
      due: 'ab',
      at: 75,
      isExhausted: false,
    });
    expect(step(all, { a: sent() }, START + 60 * MINUTE, { members, answered: true })).toMatchObject({ due: 'a' });
  });
});

test.each([all, inOrder])('a cascade waits while the whole team has quiet hours: %j', (cascade) => {
  const members = [member('a', START + 60 * MINUTE), member('b', START + 30 * MINUTE)];
  expect(step(cascade, {}, START, { members })).toEqual({ due: '', at: 30, isExhausted: false });
});

describe('a cascade in order', () => {
  test('texts the first contact, and the next one after the minutes', () => {
    expect(step(inOrder, {}, START)).toEqual({ due: 'a', at: 5, isExhausted: false });
    expect(step(inOrder, { a: sent() }, START + 4 * MINUTE)).toEqual({ due: 'a', at: 5, isExhausted: false });
    expect(step(inOrder, { a: sent() }, START + 5 * MINUTE)).toEqual({ due: 'ab', at: 10, isExhausted: false });
    const seen = { a: sent(), b: sent(START + 5 * MINUTE) };
    expect(step(inOrder, seen, START + 9 * MINUTE)).toMatchObject({ due: 'ab', at: 10 });
  });

  test('continues at once when a text has failed', () => {
    expect(step(inOrder, { a: refused }, START)).toMatchObject({ due: 'ab', at: 5 });
    const undelivered: Seen = { state: 'ACCEPTED', delivery: 'undelivered', claimedAt: START };
    expect(step(inOrder, { a: undelivered }, START + MINUTE)).toMatchObject({ due: 'ab', at: 6 });
  });

  test('ends with an answer, or after the last contact', () => {
    expect(step(inOrder, { a: sent() }, START + 5 * MINUTE, { answered: true })).toEqual({
      due: 'a',
      at: null,
      isExhausted: false,
    });
    const seen = { a: sent(), b: sent(START + 5 * MINUTE), c: sent(START + 10 * MINUTE) };
    expect(step(inOrder, seen, START + 14 * MINUTE)).toMatchObject({ at: 15, isExhausted: false });
    expect(step(inOrder, seen, START + 15 * MINUTE)).toMatchObject({ at: null, isExhausted: true });
  });

  test('skips contacts in quiet hours, and is exhausted when the others had their time', () => {
    const members = [member('a', START + 60 * MINUTE), member('b'), member('c', START + 30 * MINUTE)];
    expect(step(inOrder, {}, START, { members })).toMatchObject({ due: 'b', at: 5 });
    expect(step(inOrder, { b: sent() }, START + 4 * MINUTE, { members })).toMatchObject({ at: 5, isExhausted: false });
    const texted = step(inOrder, { b: sent() }, START + 5 * MINUTE, { members });
    expect(texted).toEqual({ due: 'b', at: 30, isExhausted: true });
    expect(step(inOrder, { b: sent() }, START + 30 * MINUTE, { members })).toMatchObject({ due: 'bc', at: 35 });
  });
});

describe('backups, who are not on duty', () => {
  const members = [member('a'), member('b'), { ...member('c'), isBackup: true }, { ...member('d'), isBackup: true }];

  test('all at once: those on duty first, and the backups after the minutes, before the operator', () => {
    expect(step(all, {}, START, { members })).toEqual({ due: 'ab', at: 15, isExhausted: false });
    const seen = { a: sent(), b: sent() };
    expect(step(all, seen, START + 14 * MINUTE, { members })).toMatchObject({ due: 'ab', at: 15, isExhausted: false });
    const late = START + 15 * MINUTE;
    expect(step(all, seen, late, { members })).toEqual({ due: 'abcd', at: 30, isExhausted: false });
    const everyone = { ...seen, c: sent(late), d: sent(late) };
    expect(step(all, everyone, START + 30 * MINUTE, { members })).toMatchObject({ isExhausted: true });
  });

  test('come at once when no text to those on duty arrived', () => {
    expect(step(all, { a: refused, b: refused }, START, { members })).toMatchObject({ due: 'abcd', at: 15 });
  });

  test('in order: come after those on duty', () => {
    const seen = { a: sent(), b: sent(START + 5 * MINUTE) };
    expect(step(inOrder, seen, START + 10 * MINUTE, { members })).toMatchObject({ due: 'abc', at: 15 });
  });

  test('get nothing after an answer', () => {
    const seen = { a: sent(), b: sent() };
    expect(step(all, seen, START + 60 * MINUTE, { members, answered: true })).toMatchObject({ due: 'ab', at: null });
  });
});

test('a cascade ends, and texts each contact once, whenever and however often it runs', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(all, inOrder),
      fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 5 }),
      fc.array(fc.constantFrom<Seen['state']>('ACCEPTED', 'REJECTED', 'UNKNOWN', 'PENDING'), {
        minLength: 5,
        maxLength: 5,
      }),
      fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 20 }),
      fc.nat(5),
      (cascade, sleeps, states, delays, onDuty) => {
        const members = sleeps.map((minutes, i) => ({
          ...member(String(i), START + minutes * MINUTE),
          ...(i < onDuty ? {} : { isBackup: true }),
        }));
        const seen = new Map<RecipientId, Seen>();
        let now = START;
        let hasEnded = false;
        for (let look = 0; look < 60; look++) {
          const result = cascadeStep(members, seen, cascade, false, START, now);
          const fresh = result.due.filter(({ recipient }) => !seen.has(recipient));
          for (const { recipient, notBefore } of fresh) {
            expect(notBefore).toBeLessThanOrEqual(now);
            seen.set(recipient, { state: states[Number(recipient)] ?? 'ACCEPTED', delivery: null, claimedAt: now });
          }
          if (fresh.length > 0) continue;
          if (result.isExhausted) {
            // Everyone who could be texted was, and has had the minutes.
            const patienceMs = cascade.minutes * MINUTE;
            expect(members.filter((one) => one.notBefore <= now && !seen.has(one.recipient))).toEqual([]);
            for (const one of seen.values())
              if (one.state !== 'REJECTED') expect(now).toBeGreaterThanOrEqual(one.claimedAt + patienceMs);
            hasEnded ||= seen.size === members.length;
            if (hasEnded) return;
          }
          // A look that comes late, or early.
          const late = (delays[look] ?? 0) * MINUTE;
          now = Math.max(now + 1, (result.lookAgainAt ?? now) + (look % 3 === 0 ? -late : late));
        }
        throw new Error('It never ended');
      },
    ),
  );
});
