import { describe, expect, test } from '@jest/globals';
import { isTalkAmongColleagues, isTeamCommand, isTeamName, isWithoutWords } from './team-words.ts';

describe('words of dispatchers', () => {
  test.each([
    ['mine', 'Mine!'],
    ['mine', 'yo la atiendo'],
    ['claim', 'on it'],
    ['claim', 'Ahorita checo'],
    ['release', 'suelto'],
    ['close', 'Ciérrala.'],
    ['undo', 'UNDO'],
    ['undo', 'deshacer'],
    ['yes', 'Sí'],
    ['no', "don't send"],
  ] as const)('are %s: %j', (command, body) => {
    expect(isTeamCommand(command, body)).toBe(true);
  });

  test.each(['mine is the red one', 'close to you now', 'on it, 20 min', 'yes at 3'])(
    'are not an order in %j',
    (body) => {
      for (const command of ['mine', 'claim', 'release', 'close', 'undo', 'yes', 'no'] as const)
        expect(isTeamCommand(command, body)).toBe(false);
    },
  );

  test('address all colleagues by a name of the team', () => {
    expect(['team', 'Todos', 'EQUIPO'].map(isTeamName)).toEqual([true, true, true]);
    expect(isTeamName('luis')).toBe(false);
  });

  test.each([
    'I got Ann, you take the other one Luis',
    "Luis can you take this, I'm at the dump",
    'Luis, I am out',
    'heads up Luis, the red trailer needs new straps',
    'also tell him to bring the boards',
    'Chuy contestale tu que voy manejando',
    'ugh her again',
  ])('are for colleagues in %j', (body) => {
    expect(isTalkAmongColleagues(body, ['Dana', 'Luis'])).toBe(true);
  });

  test.each([
    'Luis will be there at 3',
    'your driver is Luis',
    'tell me the gate code please',
    'can you move the car please',
    'call us when he is there',
    'he is 10 min out',
    'a las 4 esta bien',
  ])('may be for a customer in %j', (body) => {
    expect(isTalkAmongColleagues(body, ['Dana', 'Luis'])).toBe(false);
  });

  test.each([
    'did anyone get back to her',
    'have you called this lady yet',
    'can somebody tell him no',
    "who's got her",
    'ya le marcaste a la señora',
    'alguien le contesto',
    'pick up milk, love you',
    'babe running late',
    'call him',
    'tell her no',
  ])('are not for a customer in %j', (body) => {
    expect(isTalkAmongColleagues(body, ['Dana', 'Luis'], { asked: 'where is he', phone: '+15125550117' })).toBe(true);
  });

  test.each([
    ['what should I tell the driver', 'tell him to pull in on the left'],
    ['should I let him in?', 'let him in'],
    ['¿qué le digo al chofer?', 'dile que pase'],
    ['do we call the landfill', 'yes call them'],
    ['where is he', 'call him 512-555-0118'],
    ['nobody answers at the yard', 'text them at (512) 555-0118'],
  ])('answer %j with %j', (asked, body) => {
    expect(isTalkAmongColleagues(body, ['Dana', 'Luis'], { asked, phone: '+15125550117' })).toBe(false);
  });

  test('are for a colleague with the number of the customer', () => {
    const customer = { asked: 'where is he', phone: '+15125550117' };
    expect(isTalkAmongColleagues('call her 512-555-0117', ['Luis'], customer)).toBe(true);
  });

  test.each(['...', '?', '??', ' … '])('are missing in %j', (body) => {
    expect(isWithoutWords(body)).toBe(true);
  });

  test.each(['ok', '3', '👍', '#2', ''])('are not missing in %j', (body) => {
    expect(isWithoutWords(body)).toBe(false);
  });
});
