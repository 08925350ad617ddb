import type { TrackingView } from './view.ts';

type Step = TrackingView['step'];

/** Minutes by which an arrival must have moved to be worth interrupting for; near the end every step is. */
const WORTH_SAYING = 10;

/**
 * Returns the text that a screen reader says after a change: a new status, or an arrival that has moved a good step since it last spoke. Ages,
 * distances and small corrections stay silent.
 * @param said the step that was last spoken, or first shown
 */
export const announce = (said: Step | null, view: TrackingView): { text: string; said: Step } | null => {
  const { step } = view;
  if (said === null) return { text: '', said: step };
  const statusChanged = step.status !== said.status;
  const moved =
    step.minutes !== said.minutes &&
    (step.minutes === null ||
      said.minutes === null ||
      step.minutes === 0 ||
      Math.abs(step.minutes - said.minutes) >= WORTH_SAYING);
  if (!statusChanged && !moved) return null;
  const parts = [view.headline, view.arrival, view.when].filter((part) => part !== null && part !== '');
  return { text: `${parts.join(', ')}.`, said: step };
};
