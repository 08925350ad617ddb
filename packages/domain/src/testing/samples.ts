import type { AccountId, JobId, PhoneNumber, RecipientId, TrailerId } from '../ids.ts';
import type { Job } from '../job.ts';

const CREATED_AT = Date.UTC(2026, 10, 23, 14);

/** Makes a delivery that is on its way through Austin with trailer T1, changed as the test needs it. */
export const aJob = (changes: Partial<Job> = {}): Job => ({
  id: 'QDN-1042' as JobId,
  accountId: 'lopez' as AccountId,
  kind: 'delivery',
  customer: { name: 'Maria Lopez', phone: '+15125550111' as PhoneNumber },
  stops: [{ kind: 'drop_off', address: '1100 Congress Ave, Austin', lat: 30.2747, lon: -97.7404, radiusM: 100 }],
  currentStop: 0,
  trailers: ['T1' as TrailerId],
  status: 'in_transit',
  history: [{ status: 'in_transit', at: CREATED_AT, by: 'operator', reason: 'dispatched' }],
  contacts: [{ id: 'dana' as RecipientId, name: 'Dana', phone: '+15125550171' as PhoneNumber }],
  revokedLinks: [],
  notices: [],
  scheduledFor: null,
  createdAt: CREATED_AT,
  updatedAt: CREATED_AT,
  version: 1,
  ...changes,
});
