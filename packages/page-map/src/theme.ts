/** The map's colours, as hex, from the custom properties of the element that it is drawn in. */
export type Theme = {
  paper: string;
  grid: string;
  /** Lies on the paper around the stop. */
  glow: string;
  ring: string;
  label: string;
  trail: string;
  trailer: string;
  onTrailer: string;
  stop: string;
  stopArea: string;
  /** The streets below: areas, roads with their edges, and the names of places. */
  green: string;
  built: string;
  water: string;
  building: string;
  road: string;
  roadEdge: string;
  highway: string;
  rail: string;
  place: string;
};

/** Replaces a property that is missing. */
const DEFAULTS: Theme = {
  paper: '#f1eee8',
  grid: '#e8e3da',
  glow: '#ffffff',
  ring: '#d8d1c5',
  label: '#6b645c',
  trail: '#c2410c',
  trailer: '#c2410c',
  onTrailer: '#ffffff',
  stop: '#1c1917',
  stopArea: '#1c1917',
  green: '#e4e9d8',
  built: '#ece7dd',
  water: '#cddde3',
  building: '#e6e0d5',
  road: '#ffffff',
  roadEdge: '#ddd6c9',
  highway: '#fffdf8',
  rail: '#cfc8bb',
  place: '#3f3a34',
};

const HEX = /^#[0-9a-f]{6}$/i;

/** @param property reads a custom property by name */
export const readTheme = (property: (name: string) => string): Theme => {
  const colour = (name: keyof Theme) => {
    const value = property(`--map-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`).trim();
    return HEX.test(value) ? value : DEFAULTS[name];
  };
  return {
    paper: colour('paper'),
    grid: colour('grid'),
    glow: colour('glow'),
    ring: colour('ring'),
    label: colour('label'),
    trail: colour('trail'),
    trailer: colour('trailer'),
    onTrailer: colour('onTrailer'),
    stop: colour('stop'),
    stopArea: colour('stopArea'),
    green: colour('green'),
    built: colour('built'),
    water: colour('water'),
    building: colour('building'),
    road: colour('road'),
    roadEdge: colour('roadEdge'),
    highway: colour('highway'),
    rail: colour('rail'),
    place: colour('place'),
  };
};

const channels = (hex: string): number[] => [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));

/** A colour between two: `share` 0 is the first, 1 the second. Opaque, so that strokes can overlap without a seam. */
export const mix = (from: string, to: string, share: number): string => {
  const target = channels(to);
  const mixed = channels(from).map((channel, i) => Math.round(channel + ((target[i] ?? channel) - channel) * share));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
};

/** A colour with an opacity from 0 to 1. */
export const withAlpha = (hex: string, alpha: number): string => `rgba(${channels(hex).join(', ')}, ${alpha})`;
