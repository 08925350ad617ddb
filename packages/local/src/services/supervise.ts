/*
 * Runs a command, and ends it and everything it started when the parent goes, however it goes: the parent holds the other end
 * of standard input, which the system closes even after `kill -9`.
 *
 *     node supervise.ts COMMAND [ARGUMENTS]       started in a process group of its own
 */
import { spawn } from 'node:child_process';

const [command = '', ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
const endGroup = () => process.kill(-process.pid, 'SIGKILL');

process.stdin.on('close', endGroup).on('error', endGroup).resume();
child.on('error', (error) => {
  console.error(error.message);
  process.exit(127);
});
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
// The group got the signal as well: the child ends by itself, and this process with it.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => {});
