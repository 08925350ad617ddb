import { describe, expect, test } from '@jest/globals';
import { SegmentedMessage } from 'sms-segments-calculator';
import type { JobKind } from '../job.ts';
import { JOB_KINDS, NOTICE_KINDS } from '../job.ts';
import type { Eta } from '../movement/estimate-arrival.ts';
import { answerText, noticeText } from '../relay/customer-wording.ts';
import { segments } from '../relay/segments.ts';
import { aFix, aJob } from '../testing/index.ts';
import { CUSTOMER_STAGES, type CustomerStage } from './customer-stage.ts';
import type { CustomerView } from './customer-view.ts';
import { arrivalWords, etaWords, stageLabel, stageSentence, type Wording } from './stage-words.ts';

const NOW = Date.UTC(2026, 10, 23, 20, 12);
const MINUTE = 60_000;
const LINK = 'https://d111111abcdef8.cloudfront.net/t/1042-abcdefghijklmnopqrstuvwxyz';
const english: Wording = { now: NOW, language: 'en', timeZone: 'America/Chicago' };
const spanish: Wording = { ...english, language: 'es' };
const [dropOff] = aJob().stops;
if (!dropOff) throw new Error('The sample job has no stop');
const pickup = { ...dropOff, kind: 'pickup' } as const;
const eta: Eta = {
  earliest: NOW + 13 * MINUTE,
  likely: NOW + 20 * MINUTE,
  latest: NOW + 28 * MINUTE,
  distanceM: 1000,
  reason: '',
  basis: 'typical',
  after: [],
  asOf: NOW,
};

const OUTCOMES = {
  delivery: 'delivered',
  exchange: 'swapped',
  dump_and_return: 'returned',
  final_pickup: 'picked_up',
} as const;
const viewIn = (stage: CustomerStage, kind: JobKind = 'delivery', changes: Partial<CustomerView> = {}) => {
  const isComing = stage === 'on_the_way' || stage === 'on_the_way_back';
  const isFirst = stage === 'on_the_way' || stage === 'at_site';
  const isPickup = kind === 'final_pickup' || (kind === 'dump_and_return' && isFirst);
  const view: CustomerView = {
    ...{ stage, kind, status: 'in_transit', outcome: OUTCOMES[kind], stages: [], since: NOW - 7 * MINUTE },
    ...{ scheduledFor: Date.UTC(2026, 10, 24, 20), trailerCount: 1, trailersDone: null },
    ...{ site: isPickup ? pickup : dropOff, eta: isComing ? eta : null, fixes: [], trail: [] },
    ...changes,
  };
  return view;
};
const says = (stage: CustomerStage, kind: JobKind, changes: Partial<CustomerView> = {}, wording = english) =>
  stageSentence('QDN-1042', viewIn(stage, kind, changes), wording);

