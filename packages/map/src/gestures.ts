import type { ScreenPoint } from './projection.ts';

/** What hands do to the map. Lengths in CSS pixels, points from the map's top left. */
export type Hands = {
  pan(dx: number, dy: number): void;
  /** `smooth`: one step, which may take its time. */
  zoom(factor: number, at: ScreenPoint, smooth: boolean): void;
  /** Somebody tries what belongs to the page: one finger, or the bare wheel. */
  hint(kind: 'two-fingers' | 'ctrl'): void;
};

/** A finger that moves less has tapped, in CSS pixels. */
const TAP_PX = 12;
const DOUBLE_TAP_MS = 320;
const DOUBLE_TAP_PX = 36;
/** Sideways, where the page does not scroll, one finger means the map. */
const SIDEWAYS_PX = 24;

type Pair = { at: ScreenPoint; apart: number };

/**
 * Listens to fingers, mouse and wheel on the map. The page keeps what it needs to scroll: one finger and the bare wheel. Two
 * fingers, a double tap, the mouse, and the wheel with Ctrl move the map.
 * @returns stops listening
 */
export const followHands = (surface: HTMLElement, hands: Hands): (() => void) => {
  const listening = new AbortController();
  const { signal } = listening;
  const point = ({ clientX, clientY }: { clientX: number; clientY: number }): ScreenPoint => {
    const { left, top } = surface.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };

  let pair: Pair | null = null;
  let tap: { at: ScreenPoint; moved: boolean } | null = null;
  let lastTap: { at: ScreenPoint; time: number } | null = null;

  const pairOf = (touches: TouchList): Pair | null => {
    const [first, second] = [touches[0], touches[1]];
    if (!first || !second) return null;
    const [a, b] = [point(first), point(second)];
    return { at: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, apart: Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)) };
  };
  const touchStart = (event: TouchEvent) => {
    pair = pairOf(event.touches);
    const [first] = event.touches;
    tap = event.touches.length === 1 && first ? { at: point(first), moved: false } : null;
    // Two fingers never zoom the page here.
    if (pair && event.cancelable) event.preventDefault();
  };
  const touchMove = (event: TouchEvent) => {
    const next = pairOf(event.touches);
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
    const at = point(finger);
    const [dx, dy] = [Math.abs(at.x - tap.at.x), Math.abs(at.y - tap.at.y)];
    if (Math.hypot(dx, dy) > TAP_PX) tap.moved = true;
    if (dx > SIDEWAYS_PX && dx > 2 * dy) hands.hint('two-fingers');
  };
  const touchEnd = (event: TouchEvent) => {
    pair = pairOf(event.touches);
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
    // Else the browser makes a double click of it, too.
    if (event.cancelable) event.preventDefault();
    hands.zoom(2, at, true);
  };
  surface.addEventListener('touchstart', touchStart, { passive: false, signal });
  surface.addEventListener('touchmove', touchMove, { passive: false, signal });
  surface.addEventListener('touchend', touchEnd, { passive: false, signal });
  const forget = () => {
    pair = null;
    tap = null;
  };
  surface.addEventListener('touchcancel', forget, { signal });

  let drag: { pointer: number; x: number; y: number } | null = null;
  const pointerDown = (event: PointerEvent) => {
    if (event.pointerType === 'touch' || event.button !== 0) return;
    drag = { pointer: event.pointerId, x: event.clientX, y: event.clientY };
    surface.setPointerCapture(event.pointerId);
    surface.classList.add('dragged');
  };
  const pointerMove = (event: PointerEvent) => {
    if (event.pointerId !== drag?.pointer) return;
    hands.pan(event.clientX - drag.x, event.clientY - drag.y);
    drag = { pointer: event.pointerId, x: event.clientX, y: event.clientY };
  };
  const letGo = () => {
    drag = null;
    surface.classList.remove('dragged');
  };
  surface.addEventListener('pointerdown', pointerDown, { signal });
  surface.addEventListener('pointermove', pointerMove, { signal });
  surface.addEventListener('pointerup', letGo, { signal });
  surface.addEventListener('pointercancel', letGo, { signal });

  const wheel = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey) {
      const { scrollTop, scrollHeight, clientHeight } = document.documentElement;
      const goesOn = event.deltaY > 0 ? scrollTop + clientHeight < scrollHeight - 1 : scrollTop > 0;
      if (!goesOn && event.deltaY !== 0) hands.hint('ctrl');
      return;
    }
    event.preventDefault();
    // Lines, as some mice report, are about 16 pixels; a pinch on a trackpad comes as small pixels with Ctrl.
    const px = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
    hands.zoom(2 ** (-Math.max(-120, Math.min(120, px)) / 120), point(event), false);
  };
  surface.addEventListener('wheel', wheel, { passive: false, signal });
  const doubleClick = (event: MouseEvent) => hands.zoom(event.shiftKey ? 0.5 : 2, point(event), true);
  surface.addEventListener('dblclick', doubleClick, { signal });

  return () => listening.abort();
};
