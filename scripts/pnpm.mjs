import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs the pnpm that the repository asks for.
 * @param {string} repository
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>}
 */
export const runPnpm = (repository, args) => {
  const { packageManager } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  return new Promise((resolve, reject) => {
    const child = spawn('npx', ['--yes', packageManager, ...args], { cwd: repository });
    const printed = { stdout: '', stderr: '' };
    for (const stream of /** @type {const} */ (['stdout', 'stderr']))
      child[stream].setEncoding('utf8').on('data', (text) => {
        printed[stream] += text;
      });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...printed }));
  });
};
