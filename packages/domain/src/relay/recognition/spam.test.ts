import { expect, test } from '@jest/globals';
import { attentionOf } from './attention.ts';
import { spamOf } from './spam.ts';

test.each([
  'USPS: your package is on hold due to an incomplete address. Confirm within 12h: https://usps-hold.example/x1',
  'TxTag Notice: unpaid toll $6.99. Avoid a $50 late fee: https://txtag-pay.example',
  'Approved! Working capital up to $250k, no credit pull. Text INFO. Reply STOP to end',
  'BBVA: su cuenta fue bloqueada. Reactive aqui https://bbva-ok.example',
  'аррle support: yоur id is lоcked',
])('%j is spam', (body) => {
  expect(spamOf(body)).toBe('certain');
  expect(attentionOf(body, null, true)).toBe('none');
  expect(attentionOf(body, null)).not.toBe('none');
});

test.each([
  'We buy used dump trailers, any condition. Interested in selling?',
  'Is your dumpster still for sale? I’ll pay with Zelle, just send me the 6-digit Google code so I know you’re real',
  'on my way mom',
  'Is this Tony’s Pizza? large pepperoni pickup 20 min',
  'Hello? 😊',
  'ocupan chofer? tengo licencia A',
  'QDN-1044',
])('%j of a stranger is read, and raises no alarm', (body) => {
  expect(spamOf(body)).toBe('likely');
  expect(attentionOf(body, null, true)).toBe('information');
});

test.each([
  'how much for a dumpster',
  'hi saw your trailer on Maple, do u have a number i can call',
  'need it gone by tonight, HOA fine. Text or call anytime',
  'got a package of shingles to get rid of, address is 12 Oak',
  'my mom has a dumpster coming today 1108 Alder, she doesnt text. is it on the way?',
  'Landfill here, your account is 60 days past due, gate will turn you away tomorrow',
  'QuickDumpNow: your card was declined. Update at https://quickdumpnow-pay.example to keep your delivery',
  '1042',
  'su contenedor tapa mi cochera no puedo sacar el carro',
  '',
])('%j of a stranger needs an answer', (body) => {
  expect(spamOf(body)).toBeNull();
  expect(attentionOf(body, null, true)).toBe('answer');
});

test('a stranger in a talk with a dispatcher is not judged', () => {
  expect(attentionOf('Hello?', 'Yes, we rent by the day', true)).toBe('answer');
});
