/** The edge's KeyValueStore: what is written is at every edge location within seconds. */
export type KeyValues = { get(key: string): Promise<string | null>; put(key: string, value: string): Promise<void> };

/** Which version of the page the edge serves, and to what percentage of jobs the next one. */
export type Rollout = { stable: string; candidate: string | null; percent: number };
export type RolloutStore = { read(): Promise<Rollout | null>; write(rollout: Rollout): Promise<void> };

/**
 * The roll-out after `version` has been published to `percent` of the jobs. Publishing the stable version again changes
 * nothing; the very first version is stable at once.
 */
export const nextRollout = (current: Rollout | null, version: string, percent: number): Rollout => {
  if (current === null || (percent >= 100 && current.stable !== version)) {
    return { stable: version, candidate: null, percent: 0 };
  }
  if (current.stable === version) return current;
  return { stable: current.stable, candidate: version, percent };
};

const parseRollout = (text: string): Rollout => {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && 'stable' in value && typeof value.stable === 'string') {
    const candidate = 'candidate' in value && typeof value.candidate === 'string' ? value.candidate : null;
    const percent = 'percent' in value && typeof value.percent === 'number' ? value.percent : 0;
    return { stable: value.stable, candidate, percent };
  }
  throw new Error(`The KeyValueStore's "rollout" is not one: ${text}`);
};

/** The roll-out as the edge's function reads it, under the key `rollout`. */
export const createRolloutStore = (keyValues: KeyValues): RolloutStore => ({
  read: async () => {
    const text = await keyValues.get('rollout');
    return text === null ? null : parseRollout(text);
  },
  write: (rollout) => keyValues.put('rollout', JSON.stringify(rollout)),
});
