import { toContact } from '@qdn/company/packaged';
import type { Wire } from '@qdn/contracts';
import type { AccountId, JobDraft, JobId, PhoneNumber, TrailerId } from '@qdn/domain';

/** The job that a request body describes. The schema has checked every pattern that the brands stand for. */
export const toJobDraft = (body: Wire<'createJob'>): JobDraft => ({
  id: body.id as JobId,
  accountId: body.accountId as AccountId,
  kind: body.kind,
  customer: { name: body.customer.name, phone: body.customer.phone as PhoneNumber },
  stops: body.stops,
  trailers: (body.trailers ?? []).map((trailer) => trailer as TrailerId),
  contacts: body.contacts?.map(toContact) ?? [],
  scheduledFor: body.scheduledFor ? Date.parse(body.scheduledFor) : null,
});
