import { expect, test } from '@jest/globals';
import { searchedText } from './address-words.ts';
import { compareAddress } from './same-address.ts';

test.each([
  ['4112½ Avenue H', '4112 Avenue H', '½'],
  ['4112 1/2 Avenue H, Austin', '4112 Avenue H, Austin', '1/2'],
  ['4112-1/2 Ave H, Austin', '4112 Ave H, Austin', '1/2'],
  ['4112-A Avenue H, Austin', '4112 Avenue H, Austin', 'A'],
  ['2406 E 7th St Suite #B-4, Austin', '2406 E 7th St, Austin', 'Suite #B-4'],
  ['2406 E. 7th St., Bldg. 2, Apt 3', '2406 E. 7th St.', 'Bldg. 2, Apt 3'],
  ['Apt 3, 2406 E 7th St', '2406 E 7th St', 'Apt 3'],
  ['1200 Barton Hills Dr Unit 12-B', '1200 Barton Hills Dr', 'Unit 12-B'],
  ['9500 Arboretum Blvd Ste 210, Austin', '9500 Arboretum Blvd, Austin', 'Ste 210'],
  ['1012 Prospect Ave #11', '1012 Prospect Ave', '#11'],
])('takes the unit off "%s"', (typed, text, unit) => {
  expect(searchedText(typed)).toEqual({ text, unit, range: null });
});

test.each(['64-03 Roosevelt Ave, Queens', '94-1040 Waipio Uka St, Waipahu', '100 Unity Ln', 'W359N5002 Brown Street'])(
  'leaves "%s" as it is',
  (typed) => {
    expect(searchedText(typed)).toEqual({ text: typed, unit: null, range: null });
  },
);

test.each([
  ['4400-4420 Nixon Ln', '4400 Nixon Ln', '4400-4420'],
  ['88 - 92 Albert Rd', '88 Albert Rd', '88 - 92'],
])('takes the end of the range off "%s"', (typed, text, range) => {
  expect(searchedText(typed)).toEqual({ text, unit: null, range });
});

test('"Ave H" is "Avenue H", and not "Avenue D"', () => {
  expect(compareAddress('4112 Ave H, Austin', '4112 Avenue H, Austin, TX 78751')).toMatchObject({
    ...{ street: true, number: true, town: true, isSpeltAlike: true },
  });
  expect(compareAddress('4112 Ave D, Austin', '4112 Avenue H, Austin, TX 78751').street).toBe(false);
});
