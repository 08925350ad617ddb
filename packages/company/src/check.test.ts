import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkCompany, parseCompany } from './check.ts';

const example = readFileSync(new URL('../../../config/company.example.json', import.meta.url), 'utf8');

/** Returns the sentences about the example with some of its text replaced. */
const saidOf = (...changes: Array<[from: string, to: string]>): string[] =>
  checkCompany(
    changes.reduce((text, [from, to]) => {
      expect(text).toContain(from);
      return text.replace(from, to);
    }, example),
  );

test('the example is right', () => expect(checkCompany(example)).toEqual([]));

describe('a mistake is reported with its line and the correction', () => {
  test.each<[from: string, to: string, sentence: string]>([
    [
      '"+15125550172"',
      '"512 555 0101"',
      'Line 9: contacts[1].phone "512 555 0101" is not a number in international form; write "+15125550101".',
    ],
    ['"+15125550172"', '15125550101', 'Line 9: contacts[1].phone is a number without quotes; write "+15125550101".'],
    [
      '"+15125550172"',
      '"+1512555010"',
      'Line 9: contacts[1].phone "+1512555010" has 9 digits after +1; a North American number has 10.',
    ],
    [
      '"+15125550172"',
      '"+15120550172"',
      'Line 9: contacts[1].phone "+15120550172" cannot be a North American number: area code and exchange start with 2 to 9.',
    ],
    ['"trailers"', '"trailer"', 'Line 12: trailer is not a known name. Did you mean "trailers"?'],
    [
      '"operator"',
      '"boss"',
      'Line 11: boss is not a known name. Remove it. Known names: name, phone, textNumber, senders, timeZone, jobPrefix, contacts, operator, trailers, stops, tracks, jobs, relay, brand, geocoder, router, deployment.',
    ],
    ['"timeZone"', '"timezone"', 'Line 6: timezone is not a known name. Did you mean "timeZone"?'],
    [
      '"phone": "+15125550100",',
      '',
      'phone is missing (customers call this number). Write it like "phone": "+15125550100".',
    ],
    [
      'America/Chicago',
      'America/Chigaco',
      'Line 6: timeZone "America/Chigaco" is not the name of a time zone. Did you mean "America/Chicago"?',
    ],
    [
      'America/Chicago',
      'Central Time',
      'Line 6: timeZone "Central Time" is not the name of a time zone. Did you mean "America/Chicago"?',
    ],
    [
      'America/Chicago',
      'EST',
      'Line 6: timeZone "EST" is not the name of a time zone. Did you mean "America/New_York"?',
    ],
    [
      'America/Chicago',
      'Springfield',
      'Line 6: timeZone "Springfield" is not the name of a time zone. Write a name such as "America/Chicago".',
    ],
    ['"in-order"', '"al"', 'Line 37: relay.cascade.order is "al", which is not a known value. Did you mean "all"?'],
    ['"minutes": 3', '"minutes": "15"', 'Line 37: relay.cascade.minutes is "15", in quotes; write 15 without them.'],
    ['"minutes": 3', '"minutes": 1.5', 'Line 37: relay.cascade.minutes is 1.5; write a whole number.'],
    ['"minutes": 3', '"minutes": 5000', 'Line 37: relay.cascade.minutes is 5000; the maximum is 1440.'],
    [
      '"id": "T2"',
      '"id": "Nr. 2"',
      'Line 14: trailers[1].id "Nr. 2" is not an ID: 1 to 32 letters, digits, - or _, without spaces; write "Nr-2".',
    ],
    ['"id": "T2"', '"id": "t1"', 'Line 14: trailers[1].id "t1" is already the ID of trailers[0]; each needs its own.'],
    [
      '"id": "landfill"',
      '"id": "yard"',
      'Line 28: stops[1].id "yard" is already the ID of stops[0]; each needs its own.',
    ],
    [
      '"id": "luis"',
      '"id": "dana"',
      'Line 9: contacts[1].id "dana" is already the ID of contacts[0]; each needs its own.',
    ],
    [
      '"+15125550172"',
      '"+15125550171"',
      'Line 9: contacts[1].phone "+15125550171" is already the number of Dana; the sender of an answer would be unclear. Keep one of them.',
    ],
    [
      '"+15125550131"',
      '"512 555 0131"',
      'Line 13: trailers[0].drivers[0].phone "512 555 0131" is not a number in international form; write "+15125550131".',
    ],
    [
      '"+15125550131"',
      '"+15125550142"',
      'Line 13: trailers[0].drivers[0].phone "+15125550142" is textNumber, which customers text: the message would reach no one. Write this person\'s own number.',
    ],
    [
      '"20-yard roll-off" }',
      '"20-yard roll-off", "drivers": [{ "name": "Raymond", "phone": "+15125550131" }] }',
      'Line 14: trailers[1].drivers[0].name is "Raymond", but +15125550131 is "Ray" at another trailer. Write one name.',
    ],
    [
      '"phone": "+15125550131" }]',
      '"phone": "+15125550131" }, { "name": "Ray", "phone": "+15125550131" }]',
      'Line 13: trailers[0].drivers[1].phone "+15125550131" is already a driver of this trailer. Remove it.',
    ],
    [
      '"+15125550180"',
      '"+15125550142"',
      'Line 11: operator "+15125550142" is textNumber, which customers text: the message would reach no one. Write this person\'s own number.',
    ],
    [
      '-97.6281',
      '97.6281',
      'Line 32: stops[1].lon is 97.6281, which is in Europe, Africa or Asia; in the Americas it is negative. Write -97.6281 if "landfill" is there.',
    ],
    [
      '"contacts": [',
      '"jobPrefix": "haul-", "contacts": [',
      'Line 7: jobPrefix "haul-" is not a job prefix: 2 to 5 capital letters; write "HAUL".',
    ],
    [
      '"contacts": [',
      '"jobPrefix": "B2B", "contacts": [',
      'Line 7: jobPrefix "B2B" is not a job prefix: 2 to 5 capital letters; write one like "QDN".',
    ],
    [
      '"contacts": [',
      '"jobPrefix": "GATE", "contacts": [',
      'Line 7: jobPrefix "GATE" is a word that people write before numbers, which would then be taken for jobs. Choose letters that are not a word, like "QDN".',
    ],
    ['30.3345', '130.3345', 'Line 31: stops[1].lat is 130.3345; the maximum is 90.'],
    ['"radiusM": 150', '"radiusM": 5', 'Line 33: stops[1].radiusM is 5; the minimum is 20.'],
    [
      '"dump_site"',
      '"dumpsite"',
      'Line 29: stops[1].kind is "dumpsite", which is not a known value. Did you mean "dump_site"?',
    ],
    [
      '"relay": {',
      '"brand": { "colour": "red" }, "relay": {',
      'Line 36: brand.colour "red" is not a colour; write # and six hexadecimal digits, like "#1d4ed8".',
    ],
    [
      '"relay": {',
      '"brand": { "colour": "#ffee00" }, "relay": {',
      'Line 36: brand.colour #ffee00 is not readable on the page (contrast 1.1, at least 4.5 is needed). Choose a darker colour.',
    ],
    [
      '"relay": {',
      '"brand": { "darkColour": "#222222" }, "relay": {',
      'Line 36: brand.darkColour #222222 is not readable on the page (contrast 1.2, at least 4.5 is needed). Choose a lighter colour.',
    ],
    [
      '"relay": {',
      '"router": { "engine": "osrm" }, "relay": {',
      'Line 36: router.server is missing: the address of your OSRM server.',
    ],
    [
      '"relay": {',
      '"router": { "engine": "amazon-location", "server": "https://a.example" }, "relay": {',
      'Line 36: router.server is only for "osrm"; Amazon Location needs none. Remove it.',
    ],
    [
      '"relay": {',
      '"deployment": { "alarmEmail": "owner at example" }, "relay": {',
      'Line 36: deployment.alarmEmail "owner at example" is not an email address; write one like "owner@example.com".',
    ],
    [
      '"relay": {',
      '"deployment": { "siteDomain": "https://track.example.com" }, "relay": {',
      'Line 36: deployment.siteDomain "https://track.example.com" is not a domain; write only its name, in lower case, like "track.example.com".',
    ],
    [
      '"relay": {',
      '"deployment": { "siteDomain": "track.example.com" }, "relay": {',
      'Line 36: deployment.certificateArn is missing: the certificate for track.example.com, created in ACM in us-east-1.',
    ],
    [
      '"relay": {',
      '"deployment": { "certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/1b2c" }, "relay": {',
      'Line 36: deployment.certificateArn "arn:aws:acm:eu-west-1:123456789012:certificate/1b2c" is a certificate of another region; CloudFront needs one of us-east-1.',
    ],
    [
      '"relay": {',
      '"deployment": { "carriers": [{ "name": "twilio" }, { "name": "aws", "number": "+15125550143" }] }, "relay": {',
      'Line 36: deployment.carriers[1].identity is missing: the ARN of the number or pool that texts go out from, like arn:aws:sms-voice:us-east-1:123456789012:phone-number/phone-0123456789abcdef.',
    ],
    [
      '"relay": {',
      '"deployment": { "logArchiveDays": 3000 }, "relay": {',
      'Line 36: deployment.logArchiveDays is 3000, but the log is deleted after 2557 days. Write a smaller number.',
    ],
    [
      '"relay": {',
      '"relay": { "notices": { "quietHours": { "from": "9 pm", "to": "08:00" } },',
      'Line 36: relay.notices.quietHours.from "9 pm" is not a time of day; write "21:00".',
    ],
    [
      '"relay": {',
      '"relay": { "urgentWords": ["fire", "Fire"],',
      'Line 36: relay.urgentWords[1] "Fire" is already in the list.',
    ],
    [
      '"+15125550172" }',
      '"+15125550172", "quietHours": { "from": "21:00", "to": "21:00" } }',
      'Line 9: contacts[1].quietHours start and end at 21:00, so they have no length. Leave them out if Luis may be texted at any hour.',
    ],
    ['"relay": {', '"name": "Other", "relay": {', 'Line 36: name is already on line 3. Keep one of them.'],
  ])('%s → %s', (from, to, sentence) => expect(saidOf([from, to])).toEqual([sentence]));

  test.each<[shift: string, sentence: string]>([
    [
      '"days": ["sat"], "contacts": ["luiz"]',
      'Line 36: relay.rota.shifts[0].contacts[0] "luiz" is not the ID of a contact. Did you mean "luis"?',
    ],
    [
      '"days": ["sat"], "contacts": ["tom"]',
      'Line 36: relay.rota.shifts[0].contacts[0] "tom" is not the ID of a contact. Known IDs: dana, luis.',
    ],
    [
      '"days": ["sat"], "contacts": ["luis", "luis"]',
      'Line 36: relay.rota.shifts[0].contacts[1] "luis" is already in this shift.',
    ],
    ['"contacts": ["luis"]', 'Line 36: relay.rota.shifts[0] needs days, like ["sat", "sun"], or dates.'],
    [
      '"days": ["sat"], "dates": ["2026-12-25"], "contacts": ["luis"]',
      'Line 36: relay.rota.shifts[0] has days and dates. Write two shifts.',
    ],
    [
      '"days": ["saturday"], "contacts": ["luis"]',
      'Line 36: relay.rota.shifts[0].days[0] is "saturday", which is not a known value. Known values: "mon", "tue", "wed", "thu", "fri", "sat", "sun".',
    ],
    [
      '"dates": ["Dec 25"], "contacts": ["luis"]',
      'Line 36: relay.rota.shifts[0].dates[0] "Dec 25" is not a date; write year, month and day like "2026-12-25".',
    ],
    [
      '"dates": ["2026-02-30"], "contacts": ["luis"]',
      'Line 36: relay.rota.shifts[0] has 2026-02-30, which is not in the calendar.',
    ],
    [
      '"days": ["sat"], "from": "8", "contacts": ["luis"]',
      'Line 36: relay.rota.shifts[0].from "8" is not a time of day; write "08:00".',
    ],
    [
      '"days": ["sat"], "contacts": ["luis"], "turnsSince": "2026-12-05"',
      'Line 36: relay.rota.shifts[0] has turnsSince, which needs days and at least two contacts who take turns.',
    ],
  ])('of a rota: %s', (shift, sentence) =>
    expect(saidOf(['"relay": {', `"relay": { "rota": { "shifts": [{ ${shift} }] },`])).toEqual([sentence]),
  );

  test('all mistakes at once, in the order of the file', () => {
    const said = saidOf(['"in-order"', '"any"'], ['"+15125550171"', '"5125550171"'], ['"timeZone"', '"zone"']);
    expect(said.map((sentence) => sentence.split(' ').slice(0, 3).join(' '))).toEqual(
      ['timeZone is missing', 'Line 6: zone', 'Line 8: contacts[0].phone', 'Line 37: relay.cascade.order'].map((part) =>
        expect.stringMatching(new RegExp(`^${part.replace(/[[\].]/g, '\\$&')}`)),
      ),
    );
  });

  test('refuses a company that is too long for the functions’ environment', () => {
    // Words that no compression makes shorter.
    const random = (i: number) => createHash('sha256').update(String(i)).digest('base64url');
    const words = JSON.stringify(Array.from({ length: 50 }, (_, i) => random(i).slice(0, 40)));
    const contacts = Array.from({ length: 50 }, (_, i) => ({
      id: `c${i}`,
      name: random(i + 100),
      phone: `+1512555${2000 + i}`,
    }));
    const company = { ...JSON.parse(example), contacts };
    const text = JSON.stringify(company).replace('"relay":{', `"relay":{"urgentWords":${words},`);
    expect(checkCompany(text)).toEqual([
      expect.stringMatching(/^The file has \d{4} bytes without brand, .* AWS Lambda allows 2800/),
    ]);
  });
});

