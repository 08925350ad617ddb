import { expect, test } from '@jest/globals';
import { hearWords } from './heard-words.ts';

const sent = (to: string, body: string) => ({ at: 2, from: '+15125550142', to, body, media: [] });
const NOTICE = 'QuickDumpNow: Your trailer has arrived.';

test('a reaction to a notice is not in the same notice on another phone', () => {
  const said = [{ at: 1, from: '+15125550111', words: `Loved “${NOTICE}”` }];
  expect(hearWords(said, [sent('+15125550112', NOTICE)]).inSent).toEqual([[]]);
  expect(hearWords(said, [sent('+15125550171', `Ann Lee, QDN-1042: "Loved “${NOTICE}”"`)]).inSent).toEqual([[0]]);
});
