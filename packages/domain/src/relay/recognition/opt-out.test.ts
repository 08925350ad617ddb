import { describe, expect, test } from '@jest/globals';
import { isOptOutRequest, keywordOf } from './opt-out.ts';

describe('a compliance keyword', () => {
  test('is the whole message, in any case, or the one that Twilio names', () => {
    expect(keywordOf({ body: ' stop\n', optOutType: null })).toBe('stop');
    expect(keywordOf({ body: 'Info', optOutType: null })).toBe('help');
    expect(keywordOf({ body: 'unstop', optOutType: '' })).toBe('start');
    expect(keywordOf({ body: 'no more texts', optOutType: 'STOP' })).toBe('stop');
    expect(keywordOf({ body: 'stop', optOutType: 'SOMETHING_NEW' })).toBe('stop');
  });

  test.each(['please stop at the gate', 'yes', 'STOP QDN-1042', 'stop.', '', 'constructor'])('is not %j', (body) => {
    expect(keywordOf({ body, optOutType: null })).toBeNull();
  });
});

describe('a request to opt out', () => {
  test.each([
    'Please stop texting me',
    'STOP texting!',
    'don’t text me again.',
    'remove me',
    'No me escriban más',
    'Alto',
  ])('is %j', (body) => {
    expect(isOptOutRequest(body)).toBe(true);
  });

  test.each([
    'STOP.',
    'Stop!',
    'Stop please',
    'stop now',
    '"STOP"',
    'please unsubscribe',
    'unsubscribe me',
    'Stop texting me please',
    'please stop, thank you',
  ])('is %j, which Twilio does not treat as the keyword', (body) => {
    expect(keywordOf({ body, optOutType: null })).toBeNull();
    expect(isOptOutRequest(body)).toBe(true);
  });

  test.each([
    'please stop at the gate',
    'stop texting my wife about QDN-1042',
    'stop',
    'cancel',
    'cancel please',
    'end of the street',
    'stop by at 3 please',
    'Cancelar',
    'thanks',
    '',
  ])('is not %j', (body) => {
    expect(isOptOutRequest(body)).toBe(false);
  });
});
