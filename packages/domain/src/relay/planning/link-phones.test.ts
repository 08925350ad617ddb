import { beforeEach, describe, expect, test } from '@jest/globals';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import type { JobId, PhoneNumber } from '../../ids.ts';
import { aJob } from '../../testing/index.ts';
import { aWorld, dana, luis, MARIA, type RelayWorld, STRANGER, sidOf, text } from '../testing/relay-world.ts';
import { linkOrderOf } from './link-phones.ts';

const marias = aJob({ contacts: [] });
const bobs = aJob({
  id: 'QDN-1050' as JobId,
  contacts: [],
  customer: { name: 'Bob Ray', phone: '+15125550112' as PhoneNumber },
});

let world: RelayWorld;
let texts = 0;
const begin = () => {
  texts = 0;
  world = aWorld([marias, bobs]);
};
beforeEach(begin);

const say = async (from: string, body: string) => {
  texts += 1;
  world.now += 60_000;
  await world.receive(text({ messageSid: sidOf(texts), from, body, receivedAt: world.now }));
};
const linkOf = async (phone = STRANGER) => (await world.relay.conversation(phone))?.otherPhoneOf ?? null;
const lastTo = (phone: string) => world.sentTo(phone).at(-1) ?? '';

describe('an order about a phone', () => {
  test.each([
    ['is 1042', 'QDN-1042'],
    ['is @1042', 'QDN-1042'],
    ['link QDN-1042', 'QDN-1042'],
    ['= #1042', 'QDN-1042'],
    ['es 1042.', 'QDN-1042'],
  ])('is read in "%s"', (words, job) => {
    expect(linkOrderOf(words, 'QDN')).toEqual({ kind: 'link', job });
  });

  test.each(['is 1042 ok?', 'is it', '1042', 'linked 1042', 'the gate code is 1042', 'is 10:42'])(
    'is not read in "%s"',
    (words) => {
      expect(linkOrderOf(words, 'QDN')).toBeNull();
    },
  );
});

describe('a stranger who says to be a customer', () => {
  test('is shown to the team with the reply that links the phones, and is not linked', async () => {
    await say(STRANGER, "QDN-1042 it's Maria, my husband's phone. When do you come?");
    expect(lastTo(dana.phone)).toContain('says to be Maria Lopez (1042). Is it? Reply "@u0199 is 1042"');
    expect(await linkOf()).toBeNull();
  });

  test('is found by name among open conversations when the text names no job', async () => {
    await say(MARIA, 'Is Friday fine?');
    await say(STRANGER, 'this is Maria again, new number');
    expect(lastTo(dana.phone)).toContain('says to be Maria Lopez (1042). Is it? Reply "@u0199 is 1042"');
  });

  test.each(["QDN-1042 it's Pete, my phone", 'this is Pete again, new number', 'QDN-1042 where are you'])(
    'is not offered after "%s"',
    async (body) => {
      await say(MARIA, 'Is Friday fine?');
      await say(STRANGER, body);
      expect(lastTo(dana.phone)).not.toContain('says to be');
    },
  );
});

describe('a dispatcher’s order', () => {
  beforeEach(() => say(STRANGER, 'where are you?'));

  test('asks with the customer’s name, and links after a yes', async () => {
    await say(dana.phone, '@u0199 is 1042');
    expect(lastTo(dana.phone)).toMatch(/^Is @u0199 another phone of Maria Lopez \(1042\)\? .* Reply YES or NO\.$/);
    expect(await linkOf()).toBeNull();
    await say(dana.phone, 'yes');
    expect(await linkOf()).toMatchObject({ phone: MARIA, name: 'Maria Lopez', by: 'dana' });
    expect(lastTo(dana.phone)).toBe(
      'Linked: @u0199 is another phone of Maria Lopez (1042). To end that: @u0199 unlink',
    );
    expect(lastTo(luis.phone)).toBe('dana: @u0199 is another phone of Maria Lopez (1042).');
    expect(world.sentTo(STRANGER)).toEqual([]);
  });

  test.each(['@u0199 yes', 'si'])('takes "%s" for a yes', async (body) => {
    await say(dana.phone, '@u0199 link 1042');
    await say(dana.phone, body);
    expect(await linkOf()).not.toBeNull();
    expect(world.sentTo(STRANGER)).toEqual([]);
  });

  test('links nothing after a no, and the words go to no one', async () => {
    await say(dana.phone, '@u0199 is 1042');
    await say(dana.phone, 'no');
    expect(lastTo(dana.phone)).toBe('Not linked, and sent to no one.');
    await say(dana.phone, 'yes');
    expect([await linkOf(), world.sentTo(STRANGER).filter((body) => body.includes('1042'))]).toEqual([null, []]);
  });

  test('is not answered by a colleague’s yes, nor by the handle alone', async () => {
    await say(dana.phone, '@u0199 is 1042');
    await say(luis.phone, 'yes');
    expect(await linkOf()).toBeNull();
    await say(dana.phone, '@u0199');
    expect([await linkOf(), world.sentTo(STRANGER).filter((body) => body.includes('1042'))]).toEqual([null, []]);
  });

  test('is words for the person when there is no such job', async () => {
    await say(dana.phone, '@u0199 is 7777');
    expect(world.sentTo(STRANGER)).toEqual(['QuickDumpNow: is 7777']);
  });

  test('ends a link', async () => {
    await say(dana.phone, '@u0199 unlink');
    expect(lastTo(dana.phone)).toBe('@u0199 is not linked to a customer.');
    await say(dana.phone, '@u0199 is 1042');
    await say(dana.phone, 'yes');
    await say(luis.phone, '@u0199 unlink');
    expect(await linkOf()).toBeNull();
    await say(STRANGER, 'hello?');
    expect(lastTo(dana.phone)).toMatch(/^(Unknown number|Guest) @u0199/);
  });
});

