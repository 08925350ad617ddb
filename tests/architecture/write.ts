/* npm run architecture: redraws the services in docs/architecture.md. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EVERYTHING, templatesWith } from '../templates.ts';
import { readPage, redrawn } from './page.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
writeFileSync(
  join(repository, 'docs', 'architecture.md'),
  redrawn(readPage(repository), await templatesWith(EVERYTHING)),
);
