import { describe, expect, test } from '@jest/globals';
import { messageFromTwilio } from './webhook-message.ts';

const bodyOf = (form: Record<string, string>): string => {
  const rawBody = new URLSearchParams({
    MessageSid: `SM${'1'.repeat(32)}`,
    AccountSid: `AC${'1'.repeat(32)}`,
    From: 'whatsapp:+15125550111',
    To: 'whatsapp:+15125550142',
    ...form,
  }).toString();
  const webhook = { job: 'inbound', path: '/', rawQuery: '', rawBody, receivedAt: '2026-11-23T15:00:00.000Z' };
  return messageFromTwilio({ ...webhook, userAgent: null, idempotencyToken: null, overFallback: false }).message.body;
};

describe('the words of a message', () => {
  test('are those of the text, else of the button', () => {
    expect(bodyOf({ Body: 'hello', ButtonText: 'Yes' })).toBe('hello');
    expect(bodyOf({ Body: '', ButtonText: 'Yes' })).toBe('Yes');
    expect(bodyOf({ Body: '' })).toBe('');
  });

  test('are the place that someone shares over WhatsApp, with a map', () => {
    const place = { Body: '', Latitude: '30.2672', Longitude: '-97.7431' };
    expect(bodyOf(place)).toBe('Location: https://maps.google.com/?q=30.2672,-97.7431');
    expect(bodyOf({ ...place, Label: 'Side gate', Address: '1100 Congress Ave' })).toBe(
      'Location: Side gate, 1100 Congress Ave https://maps.google.com/?q=30.2672,-97.7431',
    );
    expect(bodyOf({ ...place, Latitude: '30&x=1' })).toBe('');
    expect(bodyOf({ ...place, Body: 'here' })).toBe('here');
  });
});
