import { describe, expect, test } from '@jest/globals';
import { type JobId, ProductError } from '@qdn/domain';
import { aJob } from '@qdn/domain/testing';
import { aService, asOperator, bearer, call, NOW, trackToken } from '../../testing.ts';
import { revokeTrackingLink } from './handler.ts';

const JOB = 'QDN-1042' as JobId;
const MONTH = 30 * 24 * 3_600_000;

const revocable = () => {
  const atEdge: Array<[string, number]> = [];
  const edge = { isDown: false };
  const revokedLinks = {
    add: async (linkId: string, expiresAt: number) => {
      if (edge.isDown) throw new ProductError('unavailable', 'The edge cannot be reached.', { retryAfterS: 5 });
      atEdge.push([linkId, expiresAt]);
    },
  };
  return { service: { ...aService(), revokedLinks }, atEdge, edge };
};
const revoke = (
  service: ReturnType<typeof revocable>['service'],
  link: string,
  job: string = JOB,
  headers: Record<string, string> = asOperator,
) => call(revokeTrackingLink(service), { method: 'DELETE', pathParameters: { job_id: job, link_id: link }, headers });

describe('DELETE /api/jobs/{job_id}/tracking-links/{link_id}', () => {
  test('makes the origin refuse the link, and the edge until no link of that age can be valid', async () => {
    const { service, atEdge } = revocable();
    expect(await revoke(service, 'abcdefgh')).toMatchObject({ status: 204, json: undefined });
    expect((await service.jobs.find(JOB))?.revokedLinks).toEqual(['abcdefgh']);
    expect(atEdge).toEqual([['abcdefgh', NOW + MONTH]]);
  });

  test('only updates the edge again when it is repeated', async () => {
    const { service, atEdge } = revocable();
    await revoke(service, 'abcdefgh');
    await revoke(service, 'abcdefgh');
    expect((await service.jobs.find(JOB))?.revokedLinks).toEqual(['abcdefgh']);
    expect(atEdge).toHaveLength(2);
  });

  test('makes the origin refuse the link, and answers 503, when the edge is down', async () => {
    const { service, atEdge, edge } = revocable();
    edge.isDown = true;
    expect(await revoke(service, 'abcdefgh')).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
    expect((await service.jobs.find(JOB))?.revokedLinks).toEqual(['abcdefgh']);
    edge.isDown = false;
    expect((await revoke(service, 'abcdefgh')).status).toBe(204);
    expect(atEdge).toHaveLength(1);
  });

  test('keeps earlier revocations', async () => {
    const { service } = revocable();
    await service.jobs.update(aJob({ revokedLinks: ['earlier1'], version: 2 }));
    await revoke(service, 'abcdefgh');
    expect((await service.jobs.find(JOB))?.revokedLinks).toEqual(['earlier1', 'abcdefgh']);
  });

  test('refuses an invalid link ID, a missing job, and a customer', async () => {
    const { service } = revocable();
    expect(await revoke(service, 'x')).toMatchObject({ status: 422, json: { errors: [{ pointer: '/link_id' }] } });
    expect((await revoke(service, 'abcdefgh', 'QDN-9')).status).toBe(404);
    expect((await revoke(service, 'abcdefgh', JOB, bearer(trackToken()))).status).toBe(401);
  });
});
