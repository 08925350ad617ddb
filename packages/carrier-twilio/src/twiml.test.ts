import { expect, test } from '@jest/globals';
import { element, twiml } from './twiml.ts';

test('writes verbs, attributes and texts', () => {
  expect(
    twiml(element('Dial', { timeout: 20, answerOnBridge: true }, element('Number', {}, { text: '+15125550171' }))),
  ).toBe(
    '<?xml version="1.0" encoding="UTF-8"?><Response><Dial timeout="20" answerOnBridge="true"><Number>+15125550171</Number></Dial></Response>',
  );
  expect(twiml()).toBe('<?xml version="1.0" encoding="UTF-8"?><Response/>');
});

test('escapes texts and attributes, and leaves out what XML forbids', () => {
  const name = 'A & B <Say>"x"</Say>\u0000\u001b\ud800 ñ 👍';
  expect(element('Say', { voice: name }, { text: name })).toBe(
    '<Say voice="A &amp; B &lt;Say&gt;&quot;x&quot;&lt;/Say&gt; ñ 👍">A &amp; B &lt;Say&gt;&quot;x&quot;&lt;/Say&gt; ñ 👍</Say>',
  );
});

test('leaves out attributes without a value', () => {
  expect(element('Gather', { action: undefined, numDigits: 1 })).toBe('<Gather numDigits="1"/>');
});
