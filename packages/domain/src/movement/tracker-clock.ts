import { type ClockNote, FIX_TTL_S, type Fix } from '../fix.ts';

/** Maximum lead of a right clock, and the delay of a report above which its tracker's clock may be behind, in ms. */
const AHEAD_MS = 120_000;
const LATE_MS = 5 * 60_000;
/** Maximum lead of a clock that is corrected, in ms: that of the widest time zones. Beyond it the time is a fault of a message. */
const MAX_AHEAD_MS = 14 * 3_600_000;
/** The GPS counts weeks with 10 bits: an old receiver is a multiple of this behind, in ms. */
const ROLLOVER_MS = 1024 * 7 * 24 * 3_600_000;
/** Reports of the same delay by which a clock is known to be behind, the time that they take, and their maximum difference, in ms. */
const REPORTS_NEEDED = 4;
const OVER_MS = 8 * 60_000;
const SPREAD_MS = 3 * 60_000;

/** True when a report's times are those of a right clock, or of one that is wrong by less than matters. */
export const isUsualDelay = (delayMs: number): boolean => delayMs >= -AHEAD_MS && delayMs <= LATE_MS;

/**
 * Returns the delay of a report by its tracker's clock, in ms: negative when the clock is ahead. One fix with a right time shows that the
 * clock is right, and a later one in the same report is a fault. `now` is the time of receipt.
 */
export const delayOf = (reported: ReadonlyArray<Pick<Fix, 'at'>>, now: number): number => {
  const delays = reported.map(({ at }) => now - at);
  return delays.find(isUsualDelay) ?? Math.min(...delays);
};

type Noted = Fix & { clock: ClockNote };
const isNoted = (fix: Fix): fix is Noted => fix.clock !== undefined;
/** Delay of an earlier report by its tracker's clock, in ms. */
const delayAsSent = ({ at, clock }: Noted): number => clock.heardAt - (at - clock.errorMs);

/** Returns the whole rollovers by which a report is late, in ms; 0 when it is none. */
const rolledOver = (delayMs: number): number => {
  const ms = Math.round(delayMs / ROLLOVER_MS) * ROLLOVER_MS;
  return ms > 0 && delayMs - ms <= FIX_TTL_S * 1000 && delayMs - ms >= -AHEAD_MS ? ms : 0;
};

/**
 * Returns the error of a tracker's clock as far as one report tells it, in ms: of one that is ahead, or 1024 weeks behind. A clock that
 * is behind looks like a report that comes late.
 */
export const evidentClockError = (delayMs: number): number => {
  if (delayMs >= -AHEAD_MS) return rolledOver(delayMs);
  return delayMs >= -MAX_AHEAD_MS ? delayMs : 0;
};

/**
 * Returns the error of the clock of the tracker that sent a report, in ms: positive when the clock is behind. Add it to the report's times.
 * Four reports over eight minutes that are all equally late show that the clock is behind: what waited for a network comes with ever less
 * delay. The error of the report before is kept until the delay disproves it. A report of usual delay has a right clock.
 * @param known earlier fixes of the trailer, with the notes of `notedReport`
 * @param delayMs delay of the report by its tracker's clock
 * @param now time of its receipt, epoch ms
 */
export const clockErrorOf = (known: readonly Fix[], delayMs: number, now: number): number => {
  if (isUsualDelay(delayMs) || delayMs < -MAX_AHEAD_MS) return 0;
  const rollover = rolledOver(delayMs);
  if (rollover > 0) return rollover;
  const noted = known.filter(isNoted).sort((a, b) => a.clock.heardAt - b.clock.heardAt);
  const before = noted.at(-1)?.clock.errorMs ?? 0;
  if (delayMs - before < -AHEAD_MS) return delayMs;
  const recent = noted.slice(1 - REPORTS_NEEDED);
  const delays = [...recent.map(delayAsSent), delayMs];
  const [least, most] = [Math.min(...delays), Math.max(...delays)];
  const isSteady =
    delays.length === REPORTS_NEEDED &&
    now - (recent[0]?.clock.heardAt ?? now) >= OVER_MS &&
    most - least <= SPREAD_MS &&
    Math.abs(least - before) > SPREAD_MS;
  return isSteady ? least : before;
};

/**
 * Returns a report with right times. Its newest fix notes the time of receipt and the error, because a usual report needs neither.
 * @param errorMs the result of `clockErrorOf`
 */
export const notedReport = (reported: readonly Fix[], errorMs: number, now: number): Fix[] => {
  const newestAt = Math.max(...reported.map(({ at }) => at));
  return reported.map((fix) => ({
    ...fix,
    at: fix.at + errorMs,
    ...(fix.at === newestAt ? { clock: { heardAt: now, errorMs } } : {}),
  }));
};
