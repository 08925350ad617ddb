import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { answerIn, NOW, STATE_NAMES, type StateName } from './testing/answers.ts';
import { parseTracking, type Tracking } from './tracking.ts';
import { describe as describeState, type Settings, type TrackingState, type TrackingView } from './view.ts';
import { LANGUAGES, type Language, speechFor } from './words/index.ts';

const MINUTE = 60_000;
const company = {
  name: 'QuickDumpNow',
  phone: '+15125550100',
  textNumber: '+15125550142',
  timeZone: 'America/Chicago',
};
const settings = (language: Language = 'en'): Settings => ({ speech: speechFor(language, []), units: null, company });

const trackingIn = (state: StateName): Tracking => {
  const tracking = parseTracking(answerIn(state));
  if (!tracking) throw new Error(`The example of ${state} is no answer`);
  return tracking;
};
const following = (
  tracking: Tracking,
  more: Partial<Extract<TrackingState, { kind: 'following' }>> = {},
): TrackingState => ({
  kind: 'following',
  tracking,
  newsAt: NOW,
  trouble: null,
  checking: false,
  ...more,
});
const plain = (view: TrackingView): TrackingView =>
  JSON.parse(JSON.stringify(view).replace(/[\u202f\u2009\u00a0]/g, ' '));
const shown = (state: TrackingState, at = NOW, language: Language = 'en'): TrackingView => {
  const view = describeState(state, at, settings(language));
  if (!view) throw new Error('Nothing is shown');
  // `plain` loses functions; the map is looked at as it is.
  return { ...plain(view), map: view.map };
};
const viewOf = (state: StateName, at = NOW, language: Language = 'en') =>
  shown(following(trackingIn(state)), at, language);
const factsOf = (view: TrackingView) => Object.fromEntries(view.facts.map(({ label, value }) => [label, value]));
const currentStage = (view: TrackingView) => view.stages.find(({ state }) => state === 'current')?.label;