describe('the sentence of a stage', () => {
  test.each<[CustomerStage, JobKind, string, string]>([
    ['scheduled', 'delivery', 'is scheduled for Nov 24, 2:00 PM', 'esta programado para el 24/11, 2:00 p.m.'],
    ['under_way', 'delivery', 'is on the road, with another stop first', 'esta en ruta, con otra parada antes'],
    ['on_the_way', 'delivery', 'is on the way, ETA 2:25-2:40 PM', 'esta en camino, llegada 2:25-2:40 PM'],
    [
      'on_the_way',
      'final_pickup',
      'is on the way to pick up your trailer, ETA 2:25-2:40 PM',
      'esta en camino a recoger su remolque, llegada 2:25-2:40 PM',
    ],
    ['at_site', 'exchange', 'arrived at your site at 2:05 PM', 'llego a su sitio a las 2:05 p.m.'],
    [
      'away',
      'dump_and_return',
      'was picked up at 2:05 PM and is being emptied',
      'se recogio a las 2:05 p.m. y se esta vaciando',
    ],
    [
      'away',
      'exchange',
      'was picked up at 2:05 PM and will return to you',
      'se recogio a las 2:05 p.m. y vuelve con usted',
    ],
    [
      'on_the_way_back',
      'dump_and_return',
      'is on the way back to you, ETA 2:25-2:40 PM',
      'esta en camino de regreso, llegada 2:25-2:40 PM',
    ],
    ['back', 'dump_and_return', 'arrived back at your site at 2:05 PM', 'volvio a su sitio a las 2:05 p.m.'],
    ['done', 'delivery', 'was delivered at 2:05 PM', 'se entrego a las 2:05 p.m.'],
    ['done', 'exchange', 'was swapped at 2:05 PM', 'se cambio a las 2:05 p.m.'],
    ['done', 'dump_and_return', 'was emptied and returned at 2:05 PM', 'se vacio y devolvio a las 2:05 p.m.'],
    ['done', 'final_pickup', 'was picked up at 2:05 PM', 'se recogio a las 2:05 p.m.'],
    ['cancelled', 'delivery', 'was cancelled on Nov 23', 'se cancelo el 23/11'],
  ])('%s of a %s', (stage, kind, inEnglish, inSpanish) => {
    expect(says(stage, kind)).toBe(`QDN-1042 ${inEnglish}`);
    expect(says(stage, kind, {}, spanish)).toBe(`QDN-1042 ${inSpanish}`);
  });

  test('names the day of a time that is not today’s', () => {
    const since = NOW - 24 * 60 * MINUTE;
    expect(says('done', 'delivery', { since })).toBe('QDN-1042 was delivered on Nov 22 at 2:12 PM');
    expect(says('done', 'delivery', { since }, spanish)).toBe('QDN-1042 se entrego el 22/11 a las 2:12 p.m.');
    expect(stageLabel(viewIn('done', 'delivery', { since }), english)).toBe('delivered Nov 22, 2:12 PM');
  });

  test('drops a scheduled time that is over', () => {
    const scheduledFor = NOW - 3 * 60 * MINUTE;
    expect(says('scheduled', 'delivery', { scheduledFor })).toBe(
      'QDN-1042 is scheduled for Nov 23 and has not set out yet',
    );
    expect(says('scheduled', 'delivery', { scheduledFor }, spanish)).toBe(
      'QDN-1042 esta programado para el 23/11 y aun no ha salido',
    );
    expect(says('scheduled', 'delivery', { scheduledFor: null })).toBe('QDN-1042 is scheduled');
  });

  test('of a job that could not be done names the work and the visit', () => {
    expect(says('failed', 'delivery')).toBe('QDN-1042 could not be delivered when we came by at 2:05 PM');
    expect(says('failed', 'final_pickup', {}, spanish)).toBe(
      'QDN-1042 sigue pendiente: pasamos a las 2:05 p.m. y no pudimos recoger su remolque',
    );
  });

  test('names the empty trailer of a swap', () => {
    expect(says('on_the_way', 'exchange')).toBe('QDN-1042 is on the way with your empty trailer, ETA 2:25-2:40 PM');
    expect(says('on_the_way', 'exchange', {}, spanish)).toBe(
      'QDN-1042 esta en camino con su remolque vacio, llegada 2:25-2:40 PM',
    );
  });

  test('promises no minute near the end', () => {
    const soon = { ...eta, earliest: NOW, likely: NOW + 2 * MINUTE, latest: NOW + 6 * MINUTE };
    expect(says('on_the_way', 'delivery', { eta: soon })).toBe('QDN-1042 is on the way, arriving in a few minutes');
    const begun = { ...soon, likely: NOW + 4 * MINUTE };
    expect(says('on_the_way', 'delivery', { eta: begun })).toBe('QDN-1042 is on the way, ETA before 2:20 PM');
    expect(arrivalWords(begun, spanish)).toBe('llegada antes de las 2:20 p.m.');
  });

  test('names the last position of a trailer that is lost', () => {
    const trail = [aFix({ at: NOW - 41 * MINUTE })];
    expect(says('on_the_way', 'delivery', { eta: null, trail })).toBe(
      'QDN-1042 is on the way, last position at 1:31 PM',
    );
    expect(says('on_the_way', 'delivery', { eta: null })).toBe('QDN-1042 is on the way');
  });

  test('counts the trailers of several that are done', () => {
    const some = { trailerCount: 2, trailersDone: { count: 1, at: NOW - 52 * MINUTE } };
    expect(says('on_the_way', 'delivery', some)).toBe(
      'QDN-1042: 1 of 2 delivered at 1:20 PM, the next one is on the way, ETA 2:25-2:40 PM',
    );
    expect(says('under_way', 'delivery', some)).toBe(
      'QDN-1042: 1 of 2 delivered at 1:20 PM, the next one is still to come',
    );
    expect(stageLabel(viewIn('on_the_way', 'delivery', some), english)).toBe(
      '1 of 2 delivered 1:20 PM, next on the way',
    );
  });

  test('has its short form for dispatchers', () => {
    const labels = (kind: JobKind) => CUSTOMER_STAGES.map((stage) => stageLabel(viewIn(stage, kind), english));
    expect(labels('dump_and_return')).toEqual([
      'scheduled for Nov 24, 2:00 PM',
      'on the road, another stop first',
      'on the way to pick up',
      'at the site since 2:05 PM',
      'picked up 2:05 PM, being emptied',
      'on the way back',
      'back at the site since 2:05 PM',
      'emptied and returned 2:05 PM',
      'could not be emptied and returned 2:05 PM',
      'cancelled',
    ]);
    expect(JOB_KINDS.map((kind) => labels(kind)[7])).toEqual([
      'delivered 2:05 PM',
      'swapped 2:05 PM',
      'emptied and returned 2:05 PM',
      'picked up 2:05 PM',
    ]);
  });
});

