import type { BackupContact, Job, PhoneNumber, RecipientId, RelayCompany } from '@qdn/domain';
import { aCompany, aJob } from '@qdn/domain/testing';
import type { Random } from './random.ts';

/* The people, the companies and the jobs of the seeds. */

export const OWN_NUMBER = '+15125550142';
/** A number that no carrier accepts texts for. */
export const LANDLINE = '+15125550179';
/** Someone without a job. */
export const STRANGER = '+15125550190';
export const OPERATOR_NUMBER = '+15125550180';
/** She is a contact of one job, and not of the company. */
export const NINA = '+15125550173';

const contact = (id: string, phone: string): BackupContact => ({
  id: id as RecipientId,
  name: id,
  phone: phone as PhoneNumber,
});
export const CONTACTS = [contact('dana', '+15125550171'), contact('luis', '+15125550172')] as const;

/** Settings of a seed's company. */
export const someCompany = (random: Random): RelayCompany => {
  const sleeps = random.chance(0.25);
  const contacts = CONTACTS.map((one) => (sleeps && one.id === 'luis' ? { ...one, quietHours: ASLEEP } : one));
  return {
    ...aCompany(contacts, {
      cascade: { order: random.pick(['all', 'in-order']), minutes: random.pick([3, 15]) },
      receipt: random.chance(0.5),
      failoverMinutes: random.pick([1, 3]),
      ...(random.chance(0.25) ? { budgets: { perSender: 2, perJob: 3, minutes: 10 } } : {}),
    }),
    operator: random.chance(0.7) ? OPERATOR_NUMBER : null,
  };
};

/** Quiet hours that end twenty minutes after the start, in the company's time zone. */
const ASLEEP = { from: '21:00', to: '09:20' };

/** The customer of a job that has ended. */
export const FORMER_CUSTOMER = '+15125550114';

/** Returns the jobs of a seed: one has a contact whose number accepts no texts, one a first contact in quiet hours, and one has ended. */
export const someJobs = (): Job[] => [
  aJob({ contacts: [...CONTACTS] }),
  aJob({
    id: 'QDN-5' as Job['id'],
    customer: { name: 'Sam Carter', phone: '+15125550112' as PhoneNumber },
    contacts: [contact('old', LANDLINE), CONTACTS[0]],
  }),
  aJob({
    id: 'QDN-77' as Job['id'],
    customer: { name: 'Ada Nunez', phone: '+15125550113' as PhoneNumber },
    contacts: [{ ...contact('nina', NINA), quietHours: ASLEEP }, ...CONTACTS],
  }),
  aJob({
    id: 'QDN-8' as Job['id'],
    customer: { name: 'Rosa Diaz', phone: FORMER_CUSTOMER as PhoneNumber },
    contacts: [...CONTACTS],
    status: 'completed',
  }),
];
