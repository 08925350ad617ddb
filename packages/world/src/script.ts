import type { HttpRequest, HttpResponse, IncomingText, System, TokenSubject } from './system.ts';

/** The purpose of a request or text, for the scores: `booking`, `position`, `page`, `said`. `id` names its subject. */
export type Purpose = { kind: string; id: string };

/** Something that happens to the system under test. `at` is epoch ms. */
export type WorldEvent =
  | { at: number; kind: 'text'; text: IncomingText; purpose: Purpose }
  | {
      at: number;
      kind: 'request';
      /** Receives the token of `subject`, and returns the request. */
      requestWith: (token: string) => HttpRequest;
      subject: TokenSubject;
      purpose: Purpose;
    };

/** A subject's part of the script. */
export type EventSource = {
  /** Returns the time of its next event, epoch ms, or null at its end. */
  nextAt(): number | null;
  /** Returns the events that are due at `now`, and removes them. A source may look at the texts that phones have got since then. */
  take(now: number, system: System): Promise<readonly WorldEvent[]> | readonly WorldEvent[];
  /** Receives the response to one of its requests. */
  onResponse?(event: WorldEvent, response: HttpResponse, at: number): void;
};

/** Longest step of the time in ms, so that people see their new texts within it. */
const MAX_STEP_MS = 5_000;

const sendTo = async (system: System, source: EventSource, event: WorldEvent): Promise<void> => {
  if (event.kind === 'text') return await system.deliverText(event.text);
  const response = await system.request(event.requestWith(await system.tokenFor(event.subject)));
  source.onResponse?.(event, response, system.now());
};

/**
 * Plays event sources against a system until `until`, epoch ms: whatever is due next happens next. Events at the same time happen
 * in the order of the sources.
 */
export const play = async (
  system: System,
  sources: readonly EventSource[],
  { until, maxStepMs = MAX_STEP_MS }: { until: number; maxStepMs?: number },
): Promise<void> => {
  while (system.now() < until) {
    const now = system.now();
    for (const source of sources) {
      const at = source.nextAt();
      if (at === null || at > now) continue;
      for (const event of await source.take(now, system)) await sendTo(system, source, event);
    }
    const due = sources.flatMap((source) => source.nextAt() ?? []);
    await system.advanceTo(Math.max(now + 1, Math.min(until, now + maxStepMs, ...due)));
  }
};
