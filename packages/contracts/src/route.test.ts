import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { atEndOf, type FilledPath, pathTo } from './route.ts';
import { createJob, getJob, receiveFallback, receiveMessage, recordDelivery, revokeTrackingLink } from './routes.ts';

test('fills the variables of a path, escaped', () => {
  expect(pathTo(createJob)).toBe('/api/jobs');
  expect(pathTo(getJob, { job_id: 'a/b ?' })).toBe('/api/jobs/a%2Fb%20%3F');
  expect(pathTo(revokeTrackingLink, { job_id: 'QDN-1', link_id: '3f9aK2_x' })).toBe(
    '/api/jobs/QDN-1/tracking-links/3f9aK2_x',
  );
});

test('a path that is written by hand does not compile unless it is the route’s', () => {
  const token = 'a.b.c';
  const path = `/api/jobs/${token}` satisfies FilledPath<typeof getJob>;
  // @ts-expect-error the route has another path
  const other = `/api/job/${token}` satisfies FilledPath<typeof getJob>;
  expect([path, other]).toEqual(['/api/jobs/a.b.c', '/api/job/a.b.c']);
});

test.each([
  ['/api/jobs/inbound/messages', '/api/jobs/inbound/messages'],
  ['/prod/api/fallback/jobs/QDN-1/messages', '/api/fallback/jobs/QDN-1/messages'],
  ['/base/path/api/messages/QDN-1~SM1~dana/status', '/api/messages/QDN-1~SM1~dana/status'],
  ['/api/jobs/a/b/messages', undefined],
  ['/api/jobs/inbound/messages/more', undefined],
])('finds the route at the end of %s', (path, route) => {
  expect(atEndOf([receiveMessage, receiveFallback, recordDelivery]).exec(path)?.[0]).toBe(route);
});

test('the routes are written so that a bundle holds only those that it uses', () => {
  const source = readFileSync(new URL('./routes.ts', import.meta.url), 'utf8');
  // Bundlers keep an object with a template, a computed key or a spread, even when nothing uses it.
  expect(source).not.toMatch(/\$\{/);
  expect(source).not.toMatch(/^\s*\[[A-Z]+\]:/m);
  expect(source.match(/^ {2}\.\.\./gm)).toBeNull();
});
