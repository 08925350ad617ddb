import type { LogEntry, MessageLog } from '../ports/relay.ts';

/** Makes a compliance log in memory. `batches` has the entries of each call. */
export const memoryLog = (): MessageLog & { batches: LogEntry[][] } => {
  const batches: LogEntry[][] = [];
  return {
    batches,
    append: async (entries) => {
      if (entries.length > 0) batches.push(structuredClone([...entries]));
    },
  };
};
