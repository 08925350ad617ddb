import { toContact } from '@qdn/company/packaged';
import type { Wire } from '@qdn/contracts';
import type { JobPatch, TrailerId } from '@qdn/domain';

/** The changes that a request body asks for. The schema has checked every pattern that the brands stand for. */
export const toJobPatch = (body: Wire<'patchJob'>): JobPatch => ({
  version: body.version,
  status: body.status,
  currentStop: body.currentStop,
  trailers: body.trailers?.map((trailer) => trailer as TrailerId),
  contacts: body.contacts?.map(toContact),
  scheduledFor: body.scheduledFor ? Date.parse(body.scheduledFor) : undefined,
});
