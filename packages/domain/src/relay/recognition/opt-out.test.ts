import { describe, expect, test } from '@jest/globals';
import { FURTHER_OPT_OUTS } from '../testing/further-texts.ts';
import { isLegalComplaint, isOptOutRequest, isWrongNumber, keywordOf, optOutWish } from './opt-out.ts';

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

describe('a wish to get no more texts', () => {
  test.each([
    'S T O P',
    'STOP STOP STOP',
    '𝓢𝓽𝓸𝓹',
    '🛑',
    'I do not wish to be contacted by text. You may call.',
    'Thanks but I don’t need updates, I can see the driveway from here lol. No more msgs',
    'If you guys dont stop txting me at 6am im going with someone else',
    'Wrong number, stop texting me',
    'prefiero que me llamen, mensajes no',
    'stop',
  ])('is certain in %j', (body) => {
    expect(optOutWish(body)).toBe('certain');
  });

  test.each(['S', 'No', 'not interested', 'Cancelar', 'ya no gracias', 'how did you get my number', 'cancel please'])(
    'is possible in %j',
    (body) => {
      expect(optOutWish(body)).toBe('possible');
    },
  );

  test.each([
    'stop by at 3 please',
    'don’t stop at the gate',
    'cancel the Tuesday one',
    'STOP the truck!! wrong house',
    'please don’t stop texting me updates, they help',
    'Can you stop the alarm texts and just send me one when he’s here',
    'Please remove me from tomorrow’s list and put me on Friday',
    'reply STOP and it stops, START brings it back',
    'Approved! Text INFO. Reply STOP to end',
    'Liked “To stop these texts reply STOP”',
    'Reply 1 for sales, 2 for service, 3 to opt out.',
    'ALTO ahí está la tubería del gas!!',
    'paren en la esquina y les abro',
    'I’m not leaving until Friday',
    '',
  ])('is not in %j', (body) => {
    expect(optOutWish(body)).toBeNull();
  });

  test.each(FURTHER_OPT_OUTS)('or not: %s is %j', (reading, body) => {
    const wish = optOutWish(body);
    const read = isWrongNumber(body) ? 'wrong number' : wish === 'certain' ? 'opt-out' : wish && 'possible opt-out';
    expect(read ?? 'words').toBe(reading);
  });
});

test.each([
  'Wrong number',
  'There’s no Linda at this number',
  'numero equivocado',
  'I had this number 2 months. Stop sending me trailer stuff',
])('%j comes from a wrong number', (body) => {
  expect(isWrongNumber(body)).toBe(true);
});

test('a threat of a lawyer or an authority is a complaint for the operator', () => {
  expect(isLegalComplaint('Next one goes to my attorney')).toBe(true);
  expect(isLegalComplaint('los voy a reportar si me vuelven a escribir')).toBe(true);
  expect(isLegalComplaint('the city wants a report on the weight')).toBe(false);
});
