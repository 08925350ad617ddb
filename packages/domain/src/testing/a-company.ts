import type { BackupContact } from '../job.ts';
import { DEFAULT_POLICY, type RelayCompany, type RelayPolicy } from '../relay/policy.ts';

/** Makes a company with the contacts of the test and the default policy. */
export const aCompany = (contacts: readonly BackupContact[] = [], policy: Partial<RelayPolicy> = {}): RelayCompany => ({
  name: 'QuickDumpNow',
  phone: '+15125550100',
  textNumbers: ['+15125550142'],
  timeZone: 'America/Chicago',
  jobPrefix: 'QDN',
  contacts,
  operator: null,
  drivers: [],
  policy: { ...DEFAULT_POLICY, ...policy },
});
