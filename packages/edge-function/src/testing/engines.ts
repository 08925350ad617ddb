/*
 * Runs the built function outside CloudFront, for tests: in Node, and in njs, the engine CloudFront's runtime is made from.
 */
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import vm from 'node:vm';
import { missingEngine } from '@qdn/test-support/missing-engine';
import type { GeneratedResponse, ViewerRequest, ViewerRequestEvent } from '../event.ts';

/** `keyValues` is the KeyValueStore; `broken` makes every read fail; `now` is epoch ms. */
export type Run = { event: ViewerRequestEvent; keyValues: Record<string, string>; now: number; broken?: boolean };
export type Outcome = { answer: ViewerRequest | GeneratedResponse; logs: string[] };
export type Engine = { name: string; run(code: string, run: Run): Promise<Outcome> };

const STORE = `
  var store = {
    kvs: function () {
      return {
        get: async function (key) {
          if (given.broken || !(key in given.keyValues)) throw new Error('KeyNotFound');
          return given.keyValues[key];
        },
        exists: async function (key) {
          if (given.broken) throw new Error('unreadable');
          return key in given.keyValues;
        },
      };
    },
  };`;

const IMPORTS = /^import cf from\s*"cloudfront";\s*import crypto from\s*"crypto";/;

const bodyOf = (code: string): string => {
  const body = code.replace(IMPORTS, '');
  if (body === code) throw new Error('The function does not begin with its two imports. Adapt engines.ts.');
  return body;
};

export const node: Engine = {
  name: 'Node',
  run: async (code, run) => {
    const logs: string[] = [];
    const context = vm.createContext({
      given: structuredClone(run),
      crypto,
      Buffer,
      console: { log: (text: string) => logs.push(text) },
    });
    const handled: unknown = vm.runInContext(
      `${STORE} var cf = store; Date.now = function () { return given.now; };
      ${bodyOf(code)}
      handler(given.event).then(JSON.stringify);`,
      context,
    );
    return { answer: JSON.parse(String(await handled)), logs };
  },
};

/** Runs a script in njs with the function in timelineId; returns what it prints. */
const njsScript = (code: string, given: unknown, script: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-njs-'));
  try {
    writeFileSync(
      join(folder, 'cloudfront'),
      `var given = globalThis.given; ${STORE.replaceAll('given.', 'globalThis.given.')} export default store;`,
    );
    writeFileSync(
      join(folder, 'function.js'),
      `import cf from "cloudfront"; import crypto from "crypto";
      const print = globalThis.console.log; const logs = [];
      const console = { log: function (text) { logs.push(text); } };
      globalThis.given = JSON.parse(${JSON.stringify(JSON.stringify(given))});
      ${bodyOf(code)}
      ${script}`,
    );
    // Runs under `-u`-less defaults, like CloudFront: no eval, no Function constructor.
    return execFileSync('njs', ['-p', folder, join(folder, 'function.js')], { encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true });
  }
};

export const njs: Engine = {
  name: 'njs',
  run: async (code, run) => {
    const printed = njsScript(
      code,
      run,
      `Date.now = function () { return globalThis.given.now; };
      handler(globalThis.given.event).then(function (answer) { print(JSON.stringify({ answer: answer, logs: logs })); });`,
    );
    return JSON.parse(printed);
  },
};

/** Mean time of one call in njs, in ms, with the keys read and a signature checked each time. */
export const meanMsInNjs = (code: string, run: Run, calls: number): number => {
  const printed = njsScript(
    code,
    run,
    `async function measure() {
      const event = JSON.stringify(globalThis.given.event);
      const copies = [];
      for (let i = 0; i < ${calls}; i++) copies.push(JSON.parse(event));
      const start = Date.now();
      for (let i = 0; i < copies.length; i++) await handler(copies[i]);
      print(String((Date.now() - start) / copies.length));
    }
    measure();`,
  );
  return Number(printed);
};

/** Returns whether njs is on this machine. @throws Error in CI when it is not: every engine has to be there */
export const hasNjs = (): boolean => {
  try {
    execFileSync('njs', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    missingEngine('njs (apt-get install njs)');
    return false;
  }
};