describe('the words of each state', () => {
  test('on the way: the sentence, the range, the zone, the distance, the age', () => {
    const view = viewOf('on-the-way');
    expect(view).toMatchObject({
      tone: 'moving',
      title: 'On the way to you · QuickDumpNow',
      eyebrow: 'Dump and return · QDN-1042',
      headline: 'On the way to you',
      arrival: 'in about 20 minutes',
      when: '2:25 – 2:35 PM',
      zone: 'Central Time',
      note: null,
      notice: null,
      emblem: null,
      mapText: 'In a straight line, the trailer is 3 mi south-east of your site.',
    });
    expect(factsOf(view)).toEqual({ Trailers: '1', Distance: '4.5 mi to go', Position: 'Just now' });
    expect(currentStage(view)).toBe('On the way');
  });

  test('nearby: any minute, and only the end of the range', () => {
    expect(viewOf('nearby')).toMatchObject({ arrival: 'any minute now', when: 'before 2:15 PM' });
  });

  test('scheduled: the day, and no map', () => {
    expect(viewOf('scheduled')).toMatchObject({
      tone: 'waiting',
      headline: 'Scheduled for Saturday',
      when: 'Saturday, March 7, around 9:00 AM',
      zone: 'Central Time',
      map: null,
      emblem: 'calendar',
    });
  });

  test.each([
    ['2026-03-05T23:00:00Z', 'Scheduled for today'],
    ['2026-03-06T15:00:00Z', 'Scheduled for tomorrow'],
    ['2026-03-11T15:00:00Z', 'Scheduled for Wednesday'],
    ['2026-03-12T15:00:00Z', 'Scheduled for March 12'],
    ['2026-03-04T15:00:00Z', 'Scheduled for March 4'],
  ])('scheduled for %s reads "%s"', (time, headline) => {
    const tracking = { ...trackingIn('scheduled'), scheduledFor: Date.parse(time) };
    expect(shown(following(tracking)).headline).toBe(headline);
  });

  test('scheduled for a time that is over: the day alone', () => {
    const late = { ...trackingIn('scheduled'), scheduledFor: NOW - 3 * 60 * MINUTE };
    expect(shown(following(late))).toMatchObject({
      headline: 'Scheduled for today',
      when: 'Thursday, March 5',
      lead: 'Your trailer has not set out yet. For an update, call or text us.',
      calendar: null,
    });
    expect(shown(following({ ...late, scheduledFor: NOW - 60 * MINUTE })).when).toMatch(/around 1:12 PM$/);
  });

  test('scheduled without a day says so', () => {
    const view = shown(following({ ...trackingIn('scheduled'), scheduledFor: null }));
    expect(view).toMatchObject({ headline: 'Scheduled', when: null, zone: null });
    expect(view.lead).toMatch(/No date has been set yet/);
  });

  test('a scheduled job shows no position even where there is one', () => {
    const tracking: Tracking = { ...trackingIn('on-the-way'), stage: 'scheduled', scheduledFor: NOW + MINUTE };
    expect(shown(following(tracking))).toMatchObject({ map: null, mapText: null });
  });

  test('at the site: since when, with the trailer’s place', () => {
    expect(viewOf('at-site')).toMatchObject({
      tone: 'here',
      headline: 'Your trailer is here',
      arrival: null,
      when: 'Arrived at 2:05 PM',
      mapText: 'The trailer is at your site.',
    });
    expect(shown(following({ ...trackingIn('at-site'), trailerCount: 2 })).headline).toBe('Your trailers are here');
  });

  test('away with the trailer: since when, and no map of the company’s own stops', () => {
    const view = viewOf('away');
    expect(view).toMatchObject({
      headline: 'Being emptied',
      lead: 'We will bring it back to you.',
      arrival: null,
      when: 'Picked up at 2:06 PM',
      map: null,
      note: { text: 'The map shows the trailer while it is on its way to you or at your site.', urgent: false },
    });
    expect(currentStage(view)).toBe('Picked up');
    expect(factsOf(view)).toEqual({});
    expect(shown(following({ ...trackingIn('away'), kind: 'exchange' })).headline).toBe('Picked up');
  });

  test('on the way back, and back', () => {
    expect(viewOf('on-the-way-back').headline).toBe('On the way back to you');
    expect(currentStage(viewOf('on-the-way-back'))).toBe('Returning');
    expect(viewOf('back')).toMatchObject({ headline: 'Your trailer is back', when: 'Arrived at 2:05 PM' });
    expect(currentStage(viewOf('back'))).toBe('Returned');
  });

  test('another stop first: not yet to you, and no name of it', () => {
    const view = viewOf('under-way');
    expect(view).toMatchObject({ headline: 'On the road', when: null, map: null });
    expect(view.lead).toMatch(/^There is another stop first\./);
    expect(currentStage(view)).toBe('On the way');
  });

  test('a trailer that comes to be picked up', () => {
    const view = viewOf('to-pick-up');
    expect(view).toMatchObject({
      headline: 'On the way to pick up your trailer',
      lead: 'Please keep it accessible.',
      when: '2:25 – 2:35 PM',
    });
    expect(view.stages.map(({ label }) => label)).toEqual(['Scheduled', 'On the way', 'At your site', 'Picked up']);
    const here = { ...trackingIn('to-pick-up'), stage: 'at_site' } as const;
    expect(shown(following(here)).headline).toBe('We are here to pick up your trailer');
    const emptied = { ...trackingIn('to-pick-up'), kind: 'dump_and_return' } as const;
    expect(shown(following(emptied)).lead).toMatch(/^We will bring it back empty\./);
  });

  test('a trailer that comes to be swapped', () => {
    const swap = trackingIn('several-trailers');
    expect(shown(following(swap)).headline).toBe('Your empty trailer is on the way');
    expect(shown(following({ ...swap, stage: 'at_site' })).headline).toBe('We are here for the swap');
  });

  test.each<[StateName, string, string]>([
    ['delivered', 'Delivered 2:05 PM', 'Your trailer was delivered. Thank you!'],
    ['swapped', 'Swapped 2:05 PM', 'Your trailer was swapped. Thank you!'],
    ['picked-up', 'Picked up 2:05 PM', 'Your trailer was picked up. Thank you!'],
    ['completed', 'Returned 1:50 PM', 'Your trailer was emptied and returned. Thank you!'],
    ['after-last-stop', 'Returned 2:06 PM', 'Your trailer was emptied and returned. Thank you!'],
  ])('%s: the result and its time, and nothing of what comes after', (state, headline, lead) => {
    const view = viewOf(state);
    expect(view).toMatchObject({ tone: 'done', headline, lead, map: null, mapText: null, note: null, arrival: null });
    expect(view.stages.every(({ state }) => state === 'done')).toBe(true);
    expect(view.stages.at(-1)?.label).toBe(headline.replace(/ \d.*/, ''));
    expect(view.when).toMatch(/^Thursday, March 5, /);
  });

  test('a result of another day is said with its day', () => {
    expect(viewOf('delivered', NOW + 24 * 60 * MINUTE).headline).toBe('Delivered yesterday, 2:05 PM');
    expect(viewOf('delivered', NOW + 9 * 24 * 60 * MINUTE).headline).toBe('Delivered March 5, 2:05 PM');
    expect(viewOf('picked-up', NOW + 9 * 24 * 60 * MINUTE, 'es').headline).toBe('Recogido el 5 de marzo, 2:05 p.m.');
  });

  test('of two trailers, the one that is done', () => {
    expect(viewOf('one-of-two')).toMatchObject({
      headline: 'On the way to you',
      lead: '1 of 2 delivered at 1:20 PM.',
      when: '2:25 – 2:35 PM',
    });
    const waiting = { ...trackingIn('one-of-two'), stage: 'under_way', position: null, eta: null } as const;
    expect(shown(following(waiting))).toMatchObject({ headline: 'On the road', lead: '1 of 2 delivered at 1:20 PM.' });
    expect(viewOf('one-of-two', NOW, 'es').lead).toBe('1 de 2: entregado a la 1:20 p.m.');
  });

  test('failed: the visit, the work that was not possible, and a way to agree on a new time', () => {
    expect(viewOf('failed')).toMatchObject({
      headline: 'We came by at 2:05 PM',
      lead: 'We could not deliver your trailer. Call or text us to agree on a new time.',
      tone: 'problem',
      emblem: 'cross',
      stages: [],
      facts: [],
      map: null,
      calendar: null,
    });
  });

  test('cancelled: no stages, no facts', () => {
    expect(viewOf('cancelled')).toMatchObject({
      headline: 'This job was cancelled',
      when: 'Thursday, March 5',
      stages: [],
      facts: [],
    });
  });

  test('several trailers: how many, and which one the map shows', () => {
    const view = viewOf('several-trailers');
    expect(factsOf(view)['Trailers']).toBe('2');
    expect(view.mapText).toMatch(/nearest of 2 trailers/);
  });

  test.each([
    ['missing', 'Open the link from our text'],
    ['unreadable', 'This link is incomplete'],
    ['expired', 'This link has expired'],
    ['revoked', 'This link no longer works'],
  ] as const)('a %s link offers help', (problem, headline) => {
    const view = shown({ kind: 'link', problem });
    expect(view).toMatchObject({ tone: 'problem', headline, retry: null, map: null });
    expect(view.textUs).toEqual({ label: 'Text us', detail: '(512) 555-0142', href: 'sms:+15125550142' });
  });

  test('no answer at all: whose fault it is, and a way to try again', () => {
    expect(shown({ kind: 'unreached', trouble: 'server' })).toMatchObject({
      headline: 'We cannot see your trailer right now',
      retry: 'Try now',
    });
    expect(shown({ kind: 'unreached', trouble: 'offline' }).headline).toBe('You are offline');
  });

  test('in Spanish', () => {
    expect(viewOf('on-the-way', NOW, 'es')).toMatchObject({
      headline: 'En camino hacia usted',
      arrival: 'en unos 20 minutos',
      zone: 'hora central',
      mapText: 'En línea recta, el remolque está a 3 mi al sureste de su sitio.',
    });
    expect(viewOf('at-site', NOW - 60 * MINUTE, 'es').when).toMatch(/^Llegó a las 2:05/);
  });
});

