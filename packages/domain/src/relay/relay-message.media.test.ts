import { beforeEach, describe, expect, test } from '@jest/globals';
import { aJob } from '../testing/index.ts';
import { mediaName } from './media-parts.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { recordReceipt } from './relay-message.ts';
import type { Sms } from './sms-carrier.ts';
import {
  accepted,
  aWorld,
  dana,
  MARIA,
  type RelayWorld,
  receiptOf,
  START,
  sidOf,
  text,
  timeout,
} from './testing/relay-world.ts';

const medium = (contentType: string, i = 0) => ({ url: `https://api.twilio.com/Media/${i}`, contentType });
const photo = medium('image/jpeg');
let world: RelayWorld;
let sent: Sms[];
const watch = () => {
  sent = [];
  world.behave = (sms) => {
    sent.push(sms);
    return accepted;
  };
};
beforeEach(() => {
  world = aWorld([aJob({ contacts: [dana] })]);
  watch();
});
const failed = (attempt: number, carrierSid: string, code: number) =>
  recordReceipt(
    world.dependencies(),
    { timelineId: 'QDN-1042', messageSid: sidOf(1), recipient: dana.id, attempt },
    receiptOf(carrierSid, 'undelivered', code),
    START,
  );

describe('a medium', () => {
  test.each([
    ['image/jpeg', 'Photo'],
    ['IMAGE/PNG', 'Photo'],
    ['video/mp4', 'Video'],
    ['audio/amr', 'Voice message'],
    ['audio/ogg; codecs=opus', 'Voice message'],
    ['text/x-vcard', 'Contact card'],
    ['text/x-vlocation', 'Location'],
    ['text/calendar', 'Calendar entry'],
    ['application/pdf', 'PDF'],
    ['application/zip', 'File'],
    ['', 'File'],
  ])('of type %j is a %s', (type, name) => {
    expect(mediaName(type)).toBe(name);
  });
});

describe('pictures of a customer', () => {
  test('go to the team as MMS, with their links in the text', async () => {
    await world.receive(text({ body: 'drop it here', media: [photo, medium('audio/amr', 1), medium('video/mp4', 2)] }));
    expect(sent).toMatchObject([{ media: ['https://x.example/m/0001.0', 'https://x.example/m/0001.1'] }]);
    expect(sent[0]?.body).toMatch(
      /^Maria Lopez @1042: "drop it here"\nPhoto: https:.*1\.0\nVoice message: https:.*1\.1\nVideo: https:.*1\.2\n/,
    );
  });

  test('go as links alone where the company wants that', async () => {
    world = aWorld([aJob({ contacts: [dana] })], { mms: false });
    watch();
    await world.receive(text({ body: '', media: [photo] }));
    expect(sent[0]).not.toHaveProperty('media');
    expect(sent[0]?.body).toContain('Photo: https://x.example/m/0001.0');
    expect(DEFAULT_POLICY.mms).toBe(true);
  });

  test('are left out of the next attempt when the phone or its network could not take them', async () => {
    await world.receive(text({ body: 'here', media: [photo] }));
    await failed(1, 'fake0', 30007);
    await failed(1, 'fake0', 30007);
    expect(
      sent.map(({ media, outboundMessageId }) => [outboundMessageId.split('~').length, media?.length ?? 0]),
    ).toEqual([
      [3, 1],
      [4, 0],
    ]);
    expect(sent[1]?.body).toBe(sent[0]?.body);
    // Without a further carrier, that was the last attempt.
    await failed(2, 'fake1', 30007);
    expect(sent.filter(({ to }) => to === dana.phone)).toHaveLength(2);
  });

  test('are not taken for the attempt without them when its outcome is unknown', async () => {
    await world.receive(text({ body: 'here', media: [photo] }));
    world.behave = (sms) => {
      sent.push(sms);
      return sms.outboundMessageId.endsWith('~2') ? timeout : accepted;
    };
    await expect(failed(1, 'fake0', 30007)).rejects.toThrow('unknown');
    world.now += 5 * 60_000;
    watch();
    await world.receive(text({ body: 'here', media: [photo] }));
    // The carrier's list has the first attempt only, so the second one is sent again.
    expect(sent.map(({ outboundMessageId }) => outboundMessageId.split('~')[3])).toEqual(['2']);
  });

  test('do not go again to a recipient who cannot be reached', async () => {
    await world.receive(text({ body: 'here', media: [photo] }));
    await failed(1, 'fake0', 30005);
    expect(sent.filter(({ to }) => to === dana.phone)).toHaveLength(1);
  });
});

test('a picture of a dispatcher goes to the customer as MMS', async () => {
  await world.receive();
  await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: '@1042 like this?', media: [photo] }));
  const answer = sent.find(({ to }) => to === MARIA);
  expect(answer?.media).toEqual(['https://x.example/m/0002.0']);
});
