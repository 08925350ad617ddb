import { describe, expect, test } from '@jest/globals';
import { spokenText, wordsIn } from './spoken-words.ts';

const shareOf = (said: string, sent: string): number | null =>
  wordsIn(spokenText(said), spokenText(sent))?.share ?? null;
const relayed = (words: string): string =>
  `QDN-1042 Maria Lopez:\n"${words}"\non the way, ETA 2:25-2:40 PM\nhttps://track.example/t/x1\nReply: @1042 ...`;

describe('words of a said text', () => {
  test.each([
    ['in a frame', 'Running late, can you come after 3?', relayed('Running late, can you come after 3?')],
    ['with other quotes', 'it’s by the “blue” gate', relayed('it\'s by the "blue" gate')],
    ['with accents and capitals', '¿MAÑANA a qué hora llegan?', relayed('mañana a que hora llegan?')],
    ['without control and direction marks', 'gate\u200b code\u200b 55\u200b22', relayed('gate code 5522')],
    ['in fancy letters', '𝓢𝓽𝓸𝓹', relayed('Stop')],
    ['with stacked marks', 'Z͑ͧa͆lͭg͛o come early', relayed('Zalgo come early')],
    ['over several lines', 'line one\u2028line two', relayed('line one\nline two')],
    ['in Arabic', 'تعال الساعة ٣ من فضلك', relayed('تعال الساعة ٣ من فضلك')],
    ['in Chinese', '请三点到，大门密码4417', relayed('请三点到，大门密码4417')],
    ['with joined emoji', 'we are 👨\u200d👩\u200d👧 at the pool', relayed('we are 👨\u200d👩\u200d👧 at the pool')],
    ['of one word in a quote', 'ok', relayed('ok')],
    ['of one word after a name', 'ok', 'Dana to Ann (1042): ok'],
    ['of one word alone', 'Yes!', 'yes'],
    ['of one digit', '1', 'Dana: 1'],
    ['of an emoji', '👍', '"👍"'],
    ['of marks alone', '??', relayed('??')],
    ['at the start of a text', 'on my way', 'On my way. (Written at 9:42 PM)'],
  ])('are found %s', (_, said, sent) => {
    expect(shareOf(said, sent)).toBe(1);
  });

  test.each([
    ['ok', relayed('ok come at three then')],
    ['1', 'QDN-1042 Ann:\n"where is it"\nETA 1:25-1:40 PM\nReply: @1042 ...'],
    ['yes', 'Who is this for? Reply yes 1042 or no.'],
    ['...', relayed('where is it')],
    ['', relayed('')],
    ['come at three', relayed('come at four')],
    ['can you put it behind the shed', relayed('please use the side gate today')],
  ])('%j is not in %j', (said, sent) => {
    expect(shareOf(said, sent)).toBeNull();
  });

  test('have a share below 1 when some are lost or changed', () => {
    const said = 'please use the side gate and mind the dog';
    expect(shareOf(said, 'Ann: "please use the"')).toBeNull();
    expect(shareOf(said, 'Ann: "please use the side gate and mind"')).toBeCloseTo(7 / 9);
    expect(shareOf(said, relayed('please use the front gate and mind the dog'))).toBeCloseTo(8 / 9);
  });

  test('are whole when the limit of the carrier cut their end', () => {
    const said = Array.from({ length: 300 }, (_, i) => `word${i}`).join(' ');
    expect(shareOf(said, relayed(`${said.slice(0, 1450)}…`))).toBe(1);
    expect(shareOf(said, relayed(`${said.slice(0, 1000)}…`))).toBeNull();
  });
});