test('answers of every stage and kind are one segment in GSM-7, with the link', () => {
  for (const wording of [english, spanish])
    for (const kind of JOB_KINDS)
      for (const stage of CUSTOMER_STAGES) {
        const text = answerText([{ job: aJob(), view: viewIn(stage, kind), link: LINK }], wording);
        expect([text, new SegmentedMessage(text).encodingName, segments(text)]).toEqual([text, 'GSM-7', 1]);
        expect(text).toMatch(/^QDN-1042 [^\n]*[^.]\.\nhttps|p\.m\.\nhttps/);
      }
});

test('an answer about two jobs has a line and a link of each', () => {
  const answer = answerText(
    [
      { job: aJob(), view: viewIn('on_the_way'), link: 'https://x.example/a' },
      {
        job: { ...aJob(), id: 'QDN-7' as ReturnType<typeof aJob>['id'] },
        view: viewIn('scheduled'),
        link: 'https://x.example/b',
      },
    ],
    english,
  );
  expect(answer).toBe(
    'QDN-1042 is on the way, ETA 2:25-2:40 PM.\nhttps://x.example/a\nQDN-7 is scheduled for Nov 24, 2:00 PM.\nhttps://x.example/b',
  );
});

describe('a notice', () => {
  const notice = (
    what: (typeof NOTICE_KINDS)[number],
    stage: CustomerStage,
    kind: JobKind,
    wording = english,
    range: Eta | null = eta,
  ) => noticeText(what, 'QuickDumpNow', { job: aJob(), view: viewIn(stage, kind), link: 'LINK' }, range, wording);

  test('that a trailer has arrived names the kind and the local time', () => {
    expect(JOB_KINDS.map((kind) => notice('arrived', 'at_site', kind))).toEqual([
      'QuickDumpNow: Your delivery is here. It arrived at 2:05 PM.',
      'QuickDumpNow: Your swap is here. It arrived at 2:05 PM.',
      'QuickDumpNow: We are here to pick up your trailer. We arrived at 2:05 PM.',
      'QuickDumpNow: We are here to pick up your trailer. We arrived at 2:05 PM.',
    ]);
    expect(notice('arrived', 'back', 'dump_and_return')).toBe(
      'QuickDumpNow: Your empty trailer is here again. It arrived at 2:05 PM.',
    );
    expect(notice('arrived', 'at_site', 'delivery', spanish)).toBe(
      'QuickDumpNow: Su entrega ya esta aqui. Llego a las 2:05 p.m.',
    );
  });

  test('that the job is done names its result and the local time', () => {
    expect(JOB_KINDS.map((kind) => notice('completed', 'done', kind))).toEqual([
      'QuickDumpNow: QDN-1042 was delivered at 2:05 PM. Thank you!',
      'QuickDumpNow: QDN-1042 was swapped at 2:05 PM. Thank you!',
      'QuickDumpNow: QDN-1042 was emptied and returned at 2:05 PM. Thank you!',
      'QuickDumpNow: QDN-1042 was picked up at 2:05 PM. Thank you!',
    ]);
    expect(notice('completed', 'done', 'delivery', spanish)).toBe(
      'QuickDumpNow: QDN-1042 se entrego a las 2:05 p.m. Gracias.',
    );
  });

  test('about a way to the customer names what comes, and the range that the page shows', () => {
    expect(notice('on-the-way', 'on_the_way', 'delivery')).toBe(
      'QuickDumpNow: Your trailer is on the way. ETA 2:25-2:40 PM.\nLINK',
    );
    expect(notice('on-the-way', 'on_the_way', 'exchange', english, null)).toBe(
      'QuickDumpNow: Your empty trailer is on the way.\nLINK',
    );
    expect(notice('on-the-way', 'on_the_way', 'final_pickup', english, null)).toBe(
      'QuickDumpNow: We are on the way to you to pick up your trailer.\nLINK',
    );
    expect(notice('on-the-way', 'on_the_way_back', 'dump_and_return', english, null)).toBe(
      'QuickDumpNow: Your trailer is on the way back to you.\nLINK',
    );
    expect(notice('delayed', 'on_the_way', 'delivery')).toBe(
      'QuickDumpNow: Your trailer is running late. New ETA 2:25-2:40 PM.\nLINK',
    );
    expect(notice('arriving-soon', 'on_the_way', 'final_pickup', spanish)).toBe(
      'QuickDumpNow: Su recogida esta por llegar. Llegada 2:25-2:40 PM.\nLINK',
    );
  });

  test('is one segment in GSM-7, of every stage and kind', () => {
    for (const wording of [english, spanish])
      for (const what of NOTICE_KINDS)
        for (const kind of JOB_KINDS)
          for (const stage of ['on_the_way', 'on_the_way_back', 'at_site', 'back', 'done'] as const) {
            const view = viewIn(stage, kind);
            const text = noticeText(what, 'QuickDumpNow', { job: aJob(), view, link: LINK }, eta, wording);
            expect([text, new SegmentedMessage(text).encodingName, segments(text)]).toEqual([text, 'GSM-7', 1]);
          }
  });
});

