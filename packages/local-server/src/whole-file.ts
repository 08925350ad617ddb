import { chmodSync, renameSync, writeFileSync } from 'node:fs';

/** Replaces a file's content so that a reader, or a process that is killed, finds the old content or the new, never half. */
export const writeWhole = (file: string, content: string): void => {
  const unfinished = `${file}.new`;
  writeFileSync(unfinished, content, { mode: 0o600 });
  // The mode counts only when the file is made; one may have been left by a process that was killed.
  chmodSync(unfinished, 0o600);
  renameSync(unfinished, file);
};
