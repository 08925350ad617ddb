import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addressWithout, findToken, shareLink } from './link.ts';

const nowhere = { search: '', historyState: null, stored: null };

describe('the link’s token', () => {
  test('is taken from the address before any memory', () => {
    expect(findToken({ search: '?job_id=a.b.c', historyState: { token: 'd.e.f' }, stored: 'g.h.i' })).toBe('a.b.c');
  });

  test('survives a reload in the history entry, and a typed address in the tab’s storage', () => {
    expect(findToken({ ...nowhere, historyState: { token: 'd.e.f' }, stored: 'g.h.i' })).toBe('d.e.f');
    expect(findToken({ ...nowhere, stored: 'g.h.i' })).toBe('g.h.i');
  });

  test('is not invented from a foreign history state', () => {
    for (const historyState of [null, 'x', 7, { token: 7 }, { idx: 0 }]) {
      expect(findToken({ ...nowhere, historyState })).toBeNull();
    }
  });

  test('comes out of the address; what else was there stays', () => {
    expect(addressWithout('/track', '?job_id=a.b.c')).toBe('/track');
    expect(addressWithout('/track', '?utm=1&job_id=a.b.c')).toBe('/track?utm=1');
  });

  test('a shared link opens the same job', () => {
    const part = fc.stringMatching(/^[\w-]{1,40}$/);
    fc.assert(
      fc.property(part, part, part, (head, claims, signature) => {
        const token = `${head}.${claims}.${signature}`;
        const link = new URL(shareLink('https://track.example', '/track', token));
        expect(findToken({ ...nowhere, search: link.search })).toBe(token);
        expect(addressWithout(link.pathname, link.search)).not.toContain(token);
      }),
    );
  });
});
