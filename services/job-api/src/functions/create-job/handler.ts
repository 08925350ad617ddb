import type { Wire } from '@qdn/contracts';
import { validate as isCreateJob } from '@qdn/contracts/validators/createJob';
import type { AccountId, Job, JobId, PhoneNumber, Stop, TrailerId } from '@qdn/domain';
import { apiHandler, PRIVATE, toContact, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { jobStateView } from '../../job-view.ts';

const DEFAULT_RADIUS_M = 100;

/** To about a decimetre, as fixes are stored. DynamoDB refuses numbers nearer to zero than 1e-130, which JSON can hold. */
const degrees = (value: number): number => Math.round(value * 1e6) / 1e6;

/** The new job, scheduled. The schema has checked every pattern that the brands stand for. */
const newJob = (body: Wire<'createJob'>, now: number): Job => ({
  id: body.id as JobId,
  accountId: body.accountId as AccountId,
  kind: body.kind,
  customer: { name: body.customer.name, phone: body.customer.phone as PhoneNumber },
  stops: body.stops.map(
    ({ lat, lon, radiusM = DEFAULT_RADIUS_M, ...stop }): Stop => ({
      ...stop,
      lat: degrees(lat),
      lon: degrees(lon),
      radiusM,
    }),
  ),
  currentStop: 0,
  trailers: (body.trailers ?? []).map((trailer) => trailer as TrailerId),
  status: 'scheduled',
  history: [{ status: 'scheduled', at: now, by: 'operator', reason: 'created' }],
  // Without any of its own the company's count, as they are when a customer writes: people come and go.
  contacts: body.contacts?.map(toContact) ?? [],
  revokedLinks: [],
  notices: [],
  scheduledFor: body.scheduledFor ? Date.parse(body.scheduledFor) : null,
  createdAt: now,
  updatedAt: now,
  version: 1,
});

/** `POST /api/jobs`: one write for the job, one for its trailers. */
export const createJob = ({ jobs, keyring, company, now, log }: Dependencies) =>
  apiHandler(
    {
      name: 'create-job',
      log,
      authenticate: tokenAuthentication({ keyring, audiences: ['operator'], now }),
      body: { as: 'json', validate: isCreateJob },
    },
    async ({ body, caller }) => {
      const job = newJob(body, now());
      await jobs.create(job);
      return {
        status: 201,
        json: jobStateView(job, [], null, [], caller, company, now()),
        headers: { ...PRIVATE, Location: `/api/jobs/${job.id}` },
      };
    },
  );
