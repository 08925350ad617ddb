import { expect, test } from '@jest/globals';
import { recordingLogger } from '@qdn/lambda/testing';
import { newRecordMeasures } from './record-measures.ts';

test('writes the sums of a record as one line', () => {
  const log = recordingLogger();
  const measures = newRecordMeasures();
  measures.add({ Segments: 2, SmsDollars: 0.02 });
  measures.add({ Segments: 1, Relayed: 1 });
  measures.write(log, 'SM1');
  expect(log.measured).toEqual([{ sid: 'SM1', Segments: 3, SmsDollars: 0.02, Relayed: 1 }]);
});

test('writes nothing when nothing was measured', () => {
  const log = recordingLogger();
  newRecordMeasures().write(log, 'SM1');
  expect(log.measured).toEqual([]);
});