describe('a linked phone', () => {
  beforeEach(async () => {
    await say(STRANGER, 'where are you?');
    await say(dana.phone, '@u0199 is 1042');
    await say(dana.phone, 'yes');
  });

  test('writes as the customer, with the job’s facts, and is answered itself', async () => {
    await say(STRANGER, 'please use the side gate');
    expect(lastTo(luis.phone)).toMatch(/^Maria Lopez \(1042\), other phone, @u0199: "please use the side gate"\n/);
    expect(lastTo(luis.phone)).toContain('Reply: @u0199 ...');
    expect((await world.relay.timeline('QDN-1042')).map(({ message }) => message.body)).toContain(
      'please use the side gate',
    );
    await say(luis.phone, '@u0199 will do');
    expect([world.sentTo(STRANGER), world.sentTo(MARIA)]).toEqual([['QuickDumpNow: will do'], []]);
  });

  test('asks a person, and gets no answer from the job by itself', async () => {
    await say(STRANGER, 'ETA?');
    expect(world.sentTo(STRANGER)).toEqual([]);
    expect(lastTo(dana.phone)).toContain('"ETA?"');
  });

  test('has a consent of its own', async () => {
    await say(STRANGER, 'STOP');
    await say(dana.phone, '@1042 on the way');
    // The other phone is the one that waits.
    expect(lastTo(dana.phone)).toContain('Maria Lopez, other phone is the one waiting');
    await say(dana.phone, 'yes');
    expect(world.sentTo(MARIA)).toEqual(['QuickDumpNow: on the way']);
    expect(await world.relay.stopped([MARIA, STRANGER])).toEqual(new Set([STRANGER]));
  });
});

describe('whatever strangers write', () => {
  const CLAIMS = [
    "QDN-1042 it's Maria, my husband's phone",
    'this is Maria Lopez, new number',
    '@u0199 is 1042',
    '@u0199 link 1042',
    'yes',
    'YES',
    'ETA QDN-1042?',
    'where is my dumpster 1042',
    'Dana: @u0199 is another phone of Maria Lopez (1042).',
    'link',
    'unlink',
  ];
  const anyTalk = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ by: fc.constant(STRANGER), body: fc.constantFrom(...CLAIMS) }) },
      {
        weight: 1,
        // A dispatcher's texts that confirm no link.
        arbitrary: fc.record({
          by: fc.constantFrom(dana.phone, luis.phone),
          body: fc.constantFrom('@u0199 hello', '@1042 on my way', 'mine', 'no'),
        }),
      },
    ),
    { maxLength: 8 },
  );

  test('links no phone and gives no fact of the job, until a dispatcher confirms', async () => {
    await fc.assert(
      fc.asyncProperty(anyTalk, async (talk) => {
        begin();
        await say(MARIA, 'Is Friday fine?');
        for (const { by, body } of talk) await say(by, body);
        expect(await linkOf()).toBeNull();
        expect(world.sentTo(STRANGER).filter((body) => body !== 'QuickDumpNow: hello')).toEqual([]);
      }),
      { numRuns: runs(150) },
    );
  });
});
