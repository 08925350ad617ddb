/* Draws the services in docs/architecture.md anew: npm run architecture */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packaged, readPage, redrawn } from './page.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'qdn-architecture-'));
try {
  writeFileSync(
    join(repository, 'docs', 'architecture.md'),
    redrawn(readPage(repository), await packaged(repository, folder)),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
