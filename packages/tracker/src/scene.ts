import type { Units } from './formats.ts';
import type { TrailPoint } from './tracking.ts';

/** What the map shows: handed from the words' side, which knows the job, to the drawing's side, which knows pixels. */
export type Scene = {
  /** The stop headed for or stood at, with the radius in metres in which a trailer has arrived. */
  stop: { lat: number; lon: number; radiusM: number; label: string } | null;
  trailer: {
    /** Another one's position is no movement of this one. */
    id: string | null;
    lat: number;
    lon: number;
    /** Epoch ms. */
    at: number;
    accuracyM: number | null;
    headingDeg: number | null;
    /** False when the trailer is known to stand: then it points nowhere. */
    moving: boolean;
    /** False when the position is too old to be where the trailer is. */
    fresh: boolean;
  };
  /** Oldest first; ends at the trailer. */
  trail: TrailPoint[];
  /** Distances from the stop and on the scale bar. */
  units: Units;
  /** Writes a round length in the reader's language and units. */
  mark(metres: number): string;
  north: string;
  /** What the buttons on the map are called, and what is said of gestures that are the page's. */
  controls: { map: string; zoomIn: string; zoomOut: string; follow: string; fingersHint: string; ctrlHint: string };
};

/** The map, as its module hands it out. It draws into `host` and follows its size; of it, screen readers find the buttons alone. */
export type MapView = { show(scene: Scene): void; destroy(): void };
export type MapModule = { createMap(host: HTMLElement): MapView };
