import { toContact } from '@qdn/company/packaged';
import type { Wire } from '@qdn/contracts';
import type { JobPatch, PhoneNumber, TrailerId } from '@qdn/domain';

/** Every field of the body, so that the compiler reports one that is not passed on. */
type CompletePatch = {
  [Field in keyof Required<Wire<'patchJob'>>]: Field extends keyof JobPatch ? JobPatch[Field] : never;
};

/** The changes that a request body asks for. The schema has checked every pattern that the brands stand for. */
export const toJobPatch = (body: Wire<'patchJob'>): CompletePatch => ({
  version: body.version,
  status: body.status,
  at: body.at ? Date.parse(body.at) : undefined,
  customer: body.customer && { name: body.customer.name, phone: body.customer.phone as PhoneNumber | undefined },
  stops: body.stops,
  notes: body.notes,
  currentStop: body.currentStop,
  trailers: body.trailers?.map((trailer) => trailer as TrailerId),
  contacts: body.contacts?.map(toContact),
  undo: body.undo,
  scheduledFor: body.scheduledFor ? Date.parse(body.scheduledFor) : undefined,
});
