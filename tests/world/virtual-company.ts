import { createHash } from 'node:crypto';
import { functionsJson } from '@qdn/company';
import { type Company, readCompany } from '@qdn/company/packaged';
import { createKeyring, type Keyring } from '@qdn/lambda';
import type { WorldCompany } from '@qdn/world';

/** Returns the company as its functions read it from the environment: the owner's file without settings that the owner left out. */
export const packagedCompany = (company: WorldCompany): Company =>
  readCompany(
    functionsJson({
      name: company.name,
      phone: company.textNumber,
      textNumber: company.textNumber,
      timeZone: company.timeZone,
      jobPrefix: company.jobPrefix,
      contacts: [...company.dispatchers],
      stops: company.stops.map(({ place, ...stop }) => ({ ...stop, ...place })),
      ...(company.operator ? { operator: company.operator } : {}),
      relay: {
        cascade: company.cascade,
        ...(company.noticeKinds ? { notices: { kinds: [...company.noticeKinds] } } : {}),
      },
    }),
  );

/** Returns signing keys that depend on the seed alone, so that a run that is played again sends the same links. */
export const seededKeyring = (seed: number): Keyring => {
  const bytes = (name: string): Buffer => createHash('sha256').update(`${seed} ${name}`).digest();
  const pair = (audience: string) => ({
    current: { kid: bytes(`${audience} kid`).toString('hex').slice(0, 6), key: bytes(audience).toString('base64url') },
  });
  return createKeyring({ track: pair('track'), device: pair('device'), operator: pair('operator') });
};
