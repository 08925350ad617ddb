import type { Theme } from '../theme.ts';

/** Kinds of filled areas, bottom to top. */
export const FILLS = ['green', 'built', 'water', 'building'] as const;
export type Fill = (typeof FILLS)[number];
/** Kinds of lines, bottom to top. */
export const LINES = ['stream', 'river', 'tunnel', 'rail', 'path', 'service', 'minor', 'major', 'highway'] as const;
export type Line = (typeof LINES)[number];

const GREEN = new Set([
  ...['park', 'national_park', 'nature_reserve', 'protected_area', 'forest', 'wood', 'grass', 'grassland', 'meadow'],
  ...[
    'scrub',
    'garden',
    'golf_course',
    'cemetery',
    'recreation_ground',
    'allotments',
    'village_green',
    'pitch',
    'playground',
    'dog_park',
    'zoo',
  ],
]);
const BUILT = new Set([
  ...[
    'industrial',
    'commercial',
    'aerodrome',
    'airfield',
    'railway',
    'military',
    'hospital',
    'university',
    'college',
    'school',
  ],
  ...['stadium', 'runway', 'taxiway', 'pedestrian'],
]);

type Properties = Readonly<Record<string, unknown>>;

/**
 * Returns the kind of fill for a polygon of Protomaps' basemap; null for one that this map leaves out. `earth` is the paper itself.
 * https://docs.protomaps.com/basemaps/layers
 */
export const fillOf = (layer: string, { kind }: Properties): Fill | null => {
  if (layer === 'water') return 'water';
  if (layer === 'buildings') return kind === 'address' ? null : 'building';
  if (layer !== 'landuse' || typeof kind !== 'string') return null;
  if (GREEN.has(kind)) return 'green';
  return BUILT.has(kind) ? 'built' : null;
};

/** Returns the kind of line; null for one that this map leaves out. */
export const lineOf = (layer: string, properties: Properties): Line | null => {
  const { kind, kind_detail: detail, is_link: link, is_tunnel: tunnel } = properties;
  if (layer === 'water') return kind === 'river' ? 'river' : 'stream';
  if (layer !== 'roads') return null;
  // Below others: a hint of its way.
  if (tunnel && (kind === 'highway' || kind === 'major_road' || kind === 'minor_road')) return 'tunnel';
  if (kind === 'highway') return link ? 'major' : 'highway';
  if (kind === 'major_road') return link ? 'minor' : 'major';
  if (kind === 'minor_road') return detail === 'service' ? 'service' : 'minor';
  return kind === 'path' || kind === 'rail' ? kind : null;
};

/** Prefixes that people say, by `network`. */
const NETWORKS: Readonly<Record<string, string>> = { 'US:I': 'I-', 'US:US': 'US-' };

/** Returns a road's name, otherwise the text of its shields; empty when it has neither. */
export const roadName = ({ name, shield_text: shield, network }: Properties): string => {
  if (typeof name === 'string' && name !== '') return name;
  if (typeof shield !== 'string' || shield === '') return '';
  return `${(typeof network === 'string' && NETWORKS[network]) || ''}${shield}`;
};

type Stops = ReadonlyArray<readonly [zoom: number, px: number]>;

/** Widths in CSS pixels by zoom; nothing is drawn before the first. */
const WIDTHS: Record<Line, Stops> = {
  stream: [
    [13.5, 0.7],
    [15, 1.6],
    [18, 6],
  ],
  river: [
    [9, 0.6],
    [12, 1.4],
    [14, 2.6],
    [18, 8],
  ],
  tunnel: [
    [12.5, 1],
    [16, 3],
    [18, 6],
  ],
  rail: [
    [11.5, 0.6],
    [14, 1],
    [18, 2.5],
  ],
  path: [
    [14.5, 0.8],
    [18, 2],
  ],
  service: [
    [13.7, 0.8],
    [15, 1.8],
    [18, 9],
  ],
  minor: [
    [12, 0.5],
    [13, 1.1],
    [14, 2],
    [16, 6.5],
    [18, 18],
  ],
  major: [
    [8, 0.6],
    [11, 1.4],
    [13, 2.8],
    [14, 4],
    [16, 9.5],
    [18, 24],
  ],
  highway: [
    [5, 0.8],
    [9, 1.6],
    [12, 3],
    [14, 5.5],
    [16, 12],
    [18, 28],
  ],
};
const BUILDINGS_FROM = 14.3;
/** Closer than this, a road has an edge. */
const EDGES_FROM = 12.2;

const at = (stops: Stops, zoom: number): number => {
  const [first] = stops;
  if (!first || zoom < first[0]) return 0;
  for (const [i, [z, px]] of stops.entries()) {
    const next = stops[i + 1];
    if (!next) return px;
    if (zoom < next[0]) return px + ((next[1] - px) * (zoom - z)) / (next[0] - z);
  }
  return 0;
};

/** Returns the widths of a line at a zoom, in CSS pixels: the edge around it and the line itself. A width of 0 is not drawn. */
export type Stroke = { width: number; colour: string; edgeWidth: number; edgeColour: string; dash: readonly number[] };

const ROADS: ReadonlySet<Line> = new Set(['service', 'minor', 'major', 'highway']);

export const strokeOf = (line: Line, zoom: number, theme: Theme): Stroke => {
  const width = at(WIDTHS[line], zoom);
  const road = ROADS.has(line);
  const edged = road && width > 0 && (zoom >= EDGES_FROM || line === 'highway');
  const colours: Record<Line, string> = {
    stream: theme.water,
    river: theme.water,
    tunnel: theme.roadEdge,
    rail: theme.rail,
    path: theme.rail,
    service: theme.road,
    minor: theme.road,
    major: theme.road,
    highway: theme.highway,
  };
  return {
    width,
    colour: colours[line],
    edgeWidth: edged ? width + Math.min(2.2, 0.9 + width * 0.12) : 0,
    edgeColour: theme.roadEdge,
    dash: line === 'path' || line === 'tunnel' ? [2.5, 2.5] : [],
  };
};

/** The colour of an area; null where it is not drawn at a zoom. */
export const fillColour = (fill: Fill, zoom: number, theme: Theme): string | null =>
  fill === 'building' && zoom < BUILDINGS_FROM ? null : theme[fill];
