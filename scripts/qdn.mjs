/*
 * Entry point of `npm start`, `npm test` and `./qdn …`. Its syntax works on every Node, so that an old one prints a clear
 * message instead of a syntax error. The rest is in tasks.mjs.
 */
if (Number(process.versions.node.split('.')[0]) >= 20) {
  import('./tasks.mjs');
} else {
  console.error(
    '\nQDN Relay needs Node 20 or newer to start; this is ' +
      process.version +
      '. Get a newer one from https://nodejs.org and run the same command again.\n',
  );
  process.exitCode = 1;
}
