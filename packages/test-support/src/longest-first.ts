import Sequencer from '@jest/test-sequencer';

/** Durations of slow suites, in s on two idle cores, for a machine without its own measurements. */
const LONG: ReadonlyArray<readonly [path: RegExp, seconds: number]> = [
  [/\/drill\.integration/, 60],
  [/\/week\.integration/, 55],
  [/\/system\.e2e/, 45],
  [/\/canary\.integration/, 40],
  [/\/nemesis\.integration/, 25],
  [/\/page\.e2e/, 25],
  [/\/service-process\.integration/, 20],
  [/\/map\.e2e/, 18],
  [/\/cost\.integration/, 16],
  [/\/least-privilege\.integration/, 12],
  [/\/phones\/phones\.e2e/, 14],
  [/\/rotation\.integration/, 12],
  [/\/launcher\.integration/, 12],
  [/\/drives\.integration/, 5],
  [/\/cloud\.integration/, 8],
  [/\/widget\.e2e/, 6],
  [/\/packaging\.integration/, 6],
  [/\/package-services\.integration/, 12],
  [/\/timeouts\.integration/, 12],
  [/\/company-file\.integration/, 8],
  [/\/supply-chain\.integration/, 10],
  [/\/aws-sms\/phones\.e2e/, 5],
  [/\/edge\.integration/, 5],
  [/\/machine-mutants\.integration/, 5],
  [/\/boundary\.test/, 5],
  [/\/viewer-request\.test/, 5],
  [/\/job-mutants\.test/, 5],
  [/\/cases\.test/, 4],
  [/\/fleet-simulation\.test/, 4],
  [/\/trucks\.test/, 3],
  [/\/trackers\.test/, 3],
  [/\/segments\.test/, 3],
];

/** `duration` is in ms. */
type Suite = { path: string; duration?: number };

/** Returns the expected duration of a suite, in s: measured here, else listed above, else a second. */
export const secondsOf = ({ path, duration }: Suite): number =>
  duration === undefined ? (LONG.find(([pattern]) => pattern.test(path))?.[1] ?? 1) : duration / 1000;

type Suites = Parameters<Sequencer['sort']>[0];

/** Runs the longest suites first, so that no worker still has one when the others are finished. */
export default class LongestFirst extends Sequencer {
  override async sort(tests: Suites): Promise<Suites> {
    // Jest's own sort adds the times that it measured on this machine.
    return [...(await super.sort(tests))].sort((a, b) => secondsOf(b) - secondsOf(a));
  }
}
