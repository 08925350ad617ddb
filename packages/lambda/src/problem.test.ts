import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type ErrorCode, ProductError } from '@qdn/domain';
import { PROBLEMS, problemResponse } from './problem.ts';

const pages = new URL('../../../docs/problems/', import.meta.url);

describe('a problem', () => {
  test.each(Object.entries(PROBLEMS))(
    '%s has a page that says what it is and what to do',
    (code, { status, title }) => {
      const page = readFileSync(new URL(`${code}.md`, pages), 'utf8');
      expect(page).toContain(`# ${title}\n`);
      expect(page).toContain(`\`urn:qdn:problem:${code}\` · HTTP ${status}`);
      expect(page).toContain('**What to do.**');
    },
  );

  test('has no page without a code', () => {
    const written = readdirSync(pages).filter((name) => name !== 'README.md');
    expect(written.toSorted()).toEqual(
      Object.keys(PROBLEMS)
        .map((code) => `${code}.md`)
        .toSorted(),
    );
  });

  test('is never cached, and a 401 says how to authenticate', () => {
    for (const code of Object.keys(PROBLEMS).filter((one): one is ErrorCode => one !== 'internal')) {
      const { statusCode, headers } = problemResponse(new ProductError(code, 'detail'), 'id');
      expect(headers).toMatchObject({ 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' });
      expect('WWW-Authenticate' in headers).toBe(statusCode === 401);
    }
  });

  test('of a library’s error with its own status is an internal error', () => {
    expect(problemResponse(Object.assign(new Error('x'), { statusCode: 400 }), 'id').statusCode).toBe(500);
  });

  test('reveals neither internal details nor the cause of a refusal', () => {
    const inside = new Error('ECONNREFUSED 10.0.0.7');
    const cause = new ProductError('unavailable', 'Try again.', { cause: inside });
    for (const error of [inside, cause, 'ECONNREFUSED', null]) {
      expect(problemResponse(error, 'id').body).not.toContain('ECONNREFUSED');
    }
  });
});
