import type { ScreenPoint } from './projection.ts';

/** Movements of hands on the map. Lengths in CSS pixels, points from the map's top left. */
export type Hands = {
  pan(dx: number, dy: number): void;
  /** `smooth`: one step, which may be animated. */
  zoom(factor: number, at: ScreenPoint, smooth: boolean): void;
  /** The reader tries a gesture that belongs to the page: one finger, or the wheel without Ctrl. */
  hint(kind: 'two-fingers' | 'ctrl'): void;
};

/** A finger that moves less has tapped, in CSS pixels. */
const TAP_PX = 12;
const DOUBLE_TAP_MS = 320;
const DOUBLE_TAP_PX = 36;
/** Sideways, where the page does not scroll, one finger means the map. */
const SIDEWAYS_PX = 24;

type Pair = { at: ScreenPoint; apart: number };
/** The element that hands touch, and the signal that ends the listening. */
type Surface = { element: HTMLElement; hands: Hands; signal: AbortSignal };

const pointOn = (element: HTMLElement, { clientX, clientY }: { clientX: number; clientY: number }): ScreenPoint => {
  const { left, top } = element.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
};

/** Returns the middle of the first two fingers and their distance; null when fewer touch. */
const pairOf = (element: HTMLElement, touches: TouchList): Pair | null => {
  const [first, second] = [touches[0], touches[1]];
  if (!first || !second) return null;
  const [a, b] = [pointOn(element, first), pointOn(element, second)];
  return { at: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, apart: Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)) };
};

/** Two fingers move and zoom the map, a double tap zooms in. */
const listenToTouches = ({ element, hands, signal }: Surface): void => {
  let pair: Pair | null = null;
  let tap: { at: ScreenPoint; moved: boolean } | null = null;
  let lastTap: { at: ScreenPoint; time: number } | null = null;

  const start = (event: TouchEvent) => {
    pair = pairOf(element, event.touches);
    const [first] = event.touches;
    tap = event.touches.length === 1 && first ? { at: pointOn(element, first), moved: false } : null;
    // Two fingers never zoom the page here.
    if (pair && event.cancelable) event.preventDefault();
  };
  const move = (event: TouchEvent) => {
    const next = pairOf(element, event.touches);
    if (next) {
      if (event.cancelable) event.preventDefault();
      if (pair) {
        hands.pan(next.at.x - pair.at.x, next.at.y - pair.at.y);
        if (next.apart !== pair.apart) hands.zoom(next.apart / pair.apart, next.at, false);
      }
      pair = next;
      return;
    }
    const [finger] = event.touches;
    if (!tap || !finger) return;
    const at = pointOn(element, finger);
    const [dx, dy] = [Math.abs(at.x - tap.at.x), Math.abs(at.y - tap.at.y)];
    if (Math.hypot(dx, dy) > TAP_PX) tap.moved = true;
    if (dx > SIDEWAYS_PX && dx > 2 * dy) hands.hint('two-fingers');
  };
  const end = (event: TouchEvent) => {
    pair = pairOf(element, event.touches);
    if (event.touches.length > 0 || !tap || tap.moved) {
      tap = null;
      return;
    }
    const { at } = tap;
    const time = event.timeStamp;
    const twice =
      lastTap !== null &&
      time - lastTap.time < DOUBLE_TAP_MS &&
      Math.hypot(at.x - lastTap.at.x, at.y - lastTap.at.y) < DOUBLE_TAP_PX;
    lastTap = twice ? null : { at, time };
    tap = null;
    if (!twice) return;
    // Otherwise the browser makes a double click of it, too.
    if (event.cancelable) event.preventDefault();
    hands.zoom(2, at, true);
  };
  const forget = () => {
    pair = null;
    tap = null;
  };
  element.addEventListener('touchstart', start, { passive: false, signal });
  element.addEventListener('touchmove', move, { passive: false, signal });
  element.addEventListener('touchend', end, { passive: false, signal });
  element.addEventListener('touchcancel', forget, { signal });
};

/** The mouse drags the map, a double click zooms. */
const listenToMouse = ({ element, hands, signal }: Surface): void => {
  let drag: { pointer: number; x: number; y: number } | null = null;
  const down = (event: PointerEvent) => {
    if (event.pointerType === 'touch' || event.button !== 0) return;
    drag = { pointer: event.pointerId, x: event.clientX, y: event.clientY };
    element.setPointerCapture(event.pointerId);
    element.classList.add('dragged');
  };
  const move = (event: PointerEvent) => {
    if (event.pointerId !== drag?.pointer) return;
    hands.pan(event.clientX - drag.x, event.clientY - drag.y);
    drag = { pointer: event.pointerId, x: event.clientX, y: event.clientY };
  };
  const letGo = () => {
    drag = null;
    element.classList.remove('dragged');
  };
  const doubleClick = (event: MouseEvent) => hands.zoom(event.shiftKey ? 0.5 : 2, pointOn(element, event), true);
  element.addEventListener('pointerdown', down, { signal });
  element.addEventListener('pointermove', move, { signal });
  element.addEventListener('pointerup', letGo, { signal });
  element.addEventListener('pointercancel', letGo, { signal });
  element.addEventListener('dblclick', doubleClick, { signal });
};

/** The wheel with Ctrl zooms. Without it the page scrolls, and a hint is shown where it cannot scroll further. */
const listenToWheel = ({ element, hands, signal }: Surface): void => {
  const wheel = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey) {
      const { scrollTop, scrollHeight, clientHeight } = document.documentElement;
      const goesOn = event.deltaY > 0 ? scrollTop + clientHeight < scrollHeight - 1 : scrollTop > 0;
      if (!goesOn && event.deltaY !== 0) hands.hint('ctrl');
      return;
    }
    event.preventDefault();
    // Lines, as some mice report, are about 16 pixels; a pinch on a trackpad arrives as small pixels with Ctrl.
    const px = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
    hands.zoom(2 ** (-Math.max(-120, Math.min(120, px)) / 120), pointOn(element, event), false);
  };
  element.addEventListener('wheel', wheel, { passive: false, signal });
};

/**
 * Listens to fingers, mouse and wheel on the map. The page keeps what it needs to scroll: one finger and the wheel without Ctrl. Two
 * fingers, a double tap, the mouse, and the wheel with Ctrl move the map.
 * @returns stops listening
 */
export const followHands = (element: HTMLElement, hands: Hands): (() => void) => {
  const listening = new AbortController();
  const surface = { element, hands, signal: listening.signal };
  listenToTouches(surface);
  listenToMouse(surface);
  listenToWheel(surface);
  return () => listening.abort();
};
