import type { BackupContact } from '../job.ts';
import { DEFAULT_POLICY, type RelayCompany, type RelayPolicy } from '../relay/policy.ts';

/** A company whose contacts are those of the test, with the policy that a company has by default. */
export const aCompany = (contacts: readonly BackupContact[] = [], policy: Partial<RelayPolicy> = {}): RelayCompany => ({
  name: 'QuickDumpNow',
  textNumbers: ['+15125550142'],
  timeZone: 'America/Chicago',
  jobPrefix: 'QDN',
  contacts,
  operator: null,
  policy: { ...DEFAULT_POLICY, ...policy },
});
