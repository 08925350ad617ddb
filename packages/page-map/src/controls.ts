import type { Scene } from '@qdn/tracking-page/scene';

/** The actions of the buttons. */
export type ControlActions = {
  zoom(factor: number): void;
  pan(dx: number, dy: number): void;
  follow(): void;
};

export type Controls = {
  /** Puts the words on them; touches the document only where they changed. */
  name(words: Scene['controls']): void;
  /** Shows the way back to the trailer, or hides it. */
  setFree(free: boolean): void;
  /** Shows a sentence for a moment. */
  hint(text: string): void;
  /** Names the source of the streets; null when none are shown. */
  showSource(source: { name: string; href: string } | null): void;
  destroy(): void;
};

const HINT_MS = 1_800;
/** One step of an arrow key, in CSS pixels. */
const STEP_PX = 80;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [STEP_PX, 0],
  ArrowRight: [-STEP_PX, 0],
  ArrowUp: [0, STEP_PX],
  ArrowDown: [0, -STEP_PX],
};
const ZOOM_KEYS: Readonly<Record<string, number>> = { '+': 2, '=': 2, '-': 0.5 };

const SVG = 'http://www.w3.org/2000/svg';
const icon = (d: string): SVGSVGElement => {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', d);
  svg.append(path);
  return svg;
};

const button = (className: string, shape: string, run: () => void): HTMLButtonElement => {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = className;
  made.append(icon(shape));
  made.addEventListener('click', run);
  return made;
};

/** The buttons on the map. They are not part of the drawing, so keyboard and screen reader reach them. */
export const createControls = (host: HTMLElement, actions: ControlActions): Controls => {
  const group = document.createElement('div');
  group.className = 'map-controls';
  group.setAttribute('role', 'group');
  const zoomIn = button('zoom-in', 'M12 5v14M5 12h14', () => actions.zoom(2));
  const zoomOut = button('zoom-out', 'M5 12h14', () => actions.zoom(0.5));
  const back = button('follow', 'M12 3v4M12 17v4M3 12h4M17 12h4M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5', () => {
    // The button goes away under the finger; the focus stays on the map.
    if (back.matches(':focus')) zoomIn.focus({ preventScroll: true });
    actions.follow();
  });
  const backLabel = document.createElement('span');
  back.append(backLabel);
  back.hidden = true;
  group.append(back, zoomIn, zoomOut);

  const hint = document.createElement('p');
  hint.className = 'map-hint';
  // For hands only; with a keyboard or a screen reader there is nothing to hint at.
  hint.setAttribute('aria-hidden', 'true');
  const source = document.createElement('a');
  source.className = 'map-source';
  source.target = '_blank';
  source.rel = 'noopener noreferrer';
  source.hidden = true;
  host.append(group, source, hint);

  group.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = ARROWS[event.key];
    const factor = ZOOM_KEYS[event.key];
    if (step) actions.pan(...step);
    else if (factor) actions.zoom(factor);
    else if (event.key === 'Escape' && !back.hidden) back.click();
    else return;
    event.preventDefault();
  });

  let hiding: ReturnType<typeof setTimeout> | undefined;
  const label = (element: HTMLElement, text: string) => {
    if (element.getAttribute('aria-label') !== text) element.setAttribute('aria-label', text);
    element.title = text;
  };
  return {
    name: (words) => {
      group.setAttribute('aria-label', words.map);
      label(zoomIn, words.zoomIn);
      label(zoomOut, words.zoomOut);
      if (backLabel.textContent !== words.follow) backLabel.textContent = words.follow;
    },
    setFree: (free) => {
      if (back.hidden === free) back.hidden = !free;
    },
    hint: (text) => {
      if (hint.textContent !== text) hint.textContent = text;
      hint.classList.add('shown');
      clearTimeout(hiding);
      hiding = setTimeout(() => hint.classList.remove('shown'), HINT_MS);
    },
    showSource: (shown) => {
      if (source.hidden === (shown === null)) return;
      source.hidden = shown === null;
      source.href = shown?.href ?? '';
      source.textContent = shown?.name ?? '';
    },
    destroy: () => {
      clearTimeout(hiding);
      group.remove();
      source.remove();
      hint.remove();
    },
  };
};
