import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { EVERYTHING, templatesWith } from '../templates.ts';
import { type CallSystem, NUMBERS, startCallSystem } from './call-system.ts';

/*
 * c28: for a day, the carrier takes every text, and the networks refuse each one because the number is not registered (30034). Texts and receipts
 * arrive by signed webhooks. tests/drill makes the alarm fire, and tests/alarms.integration.test.ts follows it to the owner's email.
 */

const HOURS = 60;

let system: CallSystem;
beforeEach(async () => {
  system = await startCallSystem({ operator: true });
});
afterEach(() => system.close());

/** Returns the number of log lines with a code. */
const logged = (code: string): number => system.log.lines.filter((line) => line.includes(`"${code}"`)).length;
const sumOf = (metric: 'NumberBlocked' | 'Undelivered' | 'EscalationFailed'): number =>
  system.log.measured.reduce((sum, measures) => sum + (measures[metric] ?? 0), 0);

test('c28: a blocked number raises an alarm by email, each text is counted, and no person is called unreachable', async () => {
  system.twilio.setCarrierFault('unregistered');
  for (let hour = 0; hour < 24; hour += 1) {
    if (hour % 6 === 0) await system.text(NUMBERS.ann, `Can you come at ${hour}?`);
    if (hour === 12) await system.text(NUMBERS.dana, '@4401 yes, we can');
    await system.wait(HOURS);
  }
  const toTeam = [NUMBERS.dana, NUMBERS.luis, NUMBERS.olga].flatMap((phone) => system.textsTo(phone));
  const all = [...toTeam, ...system.textsTo(NUMBERS.ann)];
  expect(sumOf('NumberBlocked')).toBe(all.length);
  expect(sumOf('Undelivered')).toBe(all.length);
  expect(logged('NUMBER_BLOCKED')).toBe(all.length);
  expect(sumOf('EscalationFailed')).toBeGreaterThan(0);
  // The number is the fault, not a phone: "cannot get texts" would be wrong about each of them.
  expect(all.filter((body) => body.includes('cannot get texts'))).toEqual([]);
  // Trying again does not help, so a person has at most one text for each message, and one alarm.
  for (const phone of [NUMBERS.dana, NUMBERS.luis]) {
    const questions = system.textsTo(phone).filter((body) => body.includes('Can you come at'));
    expect(new Set(questions).size).toBe(questions.length);
  }
  const { unanswered } = await system.relay.attention(Number.MAX_SAFE_INTEGER);
  expect(unanswered.length).toBeGreaterThan(0);
});

test('c28: texts arrive again once the number is registered', async () => {
  system.twilio.setCarrierFault('unregistered');
  await system.text(NUMBERS.ann, 'Can you come at 3?');
  await system.wait(20);
  system.twilio.setCarrierFault(null);
  const blocked = sumOf('NumberBlocked');
  await system.text(NUMBERS.ann, 'Are you there?');
  await system.text(NUMBERS.dana, '@4401 yes, at 3');
  await system.wait(20);
  expect(sumOf('NumberBlocked')).toBe(blocked);
  expect(system.textsTo(NUMBERS.ann).at(-1)).toBe('QuickDumpNow: yes, at 3');
});

test('c28: the alarm of this metric says to register the number', async () => {
  const { 'sms-relay': template } = await templatesWith(EVERYTHING, ['sms-relay']);
  const alarms = Object.values(template?.Resources ?? {}).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  const found = alarms.find(({ Properties }) => JSON.stringify(Properties).includes('"NumberBlocked"'));
  expect(found?.Properties?.['AlarmDescription']).toContain('30034: register for A2P 10DLC');
});
