import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const supervise = fileURLToPath(new URL('./supervise.ts', import.meta.url));

/** Time for a group to end by itself, in ms. */
const STOP_WITHIN_MS = 4000;

export type ProcessGroup = {
  child: ChildProcess;
  /** Resolves when the command has ended, and what it had started with it. */
  ended: Promise<{ code: number | null }>;
  /** Ends all of it: politely, then not. */
  stop(): Promise<void>;
};

/**
 * Runs a Node script in a process group of its own that does not outlive this process, even when that is killed with `-9`; and
 * nothing that the script starts outlives the script.
 * @param output where standard output and error go
 */
export const startProcessGroup = (
  script: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; output: 'pipe' | number },
): ProcessGroup => {
  const { cwd, env, output } = options;
  const stdio: StdioOptions = ['pipe', output, output];
  const child = spawn(process.execPath, [supervise, ...script], { cwd, env, detached: true, stdio });
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // The group has ended.
    }
  };
  const ended = once(child, 'exit').then(([code]) => {
    signal('SIGKILL');
    return { code: typeof code === 'number' ? code : null };
  });
  return {
    child,
    ended,
    stop: async () => {
      signal('SIGTERM');
      const impatient = setTimeout(() => signal('SIGKILL'), STOP_WITHIN_MS);
      await ended;
      clearTimeout(impatient);
    },
  };
};
