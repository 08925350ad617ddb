import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { boundRows, readBounds, withBounds } from './bounds.ts';
import { playWorld } from './play-world.ts';
import { openVirtualSystem } from './virtual-system.ts';

export const SCOREBOARD_PAGE = fileURLToPath(new URL('../../docs/scoreboard.md', import.meta.url));

/** Plays each setting of docs/scoreboard.md again, and writes its values and bounds. */
export const acceptScoreboard = async (): Promise<void> => {
  let page = readFileSync(SCOREBOARD_PAGE, 'utf8');
  for (const index of readBounds(page).keys()) {
    const table = readBounds(page)[index];
    if (!table) continue;
    const { scoreboard } = await playWorld({ ...table.setting, open: openVirtualSystem });
    page = withBounds(page, table, boundRows(scoreboard.figures, table.setting));
  }
  writeFileSync(SCOREBOARD_PAGE, page);
};
