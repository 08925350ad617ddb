import { expect, test } from '@jest/globals';
import { FAILURE_CLASSES, mayGoElsewhere } from './failure-class.ts';

test('another carrier is asked about our setup and about what this carrier cannot do now, never about a recipient', () => {
  expect(FAILURE_CLASSES.filter(mayGoElsewhere)).toEqual(['credentials', 'setup', 'elsewhere']);
});
