import type { Units } from './formats.ts';
import type { TrailPoint } from './tracking.ts';

/** The content of the map: from the job's view, which knows the job, to the map, which knows pixels. */
export type Scene = {
  /** The stop that the trailer goes to or is at, with the radius in metres in which a trailer has arrived. */
  stop: { lat: number; lon: number; radiusM: number; label: string } | null;
  trailer: {
    /** Another trailer's position is not a movement of this one. */
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
  /** Names of the buttons on the map, and hints about gestures that belong to the page. */
  controls: { map: string; zoomIn: string; zoomOut: string; follow: string; fingersHint: string; ctrlHint: string };
};

/** The map, as its module hands it out. It draws into `host` and follows its size; screen readers find only its buttons. */
export type MapView = { show(scene: Scene): void; destroy(): void };
export type MapModule = { createMap(host: HTMLElement): MapView };