describe('the calendar event', () => {
  test('is the day of a scheduled job, for an hour', () => {
    const { calendar } = viewOf('scheduled');
    const { scheduledFor } = trackingIn('scheduled');
    expect(calendar).toMatchObject({
      label: 'Add to calendar',
      event: { id: 'QDN-1042', start: scheduledFor, end: (scheduledFor ?? 0) + 60 * MINUTE },
    });
    expect(calendar?.event.description).toContain('(512) 555-0142');
  });

  test('is the range of an expected arrival, at the customer’s site', () => {
    const { eta, stop } = trackingIn('on-the-way');
    expect(viewOf('on-the-way', NOW, 'es').calendar).toMatchObject({
      label: 'Agregar al calendario',
      event: { start: eta?.earliest, end: eta?.latest, place: stop?.ring },
    });
  });

  test('is nothing where there is nothing to wait for', () => {
    for (const state of ['at-site', 'completed', 'cancelled', 'lost'] as const)
      expect(viewOf(state).calendar).toBeNull();
    expect(shown({ kind: 'unreached', trouble: 'offline' }).calendar).toBeNull();
  });
});

describe('the position’s age', () => {
  const positionAfter = (ms: number) => factsOf(viewOf('on-the-way', NOW + ms))['Position'];

  test('is said in seconds, minutes, and then as the time of day', () => {
    expect(positionAfter(0)).toBe('Just now');
    expect(positionAfter(32_000)).toBe('35 s ago');
    expect(positionAfter(3 * MINUTE)).toBe('3 min ago');
    expect(positionAfter(90 * MINUTE)).toBe('2:11 PM');
  });

  test('a position of minutes ago is explained, without alarm', () => {
    expect(viewOf('recent').note).toEqual({
      text: 'Last position 4 minutes ago. Signal is patchy here. The next update should arrive soon.',
      urgent: false,
    });
  });

  test('a parked trailer reports less often', () => {
    const tracking = trackingIn('recent');
    const position = tracking.position && { ...tracking.position, speedMps: 0 };
    expect(shown(following({ ...tracking, position })).note?.text).toMatch(/parked trailer/);
  });

  test.each([
    ['battery_low', /battery was nearly empty/, true],
    ['no_signal', /lost its signal/, true],
    ['parked', /parked trailer/, false],
    [null, /no signal or power/, true],
  ] as const)('a lost trailer’s %p is said, with what to do about it', (cause, text, urgent) => {
    const tracking = trackingIn('lost');
    const position = tracking.position && { ...tracking.position, cause };
    const { note } = shown(following({ ...tracking, position }));
    expect(note?.text).toMatch(text);
    expect(note?.urgent).toBe(urgent);
  });

  test('a lost trailer has no arrival time, and asks to call', () => {
    const view = viewOf('lost');
    expect(view).toMatchObject({ arrival: null, when: 'Arrival time not known yet', note: { urgent: true } });
    expect(view.note?.text).toMatch(/since 1:31 PM/);
    expect(view.map?.trailer.fresh).toBe(false);
  });

  test('an arrival time that rests on a lost position is shown while it lies ahead, as in a text', () => {
    const tracking = { ...trackingIn('lost'), eta: trackingIn('on-the-way').eta };
    expect(shown(following(tracking))).toMatchObject({
      arrival: null,
      when: '2:25 – 2:35 PM',
      note: { urgent: true },
    });
    expect(shown(following(tracking), NOW + 30 * MINUTE)).toMatchObject({ when: 'Arrival time not known yet' });
  });

  test('a trailer that has arrived may fall silent', () => {
    expect(viewOf('at-site', NOW + 60 * MINUTE).note).toMatchObject({ urgent: false });
  });

  test('grows by the server’s clock while there is no news', () => {
    const view = shown(following(trackingIn('on-the-way'), { trouble: 'server' }), NOW + 2 * MINUTE);
    expect(view).toMatchObject({ notice: 'No update since 2:12 PM. We keep trying.', retry: 'Try now' });
    expect(factsOf(view)['Position']).toBe('2 min ago');
  });

  test('is not claimed after waking up, before the first answer', () => {
    const view = shown(following(trackingIn('on-the-way'), { checking: true }));
    expect(factsOf(view)['Position']).toBe('Checking…');
    expect(view.note).toBeNull();
  });

  test('an arrival time that has passed without news is not repeated', () => {
    const view = shown(
      following({ ...trackingIn('on-the-way'), position: null }, { trouble: 'offline' }),
      NOW + 30 * MINUTE,
    );
    expect(view).toMatchObject({ arrival: null, when: 'Arrival time not known yet' });
    expect(view.notice).toBe('You are offline. Last updated at 2:12 PM.');
  });
});

