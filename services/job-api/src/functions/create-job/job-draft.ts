import { toContact } from '@qdn/company/packaged';
import type { Wire } from '@qdn/contracts';
import type { AccountId, JobDraft, JobId, PhoneNumber, TrailerId } from '@qdn/domain';

/** Every field of the body, so that the compiler reports one that is not passed on. */
type CompleteDraft = {
  [Field in keyof Required<Wire<'createJob'>>]: Field extends keyof JobDraft ? JobDraft[Field] : never;
};

/** The job that a request body describes. The schema has checked every pattern that the brands stand for. */
export const toJobDraft = (body: Wire<'createJob'>): CompleteDraft => ({
  id: body.id as JobId,
  accountId: body.accountId as AccountId,
  kind: body.kind,
  customer: { ...body.customer, phone: body.customer.phone as PhoneNumber },
  stops: body.stops,
  trailers: (body.trailers ?? []).map((trailer) => trailer as TrailerId),
  contacts: body.contacts?.map(toContact) ?? [],
  scheduledFor: body.scheduledFor ? Date.parse(body.scheduledFor) : null,
  notes: body.notes,
});
