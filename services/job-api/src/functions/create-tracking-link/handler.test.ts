import { describe, expect, test } from '@jest/globals';
import { validate as isTrackingLink } from '@qdn/contracts/validators/trackingLink';
import { verifyToken } from '@qdn/lambda';
import { aService, asOperator, bearer, call, HOUR, keyringOfTests, NOW, trackToken } from '../../testing.ts';
import { createTrackingLink } from './handler.ts';

const mint = (body: string, job = 'QDN-1042', headers: Record<string, string> = asOperator) =>
  call(createTrackingLink(aService()), { method: 'POST', pathParameters: { job_id: job }, headers, body });

describe('POST /api/jobs/{job_id}/tracking-links', () => {
  test('mints a link to the page, valid for this job and account for three days', async () => {
    const { status, json } = await mint('{}');
    expect(status).toBe(201);
    expect(isTrackingLink(json)).toBe(true);
    expect(json.url).toMatch(/^https:\/\/track\.example\/t\/[\w-]{12}\.1042\.lopez\.[0-9a-z]{6}$/);
    expect(verifyToken(json.token, keyringOfTests, ['track'], NOW)).toEqual({
      kind: 'track',
      jobId: 'QDN-1042',
      accountId: 'lopez',
      linkId: json.linkId,
      expiresAt: NOW + 72 * HOUR,
    });
    expect(json.expiresAt).toBe(new Date(NOW + 72 * HOUR).toISOString());
  });

  test('lives as long as requested, with a different ID for each expiry', async () => {
    const [one, two] = [await mint('{"expiresInHours":1}'), await mint('{"expiresInHours":2}')];
    expect(one.json.expiresAt).toBe(new Date(NOW + HOUR).toISOString());
    expect(one.json.linkId).not.toBe(two.json.linkId);
  });

  test('is short enough for a text', async () => {
    const { url, token } = (await mint('{}')).json;
    expect(url.length).toBeLessThanOrEqual('https://track.example'.length + 34);
    expect(token.length).toBeLessThanOrEqual(260);
  });

  test('refuses a link for longer than a month, for a missing job, and to a customer', async () => {
    expect((await mint('{"expiresInHours":721}')).status).toBe(422);
    expect((await mint('{}', 'QDN-9')).status).toBe(404);
    const customer = { ...bearer(trackToken()), 'content-type': 'application/json' };
    expect((await mint('{}', 'QDN-1042', customer)).status).toBe(401);
  });
});
