import type { LogEntry, MessageLog } from '../ports/relay.ts';

/** The compliance log, in memory. `batches` is what each call brought. */
export const memoryLog = (): MessageLog & { batches: LogEntry[][] } => {
  const batches: LogEntry[][] = [];
  return {
    batches,
    append: async (entries) => {
      if (entries.length > 0) batches.push(structuredClone([...entries]));
    },
  };
};
