import type { Random } from '../random.ts';
import type { StatusAsk } from '../score/answers.ts';
import { isCustomerStop, type JobTruth, jobTruthsOf } from '../score/job-truth.ts';
import type { EventSource, WorldEvent } from '../script.ts';
import type { Truth } from '../trucks/truth.ts';
import { localTimeAt } from './clock.ts';
import { eventQueue } from './event-queue.ts';

export type StatusAsks = EventSource & {
  load(truths: readonly Truth[]): void;
  asks(): readonly StatusAsk[];
};

export type StatusAskOptions = {
  textNumber: string;
  timeZone: string;
  phoneOf(jobId: string): string | null;
  isBooked(jobId: string): boolean;
};

const MINUTE_MS = 60_000;
/** Shares of the jobs whose customers ask while the trailer comes, before it sets out, and after it has left. */
const ASKS_UNDER_WAY = 0.35;
const ASKS_BEFORE = 0.1;
const ASKS_AFTER = 0.1;
/** People ask in these local hours. */
const FROM_H = 8;
const TO_H = 20;
/** Whole texts that a product with automatic answers must understand. */
const WORDS = ['ETA', 'Status', 'eta?', 'STATUS', 'Where'] as const;

const timesOf = ({ jobId, stops, legs, setOutAt, endedAt }: JobTruth, random: Random): number[] => {
  const own = random.fork(jobId);
  const first = stops.find(({ kind }) => isCustomerStop(kind));
  const leg = first && legs.find(({ stop }) => stop === first.stop);
  const legMs = leg && first ? first.arrivedAt - leg.setOutAt : 0;
  return [
    ...(own.chance(ASKS_BEFORE) ? [setOutAt - own.between(30, 90) * MINUTE_MS] : []),
    ...(own.chance(ASKS_UNDER_WAY) && leg && legMs > 8 * MINUTE_MS
      ? [leg.setOutAt + own.within(0.4, 0.7) * legMs]
      : []),
    ...(own.chance(ASKS_AFTER) && endedAt !== null ? [endedAt + own.between(20, 60) * MINUTE_MS] : []),
  ].map(Math.round);
};

/** Texts that ask for the state of a job, from customers by habit. */
export const statusAsksOf = (options: StatusAskOptions, random: Random): StatusAsks => {
  const { textNumber, timeZone, phoneOf, isBooked } = options;
  const queue = eventQueue<StatusAsk>();
  const asks: StatusAsk[] = [];
  return {
    nextAt: queue.nextAt,
    take: (now) =>
      queue.takeUntil(now).flatMap((ask): WorldEvent[] => {
        if (!isBooked(ask.jobId)) return [];
        asks.push({ ...ask, at: now });
        const body = random.fork(`${ask.jobId}/${ask.at}`).pick(WORDS);
        const text = { from: ask.phone, to: textNumber, body, media: [] };
        return [{ at: now, kind: 'text', text, purpose: { kind: 'ask', id: ask.jobId } }];
      }),
    load: (truths) =>
      queue.add(
        [...jobTruthsOf(truths).values()].flatMap((job) => {
          const phone = phoneOf(job.jobId);
          const times = timesOf(job, random).filter((at) => {
            const { hour } = localTimeAt(at, timeZone);
            return hour >= FROM_H && hour < TO_H;
          });
          return phone ? times.map((at) => ({ at, jobId: job.jobId, phone })) : [];
        }),
      ),
    asks: () => asks,
  };
};
