import { maskPhone, parsePhoneNumber } from '../../ids.ts';
import type { BackupContact, Job } from '../../job.ts';
import { personKey } from '../conversation/person-key.ts';
import { OPERATOR } from '../plan.ts';
import type { Driver, RelayCompany } from '../policy.ts';

/** The author of a message. A job's customer who is also a dispatcher counts as the customer. */
export type Sender =
  | { kind: 'ourselves' }
  | { kind: 'customer' }
  | { kind: 'contact'; contact: BackupContact }
  | { kind: 'driver'; driver: Driver }
  | { kind: 'stranger' };

/** Returns the sender with this number, as seen from a job. */
export const senderOf = (address: string, job: Job | null, company: RelayCompany): Sender => {
  // A person is the same on every channel.
  const from = personKey(address);
  if (company.textNumbers.includes(from)) return { kind: 'ourselves' };
  if (from === job?.customer.phone) return { kind: 'customer' };
  const contact = [...(job?.contacts ?? []), ...company.contacts].find(({ phone }) => phone === from);
  if (contact) return { kind: 'contact', contact };
  // The operator gets the alarm "No one has answered", and may answer it.
  const phone = from === company.operator ? parsePhoneNumber(from) : null;
  if (phone) return { kind: 'contact', contact: { id: OPERATOR, name: 'operator', phone } };
  const driver = driverOf(from, company);
  return driver ? { kind: 'driver', driver } : { kind: 'stranger' };
};

/** Returns the driver with this number; null without one. A dispatcher may be a driver too. */
export const driverOf = (from: string, { drivers }: Pick<RelayCompany, 'drivers'>): Driver | null =>
  drivers.find(({ phone }) => phone === from) ?? null;

/** Returns the sender's name for the timeline, which never shows a number that its readers could call. */
export const senderLabel = (sender: Sender, from: string): string => {
  switch (sender.kind) {
    case 'ourselves':
      return 'company';
    case 'customer':
      return 'customer';
    case 'contact':
      return sender.contact.name;
    case 'driver':
      return sender.driver.name;
    case 'stranger':
      return maskPhone(from);
  }
};
