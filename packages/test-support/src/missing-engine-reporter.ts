import { existsSync, readFileSync, rmSync } from 'node:fs';

/** Returns the last line of a run, from the file that missing-engine.ts writes; null when no engine was missing. */
export const lastLine = (file: string): string | null => {
  if (!existsSync(file)) return null;
  const engines = [...new Set(readFileSync(file, 'utf8').trim().split('\n'))];
  return `SKIPPED, because it is not installed: ${engines.join(', ')}`;
};

/** Names, in the last line of a run, each engine whose tests were skipped because it is not installed. */
export default class MissingEngineReporter {
  readonly #file = process.env['QDN_MISSING_ENGINES'] ?? '';

  onRunStart(): void {
    rmSync(this.#file, { force: true });
  }

  onRunComplete(): void {
    const line = lastLine(this.#file);
    rmSync(this.#file, { force: true });
    if (line) process.stderr.write(`\n${line}\n`);
  }
}