describe('invalid JSON is reported with line and column', () => {
  test.each([
    ['', 'The file is empty.'],
    ['{\n  "name": "x",\n}', 'Line 3, column 1: there is a comma after the last entry; remove it.'],
    ['{\n  "name": "x"\n  "phone": "y"\n}', 'Line 2, column 14: a comma is missing before "phone".'],
    ['{\r\n  "name": "x"\r\n  "phone": "y"\r\n}', 'Line 2, column 14: a comma is missing before "phone".'],
    ['{ // ours\n}', 'Line 1, column 3: JSON has no comments; remove it.'],
    ["{ 'name': 1 }", 'Line 1, column 3: JSON needs straight double quotes: "text".'],
    ['{ "name": “x” }', 'Line 1, column 11: JSON needs straight double quotes: "text".'],
    ['{ "name": x }', 'Line 1, column 11: x is neither text in double quotes nor a number, true, false or null.'],
    ['{ "name": }', 'Line 1, column 11: a value is missing before }, or there is one comma too many before it.'],
    ['{ "name": "x', 'Line 1, column 11: the closing double quote is missing.'],
    ['{ "name" "x" }', 'Line 1, column 9: a colon is missing between the name and "x".'],
    ['{ "name": "x"', 'Line 1, column 14: a closing brace } is missing.'],
  ])('%j', (text, sentence) => expect(checkCompany(text)).toEqual([sentence]));

  test('exactly when JSON.parse refuses it', () => {
    const text = fc.oneof(
      fc.json(),
      fc
        .tuple(fc.nat(example.length), fc.constantFrom('', ',', '"', '}', '{', ':', '\n', '\\', '//', "'", '1'))
        .map(([at, by]) => example.slice(0, at) + by + example.slice(at + 1)),
    );
    fc.assert(
      fc.property(text, (written) => {
        const said = checkCompany(written);
        let isJson = true;
        try {
          JSON.parse(written);
        } catch {
          isJson = false;
        }
        expect(said.length === 1 && /^(The file is empty|Line \d+, column \d+:)/.test(said[0] ?? '')).toBe(!isJson);
      }),
    );
  });
});

test('accepts a byte order mark, and fills in no default', () => {
  const parsed = parseCompany(`\uFEFF${example.replace(',\n      "radiusM": 150', '')}`);
  expect('company' in parsed && parsed.company.stops?.[1]).not.toHaveProperty('radiusM');
});

test('returns sentences for any content of a file', () => {
  const known = fc.constantFrom(
    'name',
    'phone',
    'contacts',
    'relay',
    'stops',
    'trailers',
    'brand',
    'router',
    'deployment',
    '__proto__',
    'toString',
  );
  const file = fc.dictionary(known, fc.jsonValue({ maxDepth: 4 }));
  fc.assert(
    fc.property(file, (value) => {
      for (const sentence of checkCompany(JSON.stringify(value))) expect(sentence).toMatch(/^[A-Za-z_].*[.?]$/s);
    }),
  );
});
