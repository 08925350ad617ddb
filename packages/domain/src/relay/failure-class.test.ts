import { expect, test } from '@jest/globals';
import { FAILURE_CLASSES, mayGoElsewhere } from './failure-class.ts';

test('another carrier may send after a failure of our setup or of this carrier, never after one about the recipient', () => {
  expect(FAILURE_CLASSES.filter(mayGoElsewhere)).toEqual(['credentials', 'setup', 'elsewhere']);
});
