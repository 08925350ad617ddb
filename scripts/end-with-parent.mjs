/*
 * Ends a program that scripts/tasks.mjs started, as a signal would, when the launcher has ended, even after `kill -9`. Loaded
 * with --import. Node passes --import on to the program's own children, which are left alone.
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
