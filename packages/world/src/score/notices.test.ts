import { describe, expect, test } from '@jest/globals';
import { besideSite, clockTime, type Drive, SITE, truthOf, viewOf } from '../testing/truths.ts';
import { judgeNotices, type Notice, type NoticeFacts, noticeOf, tallyNotices, tallyPages } from './notices.ts';
import type { PageView } from './observations.ts';

const ANN = '+12055550100';
const BOB = '+12055550101';
const delivery: Drive = { jobId: 'QDN-1', setOut: '9:00', arrived: '9:30', left: '9:50' };
const KINDS: readonly Notice[] = ['on-the-way', 'arriving-soon', 'arrived', 'completed', 'delayed'];
const text = (clock: string, body: string, to = ANN) => ({
  ...{ at: clockTime(clock), from: '+15125550142', to, media: [] },
  body: `QuickDumpNow: ${body}`,
});
const RIGHT = [
  text('9:02', 'Your trailer is on the way. ETA 9:20-9:40 AM.'),
  text('9:21', 'Your trailer is almost there.'),
  text('9:31', 'Your trailer has arrived.'),
  text('9:52', 'QDN-1 is complete. Thank you!'),
];
const facts = (changes: Partial<NoticeFacts>): NoticeFacts => ({
  ...{ truths: [truthOf([delivery])], texts: RIGHT, views: [], kinds: KINDS, timeZone: 'America/Chicago' },
  customers: new Map([
    ['QDN-1', { phone: ANN, place: SITE }],
    ['QDN-9', { phone: BOB, place: besideSite(5000) }],
  ]),
  ...changes,
});

describe('the judge of notices', () => {
  test('accepts each notice once and in time', () => {
    expect(tallyNotices(facts({}))).toEqual({
      ...{ due: 4, missing: 0, early: 0, late: 0, false: 0, doubled: 0 },
      latenessS: [120, 60, 60, 120],
    });
  });

  test('counts missing, doubled, early and late notices', () => {
    expect(tallyNotices(facts({ texts: RIGHT.slice(1) })).missing).toBe(1);
    expect(tallyNotices(facts({ texts: [...RIGHT, text('9:33', 'Your trailer has arrived.')] })).doubled).toBe(1);
    const early = RIGHT.with(2, text('9:15', 'Your trailer has arrived.'));
    expect(tallyNotices(facts({ texts: early }))).toMatchObject({ early: 1, missing: 0, false: 0 });
    const late = RIGHT.with(3, text('11:20', 'QDN-1 is complete. Thank you!'));
    expect(tallyNotices(facts({ texts: late }))).toMatchObject({ late: 1, missing: 0 });
  });

  test('counts a notice to a customer without a trailer on its way as false', () => {
    const wrong = RIGHT.with(0, text('9:02', 'Your trailer is on the way.', BOB));
    expect(tallyNotices(facts({ texts: wrong }))).toMatchObject({ false: 1, missing: 1 });
    expect(tallyNotices(facts({ texts: [...RIGHT, text('16:00', 'Your trailer has arrived.')] })).false).toBe(1);
  });

  test('asks for no notice in quiet hours, and counts those sent as false', () => {
    const dawn = truthOf([{ jobId: 'QDN-1', setOut: '6:30', arrived: '6:55', left: '7:20' }]);
    expect(tallyNotices(facts({ truths: [dawn], texts: [] }))).toMatchObject({ due: 0, missing: 0 });
    const sent = [text('6:31', 'Your trailer is on the way.')];
    expect(tallyNotices(facts({ truths: [dawn], texts: sent })).false).toBe(1);
  });

  test('asks for no warning of a leg of some minutes, and for none at a dump site', () => {
    const short = truthOf([
      { jobId: 'QDN-1', setOut: '9:00', arrived: '9:04', left: '9:20' },
      { jobId: 'QDN-1', stop: 1, kind: 'dump_site', setOut: '9:20', arrived: '9:50', left: '10:10' },
    ]);
    const texts = [text('9:05', 'Your trailer has arrived.'), text('10:12', 'QDN-1 is complete. Thank you!')];
    expect(tallyNotices(facts({ truths: [short], texts }))).toMatchObject({ due: 2, missing: 0, false: 0 });
  });

  test('allows a notice of a delay, and leaves other texts alone', () => {
    const texts = [...RIGHT, text('9:10', 'Your trailer is running late. New ETA 9:40 AM.'), text('9:12', 'Yes, at 3')];
    expect(tallyNotices(facts({ texts }))).toMatchObject({ false: 0, doubled: 0, missing: 0 });
    expect(noticeOf('Dana: we are on the way back to the yard')).toBeNull();
  });
});

