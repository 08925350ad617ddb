import type { ComplianceLog, LogEntry } from '../ports/relay.ts';

/** Makes a compliance log in memory. `batches` has the entries of each call. */
export const memoryLog = (): ComplianceLog & { batches: LogEntry[][] } => {
  const batches: LogEntry[][] = [];
  return {
    batches,
    append: async (entries) => {
      if (entries.length > 0) batches.push(structuredClone([...entries]));
    },
  };
};
