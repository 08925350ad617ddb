import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { codePoint } from '@qdn/test-support/code-point';
import fc from 'fast-check';
import { canonicalJson, chained, GENESIS, linesOf, parseLine } from './record.ts';

test('a record of any content is read as written, on one line, with the hash of the line without it', () => {
  fc.assert(
    fc.property(
      // Any UTF-16, as a phone may send it: control characters, line separators, half a surrogate pair.
      fc.array(fc.dictionary(fc.string({ unit: codePoint }), fc.jsonValue({ stringUnit: codePoint })), {
        minLength: 1,
      }),
      (many) => {
        const records = many.map((data, i) => ({ type: 'message' as const, id: `${i}`, at: 0, data }));
        const { text, end } = chained(records, GENESIS);
        const lines = linesOf(text);
        expect(lines).toHaveLength(many.length);
        for (const [i, line] of lines.entries()) {
          const read = parseLine(line);
          expect(read?.isIntact).toBe(true);
          expect(read?.record.data).toEqual(JSON.parse(JSON.stringify(many[i])));
          const bytes = Buffer.from(line.replace(/,"hash":"[0-9a-f]{64}"\}$/, '}'), 'utf8');
          expect(read?.record.hash).toBe(createHash('sha256').update(bytes).digest('hex'));
        }
        expect(end.hash).toBe(parseLine(lines.at(-1) ?? '')?.record.hash);
      },
    ),
  );
});

// https://www.rfc-editor.org/rfc/rfc8785#section-3.2.3 and its appendix B
test('the canonical form is that of RFC 8785', () => {
  const input = JSON.parse(
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
  );
  expect(canonicalJson(input)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  expect(canonicalJson({ '\u20ac': 1, '\r': 2, '\ufb33': 3, 1: 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 })).toBe(
    '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
  );
});
