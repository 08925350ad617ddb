import type { MapModule, MapView, Scene } from './scene.ts';

/** Time in which a slow phone brings a frame to its screen, in ms. */
const PAINT_MS = 100;

/** Runs something after the words are on the screen: until then network and processor are theirs. */
const afterPaint = (run: () => void) => requestAnimationFrame(() => setTimeout(run, PAINT_MS));

/** Loads the map's code the first time there is something to show; the words never wait for it. */
export const createMapSlot = (paper: HTMLElement, load: (() => Promise<MapModule>) | null, failed: () => void) => {
  let view: MapView | null = null;
  let latest: Scene | null = null;
  let loading = false;
  return {
    show: (scene: Scene | null) => {
      latest = scene;
      if (view) {
        if (scene) view.show(scene);
        return;
      }
      if (!scene || loading) return;
      loading = true;
      if (!load) {
        failed();
        return;
      }
      afterPaint(() =>
        load().then(({ createMap }) => {
          view = createMap(paper);
          if (latest) view.show(latest);
        }, failed),
      );
    },
    destroy: () => view?.destroy(),
  };
};
