/*
 * Serializes `sls package` and `sls deploy` of a service. osls always empties the service's `.serverless` and builds in it, even
 * with --package. Two concurrent runs would overwrite each other's templates.
 */
const { createHash } = require('node:crypto');
const { tmpdir, userInfo } = require('node:os');
const { join } = require('node:path');
const { DatabaseSync } = require('node:sqlite');

/** An update of CloudFront may take ten minutes. */
const LONGEST_WAIT_MS = 15 * 60_000;
/** SQLITE_BUSY: another process has the lock. */
const BUSY = 5;

/** Locks by folder. The operating system releases SQLite's locks when this process ends, even if it is killed. */
const held = new Map();

const lockFile = (folder) =>
  join(
    tmpdir(),
    `qdn-packaging-${userInfo().uid}-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.db`,
  );

const tryLock = (database, waitMs) => {
  database.exec(`PRAGMA busy_timeout = ${waitMs}`);
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error.errcode === BUSY) return false;
    throw error;
  }
};

/** Takes the lock of a folder. @throws Error when another process holds it for longer than any deployment takes */
const lock = (folder, note) => {
  if (held.has(folder)) return;
  const database = new DatabaseSync(lockFile(folder));
  held.set(folder, database);
  if (tryLock(database, 0)) return;
  note(`Another sls is at work in ${folder}. Waiting for it.`);
  if (tryLock(database, LONGEST_WAIT_MS)) return;
  throw new Error(`Another sls has been at work in ${folder} for a quarter of an hour. Stop it, and try again.`);
};

module.exports = class OneAtATimePlugin {
  constructor(serverless, _options, { log }) {
    this.hooks = { 'before:package:cleanup': () => lock(serverless.serviceDir, (words) => log.notice(words)) };
  }
};
