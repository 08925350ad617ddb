import type { Job } from '@qdn/domain';

/** Places on the wire where a job's field can occur: the body that creates a job, the one that changes it, its state, the list. */
type Place = 'create' | 'patch' | 'state' | 'list';

type Complete<Places extends Record<keyof Job, Place>> = Places;

/** The places of each field. A new field of `Job` does not compile until it is here, and then not until the schemas have it. */
type JobFieldPlaces = Complete<{
  id: 'create' | 'state' | 'list';
  accountId: 'create' | 'state' | 'list';
  kind: 'create' | 'state';
  customer: 'create' | 'patch' | 'state';
  stops: 'create' | 'patch' | 'state';
  currentStop: 'patch' | 'state';
  trailers: 'create' | 'patch' | 'state' | 'list';
  status: 'patch' | 'state' | 'list';
  history: 'state';
  contacts: 'create' | 'patch' | 'state';
  revokedLinks: never;
  notices: never;
  question: never;
  scheduledFor: 'create' | 'patch' | 'state' | 'list';
  notes: 'create' | 'patch' | 'state';
  createdAt: 'state';
  updatedAt: 'state' | 'list';
  version: 'patch' | 'state';
}>;

type FieldsAt<P extends Place> = {
  [Name in keyof JobFieldPlaces]: P extends JobFieldPlaces[Name] ? Name : never;
}[keyof JobFieldPlaces];

/** A schema with exactly these properties. */
export type WithProperties<Names extends PropertyKey> = {
  readonly [keyword: string]: unknown;
  readonly properties: Readonly<Record<Names, object>>;
};

/** A schema with the job's fields of one place, and with the extra ones that are derived. */
export type JobSchema<P extends Place, Extra extends string = never> = WithProperties<FieldsAt<P> | Extra>;
