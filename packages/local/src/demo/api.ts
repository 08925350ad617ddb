import { pathTo, type Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import type { Api } from './fleet.ts';

/** Calls the API as any client does: over HTTP, through the edge, with tokens. */
export const createApi = (options: {
  edgeUrl: string;
  operatorToken: string;
  deviceToken: (trailerId: string) => string;
}) => {
  const call = async (method: string, path: string, token: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${options.edgeUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok && !(method === 'POST' && response.status === 409))
      throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`);
    return text === '' ? null : JSON.parse(text);
  };
  const asOperator = (method: string, path: string, body?: unknown) => call(method, path, options.operatorToken, body);

  const api: Api & { createJob(job: Wire<'createJob'>): Promise<void>; listJobs(): Promise<Wire<'jobList'>['jobs']> } =
    {
      asDevice: async (trailerId, path, body) => {
        await call('POST', path, options.deviceToken(trailerId), body ?? undefined);
      },
      setState: async (jobId, state) => {
        await asOperator('PATCH', pathTo(routes.updateJob, { job_id: jobId }), state);
      },
      /** Creates a job unless it exists. */
      createJob: async (job) => {
        await asOperator('POST', pathTo(routes.createJob), job);
      },
      listJobs: async () => {
        const list = (await asOperator('GET', pathTo(routes.listJobs))) as Wire<'jobList'>;
        return list.jobs.toSorted((a, b) => a.id.localeCompare(b.id));
      },
    };
  return api;
};
