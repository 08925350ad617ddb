type Properties = Record<string, string | number | boolean | null | ((event: Event) => void)>;
type Child = Node | string | null;

const apply = (node: Element, properties: Properties): void => {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') node.addEventListener(name, value);
    else if (value === false || value === null) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
};

/** Creates an element with attributes (functions are listeners, null and false leave an attribute out) and children. */
export const el = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] => {
  const node = document.createElement(tag);
  apply(node, properties);
  node.append(...children.filter((child) => child !== null));
  return node;
};

const PATHS = {
  clock: 'M8 4v4l2.5 1.5M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z',
  tick: 'm3.5 8.5 3 3 6-7',
  ticks: 'm1.5 8.5 3 3 6-7M8 11.2l.6.3 6-7',
  cross: 'm4.5 4.5 7 7m0-7-7 7',
  again: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3',
  camera: 'M2 5.5h2.6L6 3.5h4l1.4 2H14v7H2Zm6 5.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z',
  call: 'M5.2 2.5 6.6 5.6 5.2 7a7.5 7.5 0 0 0 3.8 3.8l1.4-1.4 3.1 1.4v2.7A11 11 0 0 1 2.5 2.5Z',
  send: 'M8 13V3.5M4 7.2l4-4 4 4',
  toApp: 'M2.5 8h10.5m-4-4 4 4-4 4',
  fromApp: 'M13.5 8H3m4-4L3 8l4 4',
} as const;
export type IconName = keyof typeof PATHS;

const SVG = 'http://www.w3.org/2000/svg';
/** Returns an icon in the colour of the surrounding text, hidden from screen readers. */
export const icon = (name: IconName): SVGElement => {
  const svg = document.createElementNS(SVG, 'svg');
  apply(svg, { viewBox: '0 0 16 16', class: `icon icon-${name}`, 'aria-hidden': 'true', focusable: 'false' });
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
};

/** Returns an element of the document. @throws Error when it is missing */
export const need = <T extends Element>(selector: string, type: new () => T): T => {
  const found = document.querySelector(selector);
  if (found instanceof type) return found;
  throw new Error(`The page has no ${selector}`);
};

/** Brings the children into the wanted order, moving as little as possible, so that focus and scrolling stay. */
export const arrange = (parent: Element, wanted: readonly Element[]): void => {
  let here = parent.firstElementChild;
  for (const node of wanted) {
    if (node === here) here = here.nextElementSibling;
    else parent.insertBefore(node, here);
  }
  while (here) {
    const next = here.nextElementSibling;
    here.remove();
    here = next;
  }
};
