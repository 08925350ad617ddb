import type { StreetsLayer, StreetsModule } from './streets/streets.ts';

/** Runs something that the job's view does not wait for. Safari has no idle callbacks. */
const whenIdle = (run: () => void): void => {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(run, { timeout: 1_000 });
  else setTimeout(run, 200);
};

/** Readers who save data get the map without streets. */
const savesData = (): boolean => {
  const connection: unknown = Reflect.get(navigator, 'connection');
  return typeof connection === 'object' && connection !== null && Reflect.get(connection, 'saveData') === true;
};

const addressOf = (path: string): string => new URL(path, import.meta.url).href;

/**
 * Loads the site's streets, if it has some, once the browser has nothing better to do. When that fails, the reader sees the
 * drawn map and no message.
 * @param changed called when there is more of them to draw
 */
export const loadStreets = (changed: () => void, loaded: (layer: StreetsLayer) => void): void => {
  if (!QDN_STREETS || savesData()) return;
  const { script, archive } = QDN_STREETS;
  whenIdle(() => {
    const imported: Promise<StreetsModule> = import(addressOf(script));
    imported.then(({ openStreets }) => openStreets(addressOf(archive), changed)).then(loaded, () => {});
  });
};
