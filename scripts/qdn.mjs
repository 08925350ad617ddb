/*
 * The way in: `npm start`, `npm test`, `./qdn …`. Kept in a form that every Node can read, so that an old one can say
 * in a sentence that it is too old; the rest is in tasks.mjs.
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
