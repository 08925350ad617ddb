import type { Random } from '../random.ts';
import type { SaidExpectation } from '../score/said.ts';
import { type Desk, MINUTE_MS, SECOND_MS, type Talk } from './desk.ts';
import { expectPhones } from './expectations.ts';
import { OUTSIDER_RATES } from './habits.ts';
import { draftFor, type TalkingCustomer } from './outside.ts';

const HOUR_MS = 60 * MINUTE_MS;
/** Local hours in which strangers write. */
const FROM_H = 8;
const TO_H = 19;
const FLOOD_NUMBERS = 3;
const FLOOD_TEXTS = 33;
const DAYS_PER_WEEK = 7;

export type NewTalk = (writer: Talk['writer'], random: Random) => Talk;

/** Returns the times of events with a rate per day, between the hours in which strangers write. */
const timesOf = (midnight: number, perDay: number, random: Random): number[] => {
  const whole = Math.floor(perDay);
  const count = whole + (random.chance(perDay - whole) ? 1 : 0);
  return Array.from({ length: count }, () => midnight + random.within(FROM_H, TO_H) * HOUR_MS);
};

/** A burst of texts from some numbers that names a customer's job. The customer writes in the middle of it. */
const planFlood = (
  desk: Desk,
  newTalk: NewTalk,
  victim: { talk: Talk; customer: TalkingCustomer },
  at: number,
  random: Random,
): void => {
  const talks = Array.from({ length: FLOOD_NUMBERS }, () => newTalk('stranger', random));
  for (let i = 0; i < FLOOD_TEXTS; i += 1) {
    const talk = talks[i % FLOOD_NUMBERS];
    desk.later({
      at: at + i * 14 * SECOND_MS,
      run: () => {
        const words = desk.phrases.flood(victim.customer.jobId);
        if (talk)
          desk.say({
            from: talk.phone,
            writer: 'stranger',
            byMachine: true,
            body: words,
            words,
            conversation: talk.id,
            act: 'says',
            expect: expectPhones([], { notTo: [...operatorOf(desk)] }),
          });
      },
    });
  }
  const draft = draftFor(desk, victim.talk);
  desk.later({
    at: at + 5 * MINUTE_MS,
    run: (now) =>
      victim.talk.hasOptedOut ||
      desk.say(draft(desk.phrases.topic('statement', 'en').join(', '), now, { escalates: 'either' })),
  });
};

const operatorOf = ({ company: { operator } }: Desk): string[] => (operator === null ? [] : [operator]);

/** Plans the texts of people without a job for some days from a midnight on. */
export const planStrangers = (
  desk: Desk,
  newTalk: NewTalk,
  {
    midnight,
    days,
    victims,
  }: { midnight: number; days: number; victims: readonly { talk: Talk; customer: TalkingCustomer }[] },
  random: Random,
): void => {
  for (let day = 0; day < days; day += 1) {
    const own = random.fork(`day ${day}`);
    const start = midnight + day * 24 * HOUR_MS;
    const talkFor = (writer: Talk['writer']): Talk => newTalk(writer, own);
    const unwanted = (words: () => string, change: Partial<SaidExpectation>) => (at: number) => {
      const talk = talkFor('stranger');
      desk.later({
        at,
        run: (now) => desk.say(draftFor(desk, talk)(words(), now, { to: [], mayWait: [], ...change })),
      });
    };
    for (const at of timesOf(start, OUTSIDER_RATES.leadsPerDay.rate, own)) {
      const talk = talkFor('stranger');
      desk.later({ at, run: (now) => desk.say(draftFor(desk, talk)(desk.phrases.lead(talk.language), now)) });
    }
    for (const at of timesOf(start, OUTSIDER_RATES.driverTextsPerDay.rate, own)) {
      const talk = talkFor('driver');
      desk.later({ at, run: (now) => desk.say(draftFor(desk, talk)(desk.phrases.driver(), now)) });
    }
    timesOf(start, OUTSIDER_RATES.spamPerDay.rate, own).forEach(
      unwanted(desk.phrases.spam, { notTo: operatorOf(desk), escalates: 'never' }),
    );
    // Private words to a wrong number may be those of a new customer: no one can tell.
    timesOf(start, OUTSIDER_RATES.wrongNumbersPerDay.rate, own).forEach(
      unwanted(desk.phrases.wrongNumber, { escalates: 'either' }),
    );
    const floods = OUTSIDER_RATES.floodsPerWeek.rate / DAYS_PER_WEEK;
    const today = victims.filter(({ customer: { visitAt } }) => visitAt >= start && visitAt < start + 24 * HOUR_MS);
    const isFloodDay = day % DAYS_PER_WEEK === Math.floor(random.fork('flood').fraction() * 5) && floods > 0;
    if (isFloodDay && today.length > 0)
      planFlood(desk, newTalk, own.pick(today), start + own.within(10, 15) * HOUR_MS, own);
  }
};