describe('an arrival range', () => {
  const on = (day: number, hour: number, minute: number) => Date.UTC(2026, 10, day, hour + 6, minute);
  const range = (from: number, to: number, wording = english) => etaWords({ earliest: from, latest: to }, wording);

  test('is in the company’s time zone', () => {
    expect(range(on(23, 14, 25), on(23, 14, 40))).toBe('2:25-2:40 PM');
    expect(range(on(23, 14, 25), on(23, 14, 40), { ...english, timeZone: 'America/New_York' })).toBe('3:25-3:40 PM');
  });

  test('has AM and PM across noon, and one time within a minute', () => {
    expect(range(on(23, 11, 50), on(23, 12, 10))).toBe('11:50 AM-12:10 PM');
    expect(range(on(23, 11, 50), on(23, 11, 50))).toBe('11:50 AM');
  });

  test('names its days over midnight, and its day when that is not today', () => {
    expect(range(on(23, 17, 46), on(24, 14, 41))).toBe('Mon 5:46 PM-Tue 2:41 PM');
    expect(range(on(23, 23, 50), on(24, 0, 20))).toBe('Mon 11:50 PM-Tue 12:20 AM');
    expect(range(on(24, 8, 5), on(24, 8, 40))).toBe('Tue 8:05-8:40 AM');
    expect(range(on(23, 17, 46), on(24, 14, 41), spanish)).toBe('lun 5:46 PM-mar 2:41 PM');
  });

  test('that has begun names the day of its end', () => {
    const until = (at: number, wording = english) => arrivalWords({ earliest: NOW, latest: at }, wording);
    expect(until(on(23, 14, 40))).toBe('ETA before 2:40 PM');
    expect(until(on(24, 0, 20))).toBe('ETA before Tue 12:20 AM');
    expect(until(on(25, 0, 20), spanish)).toBe('llegada antes de las 12:20 a.m. del mie');
  });
});
