import { describe, expect, test } from '@jest/globals';
import { attentionOf } from './attention.ts';

describe('the attention that a text needs', () => {
  test.each([
    ['Loved “Your trailer is on the way”', null],
    ['Liked “See you at 7”', 'See you at 7'],
    ['Removed a heart from “See you at 7”', 'See you at 7'],
    ["I'm Driving - Sent from My Car", null],
    ['G-482913 is your verification code.', null],
    ['Thank you!', 'Yes, Tuesday works'],
    ['Perfect thx', 'Yes, Tuesday works'],
    ['Muchas gracias Dios lo bendiga 🙏', 'Sí, el martes'],
    ['👍🏽', null],
    ['ok', 'We are on our way'],
  ])('is none for %j after %j', (body, last) => {
    expect(attentionOf(body, last)).toBe('none');
  });

  test.each([
    ['Liked “Is 3:15 ok for you?”', 'Is 3:15 ok for you?'],
    ['👍', 'Is 3:15 ok for you?'],
    ['ok', 'Is 3:15 ok for you?'],
    ['works', 'Is 3:15 ok?'],
    ['r', 'Left or right side?'],
    ['14', 'How many bags?'],
    ['uy quien sabe como 2', '¿Cuántas toneladas calcula?'],
    ['Yes', 'Yes, Tuesday works'],
    ['Disliked “Your trailer arrives between 4:10 and 5:00 PM”', null],
    ["Can't talk now. What's up?", null],
    ['Free Msg: Unable to send message - Message Blocking is active.', null],
    ['Great job today, will recommend u to my sister', null],
    ['Nvm the driver just told me', null],
    ['*sodded', null],
    ['yes confirmed', null],
    ['Wrong number, stop texting me', null],
  ])('is information for %j after %j', (body, last) => {
    expect(attentionOf(body, last)).toBe('information');
  });

  test.each([
    ['Disliked “Is 3:15 ok for you?”', 'Is 3:15 ok for you?'],
    ['Questioned “We pick up Thursday”', 'We pick up Thursday'],
    ['Removed a like from “Is 3:15 ok for you?”', 'Is 3:15 ok for you?'],
    ['no', 'Is 3:15 ok?'],
    ['nah', 'Is anyone home?'],
    ['no hasta las 6', '¿Va a estar alguien?'],
    ['think so? cant see from here', 'Did the driver leave?'],
    ['Thanks. One more thing, can he take the old fence panels too?', 'Yes, Tuesday works'],
    ['thank you but no, 5 is too late', 'Can we come at 5?'],
    ['yes', null],
    ['urgent', null],
    ['Can you guys pick up the dumpster period it is full period thanks', null],
    ['the guys were great but they left the gate open', null],
    ['thanks, please come back for the second pile', null],
    ['', null],
  ])('is an answer for %j after %j', (body, last) => {
    expect(attentionOf(body, last)).toBe('answer');
  });
});
