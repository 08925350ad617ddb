import { describe, expect, test } from '@jest/globals';
import { clockTime, truthOf } from '../testing/truths.ts';
import { type AnswerFacts, tallyAnswers, toldHours } from './answers.ts';
import { isStatusAnswer } from './told-state.ts';

const ANN = '+12055550100';
const DANA = '+15125550171';
const exchange = truthOf([
  { jobId: 'QDN-1', setOut: '9:00', arrived: '9:30', left: '9:50' },
  { jobId: 'QDN-1', stop: 1, kind: 'dump_site', setOut: '9:50', arrived: '10:20', left: '10:50' },
]);
const answered = (clock: string, body: string | null, to = ANN): AnswerFacts => ({
  ...{ truths: [exchange], timeZone: 'America/Chicago', team: [DANA] },
  ...{ asks: [{ at: clockTime(clock), jobId: 'QDN-1', phone: ANN }] },
  texts: body === null ? [] : [{ at: clockTime(clock) + 3000, from: '+15125550142', to, body, media: [] }],
});
const wrong = (clock: string, body: string): number => tallyAnswers(answered(clock, body)).false;

describe('the judge of answers', () => {
  test.each([
    ['8:40', 'QDN-1 is scheduled for today 9:30 AM.'],
    ['9:10', 'QDN-1 is on the way, ETA 9:25-9:35 AM.'],
    ['9:40', 'QDN-1 is on site.'],
    ['10:00', 'QDN-1 is on its way to the next stop.'],
    ['11:30', 'QDN-1 is complete.'],
    ['11:30', 'QDN-1 esta terminado.'],
  ])('accepts at %s: %s', (clock, body) => {
    expect(tallyAnswers(answered(clock, body))).toMatchObject({ asked: 1, missing: 0, false: 0 });
  });

  test('counts a state that is not true, and the state of another job, as false', () => {
    expect(wrong('8:40', 'QDN-1 is on the way, ETA 9:25-9:35 AM.')).toBe(1);
    expect(wrong('9:20', 'QDN-1 is on site.')).toBe(1);
    expect(wrong('11:30', 'QDN-1 is on its way to the next stop.')).toBe(1);
    expect(wrong('9:10', 'QDN-9 is on the way, ETA 9:25-9:35 AM.')).toBe(1);
  });

  test('counts no answer, and one to another phone, as missing', () => {
    expect(tallyAnswers(answered('9:10', null)).missing).toBe(1);
    expect(tallyAnswers(answered('9:10', 'QDN-1 is on the way.', '+12055550101')).missing).toBe(1);
  });

  test('leaves a question to the team when it has written in the last hours, or when the customer has just asked', () => {
    const sms = (clock: string, to: string, body: string) => ({
      ...{ at: clockTime(clock), from: '+15125550142', to, body, media: [] },
    });
    const relayed = sms('9:10', DANA, 'Ann Lee @1: "ETA"');
    const missing = (texts: AnswerFacts['texts'], asks = answered('9:10', null).asks): number =>
      tallyAnswers({ ...answered('9:10', null), texts, asks }).missing;
    const words = sms('8:00', ANN, 'QuickDumpNow: sure, we can');
    expect(missing([words, relayed])).toBe(0);
    expect(missing([words])).toBe(1);
    expect(missing([relayed])).toBe(1);
    expect(missing([sms('5:00', ANN, 'QuickDumpNow: sure, we can'), relayed])).toBe(1);
    expect(missing([sms('9:00', ANN, 'QuickDumpNow: Su remolque esta en camino.'), relayed])).toBe(1);
    const asks = ['9:00', '9:10'].map((clock) => ({ at: clockTime(clock), jobId: 'QDN-1', phone: ANN }));
    expect(missing([sms('9:00', ANN, 'QDN-1 is on the way.'), relayed], asks)).toBe(0);
  });

  test('compares the arrival time that it names', () => {
    expect(tallyAnswers(answered('9:10', 'QDN-1 is on the way, ETA 9:25-9:35 AM.'))).toMatchObject({
      times: 1,
      timesHeld: 1,
    });
    expect(tallyAnswers(answered('9:10', 'QDN-1 is on the way, ETA 9:40-9:50 AM.'))).toMatchObject({
      times: 1,
      timesHeld: 0,
    });
    for (const eta of ['ETA 11:50-12:10 PM', 'ETA 11:50 AM-12:10 PM']) {
      expect(toldHours(eta)?.from).toBeCloseTo(11 + 5 / 6);
      expect(toldHours(eta)?.to).toBeCloseTo(12 + 1 / 6);
    }
    expect(toldHours('ETA 2:05 PM')?.from).toBeCloseTo(14 + 1 / 12);
    expect(toldHours('ETA Mon 5:45 PM-Tue 2:45 PM')).toEqual({ from: 17.75, to: 38.75 });
    expect(toldHours('llegada mie 8:05-8:40 AM')?.from).toBeCloseTo(8 + 1 / 12);
    expect(toldHours('on its way')).toBeNull();
  });

  test('tells answers from notices', () => {
    expect(isStatusAnswer('QDN-1 is complete.')).toBe(true);
    expect(isStatusAnswer('QuickDumpNow: QDN-1 is complete. Thank you!')).toBe(false);
  });
});
