/*
 * Loaded into what scripts/tasks.mjs starts, with --import: ends the program, as a signal would, when the launcher is gone, even
 * after `kill -9`. What the program starts itself is not meant, though Node hands --import on to it.
 */
const parent = Number(process.env['QDN_PARENT']);
delete process.env['QDN_PARENT'];

const look = () => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
};
if (parent) {
  look();
  setInterval(look, 500).unref();
}