describe('a time of another day', () => {
  const DAY = 24 * 60 * MINUTE;
  const says = (state: StateName, days: number, language: Language = 'en') =>
    shown(following(trackingIn(state)), NOW + days * DAY, language);

  test.each<[number, Language, string]>([
    [0, 'en', 'Arrived at 2:05 PM'],
    [1, 'en', 'Arrived yesterday at 2:05 PM'],
    [3, 'en', 'Arrived Thursday at 2:05 PM'],
    [9, 'en', 'Arrived March 5 at 2:05 PM'],
    [1, 'es', 'Llegó ayer a las 2:05 p.m.'],
    [3, 'es', 'Llegó el jueves a las 2:05 p.m.'],
    [9, 'es', 'Llegó el 5 de marzo a las 2:05 p.m.'],
  ])('after %s days, in %s: %s', (days, language, when) => {
    expect(says('at-site', days, language).when).toBe(when);
  });

  test('is said with its day wherever it is said', () => {
    const silent = says('on-the-way', 2);
    expect(factsOf(silent)['Position']).toBe('Thursday, 2:11 PM');
    expect(silent.note?.text).toContain('No position since Thursday at 2:11 PM.');
    expect(says('on-the-way', 2, 'es').note?.text).toContain(
      'Sin posición desde el jueves a las 2:11 p.m. Quizá el rastreador',
    );
    const offline = shown(following(trackingIn('on-the-way'), { trouble: 'offline' }), NOW + DAY);
    expect(offline.notice).toBe('You are offline. Last updated yesterday at 2:12 PM.');
    const trouble = shown(following(trackingIn('on-the-way'), { trouble: 'network' }), NOW + DAY, 'es');
    expect(trouble.notice).toBe('Sin actualizaciones desde ayer a las 2:12 p.m. Seguimos intentándolo.');
  });
});

