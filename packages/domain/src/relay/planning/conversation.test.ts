import { expect, test } from '@jest/globals';
import { replyHandle } from './conversation.ts';

const MARIA = '+15125550111';
const STRANGER = '+15125550199';

test('a sender has the job’s handle, a guest’s handle, or none without a number', () => {
  expect(replyHandle('QDN-1042', MARIA, MARIA, 'QDN')).toBe('@1042');
  expect(replyHandle('QDN-1042', STRANGER, MARIA, 'QDN')).toBe('@u0199');
  expect(replyHandle('UNMATCHED', STRANGER, null, 'QDN')).toBe('@u0199');
  expect(replyHandle('UNMATCHED', 'BANK', null, 'QDN')).toBeNull();
});