describe('the kind of a notice', () => {
  test.each<[Notice, string]>([
    ['on-the-way', 'Su remolque esta en camino. Llegada 9:25-9:30 AM.'],
    ['on-the-way', 'Su recogida esta en camino de regreso.'],
    ['arriving-soon', 'Su remolque vacio esta por llegar.'],
    ['arrived', 'Ya estamos aqui para recoger su remolque. Llegamos a las 9:25 a.m.'],
    ['arrived', 'Su entrega ya esta aqui. Llego a las 9:25 a.m.'],
    ['delayed', 'Su remolque viene con retraso.'],
    ['completed', 'QDN-1 se vacio y devolvio a las 9:25 a.m. Gracias.'],
  ])('is %s in Spanish: %s', (kind, body) => {
    expect(noticeOf(`QuickDumpNow: ${body}`)).toBe(kind);
  });

  test('is null for words of the team in Spanish', () => {
    for (const words of ['ya va pasando el puente', 'si se cambio el porton no hay problema'])
      expect(noticeOf(`QuickDumpNow: ${words}`)).toBeNull();
  });
});

describe('the judge of pages', () => {
  const pages = (...views: PageView[]) => tallyPages(facts({ views }));
  const at = (clock: string, eastM: number) => ({ ...besideSite(eastM), at: clockTime(clock) });

  test('accepts the customer’s own leg, and the trailer at the site', () => {
    expect(
      pages(
        viewOf('QDN-1', '9:10', { position: at('9:09', 4000), trail: [at('9:02', 6000)] }),
        viewOf('QDN-1', '9:45', { position: at('9:44', 20) }),
        viewOf('QDN-1', '12:00', { status: 'completed' }),
      ),
    ).toEqual({ views: 3, leaks: 0, wrongPlaces: 0, failed: 0 });
  });

  test('counts a place before or after the customer’s own leg, and the place of another stop', () => {
    expect(pages(viewOf('QDN-1', '8:40', { position: at('8:39', 4000) })).leaks).toBe(1);
    expect(pages(viewOf('QDN-1', '10:40', { position: at('10:39', 4000) })).leaks).toBe(1);
    expect(pages(viewOf('QDN-1', '9:10', { trail: [at('8:30', 4000)] })).leaks).toBe(1);
    expect(pages(viewOf('QDN-1', '9:10', { stop: { kind: 'dump_site', place: besideSite(8000) } })).leaks).toBe(1);
  });

  test('allows the company’s own yard at any time', () => {
    const views = [viewOf('QDN-1', '8:40', { position: at('8:39', 4000) })];
    expect(tallyPages(facts({ views, openPlaces: [besideSite(4100)] })).leaks).toBe(0);
  });

  test('counts an arrival time after the last visit, positions of another trailer, and failed pages', () => {
    const range = { earliest: clockTime('11:00'), likely: clockTime('11:05'), latest: clockTime('11:10') };
    expect(pages(viewOf('QDN-1', '10:40', { range })).leaks).toBe(1);
    expect(pages(viewOf('QDN-1', '9:10', { position: at('9:09', 4000), besideM: 5000 })).wrongPlaces).toBe(1);
    expect(pages(viewOf('QDN-1', '9:10', { responded: 503 })).failed).toBe(1);
  });

  test('names each figure once', () => {
    const names = judgeNotices(facts({})).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