test('several trailers are several in the end, too', () => {
  const ended = { ...trackingIn('completed'), trailerCount: 2 };
  expect(shown(following(ended), NOW).lead).toBe('Your trailers were emptied and returned. Thank you!');
  expect(factsOf(shown(following(ended), NOW))).toEqual({ Trailers: '2' });
});

test('a job without trailers has no number of them', () => {
  const none = { ...trackingIn('scheduled'), trailerCount: 0 };
  expect(factsOf(shown(following(none), NOW))).toEqual({});
});

describe('in any state, at any time, in any language', () => {
  const anyMoment = fc.record({
    state: fc.constantFrom(...STATE_NAMES),
    language: fc.constantFrom(...LANGUAGES),
    later: fc.integer({ min: -5 * MINUTE, max: 10 * 24 * 60 * MINUTE }),
    trouble: fc.constantFrom(null, 'offline' as const, 'network' as const, 'server' as const),
    checking: fc.boolean(),
    trailerCount: fc.nat(10),
  });
  const anyView = anyMoment.map(({ state, language, later, trouble, checking, trailerCount }) => {
    const tracking = { ...trackingIn(state), trailerCount };
    return { tracking, view: shown(following(tracking, { trouble, checking }), NOW + later, language) };
  });

  test('there is a headline, a job, and both ways to reach us', () => {
    fc.assert(
      fc.property(anyView, ({ view }) => {
        expect(view.headline).not.toBe('');
        expect(view.eyebrow).toMatch(/QDN-\d+/);
        expect(view.textUs.href).toMatch(/^sms:\+1/);
        expect(view.callUs.href).toMatch(/^tel:\+1/);
      }),
    );
  });

  test('nothing reads as a slip of the program', () => {
    fc.assert(
      fc.property(anyView, ({ view }) => {
        expect(JSON.stringify(view)).not.toMatch(/undefined|NaN|Invalid|Infinity|\[object| {2}|\.\.|-\d+ (min|s) /);
      }),
    );
  });

  test('an ended job has no position, no arrival and no age', () => {
    fc.assert(
      fc.property(anyView, ({ tracking, view }) => {
        if (!['completed', 'failed', 'cancelled'].includes(tracking.status)) return;
        expect(view).toMatchObject({ map: null, mapText: null, arrival: null, note: null });
        expect(view.facts.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('times come with their zone', () => {
    fc.assert(
      fc.property(anyView, ({ view }) => {
        if (/\d:\d\d/.test(view.when ?? '')) expect(view.zone).not.toBeNull();
      }),
    );
  });

  test('exactly one stage is current, unless the job is over', () => {
    fc.assert(
      fc.property(anyView, ({ tracking, view }) => {
        const over = ['done', 'failed', 'cancelled'].includes(tracking.stage);
        expect(view.stages.filter(({ state }) => state === 'current').length).toBe(over ? 0 : 1);
      }),
    );
  });

  test('there is either a map or an emblem', () => {
    fc.assert(fc.property(anyView, ({ view }) => (view.map === null) !== (view.emblem === null)));
  });
});
