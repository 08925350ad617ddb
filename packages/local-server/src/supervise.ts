/*
 * Runs a script, and ends it and everything it started when the parent goes, however it goes: the parent holds the other end of
 * standard input, which the system closes even after `kill -9`.
 *
 *     node supervise.ts SCRIPT [ARGUMENTS]       started in a process group of its own
 */
import { pathToFileURL } from 'node:url';

const endGroup = () => process.kill(-process.pid, 'SIGKILL');
process.stdin.on('close', endGroup).on('error', endGroup).resume();
// The watch of the parent does not keep the process alive after the script has ended.
if ('unref' in process.stdin && typeof process.stdin.unref === 'function') process.stdin.unref();

process.argv.splice(1, 1);
const [, script = ''] = process.argv;
await import(pathToFileURL(script).href);
