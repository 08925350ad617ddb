import { describe, expect, test } from '@jest/globals';
import { announce } from './announcement.ts';
import { answerIn, NOW } from './testing/answers.ts';
import { parseTracking } from './tracking.ts';
import { describe as describeState, type TrackingView } from './view.ts';
import { speechFor } from './words/index.ts';

const viewWith = (minutes: number | null, headline = 'On the way to you'): TrackingView => {
  const tracking = parseTracking(answerIn('on-the-way'));
  const view =
    tracking &&
    describeState({ kind: 'following', tracking, newsAt: NOW, trouble: null, checking: false }, NOW, {
      speech: speechFor('en', []),
      units: null,
      company: tracking.company,
    });
  if (!view) throw new Error('No view');
  const arrival = minutes === null ? null : `in about ${minutes} minutes`;
  return { ...view, headline, arrival, when: null, step: { status: headline, minutes } };
};

/** Returns the announcements as the given views follow each other. */
const spoken = (views: TrackingView[]): string[] => {
  let said: TrackingView['step'] | null = null;
  const texts: string[] = [];
  for (const view of views) {
    const announcement = announce(said, view);
    if (!announcement) continue;
    said = announcement.said;
    texts.push(announcement.text);
  }
  return texts;
};

describe('announcements to a screen reader', () => {
  test('nothing of the first view, which it reads anyway', () => {
    expect(spoken([viewWith(20)])).toEqual(['']);
  });

  test('a new status', () => {
    expect(spoken([viewWith(20), viewWith(null, 'Your trailer is here')]).at(-1)).toBe('Your trailer is here.');
  });

  test('the arrival in steps of ten minutes, and the last one', () => {
    const views = [30, 25, 30, 25, 20, 15, 10, 5, 0].map((minutes) => viewWith(minutes));
    expect(spoken(views)).toEqual([
      '',
      'On the way to you, in about 20 minutes.',
      'On the way to you, in about 10 minutes.',
      'On the way to you, in about 0 minutes.',
    ]);
  });

  test('nothing when only the age changes', () => {
    expect(spoken(Array(50).fill(viewWith(20)))).toEqual(['']);
  });

  test('that the arrival has become unknown, once', () => {
    expect(spoken([viewWith(20), viewWith(null), viewWith(null)])).toEqual(['', 'On the way to you.']);
  });
});
