import type { Logger, Measures } from '@qdn/lambda';

/** Metrics of one record, summed up and written as one line of the log. */
export type RecordMeasures = {
  add(measures: Measures): void;
  /** Writes the sums, if there are any. @param sid the message that they belong to */
  write(log: Pick<Logger, 'measure'>, sid: string | undefined): void;
};

export const newRecordMeasures = (): RecordMeasures => {
  const sums: Measures = {};
  return {
    add: (measures) => {
      for (const [name, value] of Object.entries(measures) as Array<[keyof Measures, number]>)
        sums[name] = (sums[name] ?? 0) + value;
    },
    write: (log, sid) => {
      if (Object.keys(sums).length > 0) log.measure(sums, { sid });
    },
  };
};
