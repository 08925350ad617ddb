import { BURST_MS } from '@qdn/domain';

/** Number of texts that a container remembers. */
const MAX_REMEMBERED = 500;
/** Maximum number of lines that a record names. */
const MAX_NAMED = 20;

type Line = { messageSid: string; from: string; receivedAt: string };

/**
 * Remembers the texts that this container has received in the last seconds. A worker learns from it that a line follows another one which is
 * not on the timeline yet. It costs no call; other containers have memories of their own.
 */
export const createRecentLines = () => {
  let lines: Array<{ sid: string; from: string; at: number }> = [];
  return {
    /** Notes a text. @returns the SIDs of the sender's texts before it, oldest first */
    note: ({ messageSid, from, receivedAt }: Line): string[] => {
      const at = Date.parse(receivedAt);
      lines = lines.filter((line) => line.at > at - BURST_MS).slice(-MAX_REMEMBERED);
      const before = lines.filter((line) => line.from === from && line.sid !== messageSid).map(({ sid }) => sid);
      if (!lines.some(({ sid }) => sid === messageSid)) lines.push({ sid: messageSid, from, at });
      return before.slice(-MAX_NAMED);
    },
  };
};
