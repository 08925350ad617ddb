import { afterEach, describe, expect, test } from '@jest/globals';
import { smsOnly } from '@qdn/carrier-adapter/sms-only';
import type { Sms } from '@qdn/domain';
import { type CallSystem, NUMBERS, startCallSystem } from './call-system.ts';

/* Answers over WhatsApp and RCS, over signed webhooks and the emulated Twilio, which checks both addresses and WhatsApp's 24 hours. */

const SENDERS = { whatsapp: NUMBERS.company, rcs: 'quickdumpnow_agent' };
const ON_WHATSAPP = `whatsapp:${NUMBERS.ann}`;
const HOURS = 60;

let system: CallSystem;
const open = async (setup: Parameters<typeof startCallSystem>[0] = { senders: SENDERS }) => {
  system = await startCallSystem(setup);
};
afterEach(() => system.close());

const lastTo = (phone: string): string => system.textsTo(phone).at(-1) ?? '';

describe('an answer to a text over WhatsApp', () => {
  test('goes out over WhatsApp, from the sender of the company', async () => {
    await open();
    await system.text(ON_WHATSAPP, 'Can you come at 3?');
    expect(lastTo(NUMBERS.dana)).toMatch(/^Ann Lee @4401: "Can you come at 3\?"/);
    await system.text(NUMBERS.dana, '@4401 yes, at 3');
    expect(system.channelsTo(NUMBERS.ann)).toEqual([['QuickDumpNow: yes, at 3', 'whatsapp', 'delivered']]);
    expect(lastTo(NUMBERS.luis)).toBe('Dana to Ann Lee (4401): yes, at 3');
    // The team is texted by SMS.
    expect(system.channelsTo(NUMBERS.dana).every(([, channel]) => channel === undefined)).toBe(true);
  });

  test('goes out as SMS after 24 hours, and its writer learns that', async () => {
    await open();
    await system.text(ON_WHATSAPP, 'Can you come at 3?');
    await system.wait(24 * HOURS + 1);
    await system.text(NUMBERS.dana, '@4401 sorry, tomorrow at 3');
    await system.wait(2);
    expect(system.channelsTo(NUMBERS.ann)).toEqual([['QuickDumpNow: sorry, tomorrow at 3', undefined, 'delivered']]);
    expect(system.textsTo(NUMBERS.dana).join('\n')).toContain(
      'Ann Lee (@4401) gets it by SMS: WhatsApp takes answers for 24 hours only.',
    );
  });

  test('is sent again as SMS when WhatsApp has not delivered it (63016), and its writer learns that', async () => {
    await open();
    await system.text(ON_WHATSAPP, 'Can you come at 3?');
    system.twilio.setPhoneFault(NUMBERS.ann, 'channel-closed');
    await system.text(NUMBERS.dana, '@4401 yes, at 3');
    expect(system.channelsTo(NUMBERS.ann)).toEqual([
      ['QuickDumpNow: yes, at 3', 'whatsapp', 'undelivered'],
      ['QuickDumpNow: yes, at 3', undefined, 'delivered'],
    ]);
    expect(lastTo(NUMBERS.dana)).toBe('WhatsApp did not take your text to Ann Lee (@4401). It went by SMS.');
  });

  test('goes out as SMS for a company without a sender on WhatsApp', async () => {
    await open({});
    await system.text(ON_WHATSAPP, 'Can you come at 3?');
    await system.text(NUMBERS.dana, '@4401 yes, at 3');
    expect(system.channelsTo(NUMBERS.ann)).toEqual([['QuickDumpNow: yes, at 3', undefined, 'delivered']]);
    expect(lastTo(NUMBERS.dana)).toBe('Ann Lee (@4401) gets it by SMS: we have no sender on WhatsApp.');
  });

  test('goes out as SMS once she writes by SMS again', async () => {
    await open();
    await system.text(ON_WHATSAPP, 'Can you come at 3?');
    await system.text(NUMBERS.ann, 'or at 4?');
    await system.text(NUMBERS.dana, '@4401 at 4');
    expect(system.channelsTo(NUMBERS.ann)).toEqual([['QuickDumpNow: at 4', undefined, 'delivered']]);
  });
});

describe('an answer to a text over RCS', () => {
  test('goes out over RCS, and as SMS when the phone does not take it', async () => {
    await open();
    await system.text(`rcs:${NUMBERS.ann}`, 'Can you come at 3?');
    await system.text(NUMBERS.dana, '@4401 yes, at 3');
    system.twilio.setPhoneFault(NUMBERS.ann, 'channel-closed');
    await system.text(NUMBERS.dana, '@4401 or a bit later');
    expect(system.channelsTo(NUMBERS.ann)).toEqual([
      ['QuickDumpNow: yes, at 3', 'rcs', 'delivered'],
      ['QuickDumpNow: or a bit later', 'rcs', 'undelivered'],
      ['QuickDumpNow: or a bit later', undefined, 'delivered'],
    ]);
  });
});

describe('a carrier without WhatsApp and RCS', () => {
  test('sends the answer as SMS when Twilio has been down for too long', async () => {
    const sent: Sms[] = [];
    const second = smsOnly({
      name: 'telnyx',
      send: async (sms) => {
        sent.push(sms);
        return { kind: 'accepted', carrierSid: `T${sent.length}` };
      },
      find: null,
    });
    await open({ senders: SENDERS, second });
    await system.text(ON_WHATSAPP, 'Can you come at 3?');
    system.twilio.setCarrierFault('too-many-requests');
    await system.text(NUMBERS.dana, '@4401 yes, at 3');
    await system.wait(30);
    expect(sent.filter(({ body }) => body.endsWith('yes, at 3')).map(({ to }) => to)).toContain(NUMBERS.ann);
    expect(sent.some(({ to }) => to.startsWith('whatsapp'))).toBe(false);
  });
});

describe('a keyword over WhatsApp, which no carrier obeys', () => {
  test('STOP is obeyed and confirmed by us, on every channel, and START ends that', async () => {
    await open();
    await system.text(ON_WHATSAPP, 'STOP');
    expect(system.channelsTo(NUMBERS.ann)).toEqual([
      [expect.stringContaining('no more texts'), 'whatsapp', 'delivered'],
    ]);
    await system.text(NUMBERS.dana, '@4401 are you there?');
    expect(system.channelsTo(NUMBERS.ann)).toHaveLength(1);
    expect(lastTo(NUMBERS.dana)).toContain('opted out');
    await system.text(ON_WHATSAPP, 'START');
    await system.text(NUMBERS.dana, '@4401 we come at 3');
    expect(system.channelsTo(NUMBERS.ann).at(-1)).toEqual(['QuickDumpNow: we come at 3', 'whatsapp', 'delivered']);
  });

  test.each(['CANCEL', 'HELP'])('%s is words to the team, and can be answered', async (word) => {
    await open();
    await system.text(ON_WHATSAPP, word);
    expect(lastTo(NUMBERS.dana)).toMatch(new RegExp(`^Ann Lee @4401: "${word}"`));
    expect(lastTo(NUMBERS.dana)).not.toContain('carrier');
    await system.text(NUMBERS.dana, '@4401 what is it about?');
    expect(system.channelsTo(NUMBERS.ann).at(-1)).toEqual(['QuickDumpNow: what is it about?', 'whatsapp', 'delivered']);
  });
});
