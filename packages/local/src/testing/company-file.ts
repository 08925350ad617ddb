import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes the example company with a team that gets every text at once, and whose answers go out at once: no text waits for a time.
 * @param minutes time without an answer until the operator is texted
 * @returns the file's path, for QDN_COMPANY_FILE
 */
export const companyWithAll = (repository: string, folder: string, minutes: number): string => {
  const example = JSON.parse(readFileSync(join(repository, 'config', 'company.example.json'), 'utf8')) as object;
  const file = join(folder, 'company.json');
  writeFileSync(
    file,
    JSON.stringify({ ...example, relay: { cascade: { order: 'all', minutes }, team: { undoSeconds: 0 } } }),
  );
  return file;
};
