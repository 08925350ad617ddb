import { type AccountId, type LinkId, parseJobId, parseTrailerId } from '@qdn/domain';
import { createKeyring, signToken } from '@qdn/lambda';

const YEAR_MS = 365 * 24 * 3_600_000;
const DEMO_LINK_MS = 30 * 24 * 3_600_000;

/** Signs the tokens of this machine. */
export const createLocalTokens = (keys: Parameters<typeof createKeyring>[0]) => {
  const keyring = createKeyring(keys);
  return {
    operator: (): string => signToken({ kind: 'operator', label: 'npm start' }, keyring, Date.now() + YEAR_MS),
    device: (trailerId: string): string => {
      const id = parseTrailerId(trailerId);
      if (!id) throw new Error(`${trailerId} is not a trailer ID`);
      return signToken({ kind: 'device', trailerId: id }, keyring, Date.now() + YEAR_MS);
    },
    /** Signs the same tracking link at each start, so that an open page keeps working. @param startedAt epoch ms */
    tracking: (id: string, accountId: string, startedAt: number): string => {
      const jobId = parseJobId(id);
      if (!jobId) throw new Error(`${id} is not a job ID`);
      return signToken(
        { kind: 'track', jobId, accountId: accountId as AccountId, linkId: 'demolink' as LinkId },
        keyring,
        startedAt + DEMO_LINK_MS,
      );
    },
  };
};
export type LocalTokens = ReturnType<typeof createLocalTokens>;
