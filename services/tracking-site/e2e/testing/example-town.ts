import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleTown } from '@qdn/street-tiles/testing/town';
import { onTheWayAt } from '@qdn/tracking-page/testing/answers';

/** Writes an archive of streets that do not exist, around the road of the example trailer. @returns its path */
export const writeExampleTown = (folder: string): string => {
  const [first, ...rest] = onTheWayAt(38, 0).trail.map(([lat = 0, lon = 0]) => ({ lat, lon }));
  if (!first) throw new Error('The example trailer has no trail');
  const path = join(folder, 'example-town.pmtiles');
  writeFileSync(path, exampleTown([first, ...rest]).archive);
  return path;
};
