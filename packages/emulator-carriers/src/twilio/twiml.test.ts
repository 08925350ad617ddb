import { describe, expect, test } from '@jest/globals';
import { parseTwiml } from './twiml.ts';

const xml = (body: string) => parseTwiml('text/xml; charset=utf-8', `<?xml version="1.0" encoding="UTF-8"?>${body}`);
const reply = (body: string, more: object = {}) => ({ body, media: [], to: null, statusCallback: null, ...more });

describe('the answer of a webhook', () => {
  test.each([
    ['an empty response', xml('<Response/>')],
    ['an empty response, written out', xml('<Response> </Response>')],
    ['nothing at all', parseTwiml('', '')],
    ['verbs that are no message', xml('<Response><Hangup/></Response>')],
  ])('%s sends nothing', (_, twiml) => {
    expect(twiml).toEqual({ replies: [] });
  });

  test('sends each <Message> as a text with decoded entities', () => {
    expect(
      xml('<Response><Message>Fish &amp; &#99;hips &lt;3</Message><Message><![CDATA[a < b]]></Message></Response>'),
    ).toEqual({
      replies: [reply('Fish & chips <3'), reply('a < b')],
    });
  });

  test('supports <Body>, <Media> and attributes', () => {
    const message = `<Message to="+15125550171" action='https://a.example/s?a=1&amp;b=2'><Body>Hi</Body><!-- x --><Media>https://a.example/p.jpg</Media></Message>`;
    expect(xml(`<Response>${message}</Response>`)).toEqual({
      replies: [
        reply('Hi', {
          media: ['https://a.example/p.jpg'],
          to: '+15125550171',
          statusCallback: 'https://a.example/s?a=1&b=2',
        }),
      ],
    });
  });

  test('sends text/plain as a text, which is why the product answers with TwiML', () => {
    expect(parseTwiml('text/plain', 'OK')).toEqual({ replies: [reply('OK')] });
  });

  test.each([
    ['<Response><Message>Hi</Response>'],
    ['<Response><Message>Hi</Message>'],
    ['<Response>a < b</Response>'],
    ['<Other/>'],
    ['<Response/><Response/>'],
    ['Service Unavailable'],
  ])('reports %s to the debugger, as Twilio does', (body) => {
    expect(xml(body)).toMatchObject({ code: 12100 });
  });

  test('refuses another content type', () => {
    expect(parseTwiml('application/json', '{}')).toMatchObject({ code: 12300 });
  });
});
