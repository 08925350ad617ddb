import type { Report, StoredMessage } from './memory.ts';

/** The deliveries and reports that are under way. `stop` ends them, to be resumed by the next process. */
export class BackgroundWork {
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  get signal(): AbortSignal {
    return this.#stopping.signal;
  }
  get isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  run(work: Promise<void>): void {
    const tracked = work.finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  stop(): Promise<void> {
    this.#stopping.abort();
    return this.settled();
  }
}

/**
 * Reports the statuses of each message one after the other, so that `delivered` never overtakes `sent`.
 */
export class StatusReports {
  readonly #work: BackgroundWork;
  readonly #report: (message: StoredMessage, report: Report) => Promise<void>;
  readonly #reporting = new Map<string, Promise<void>>();

  /** @param report sends one report and removes it from the message's `unreported`; it may return early when work stops */
  constructor(work: BackgroundWork, report: (message: StoredMessage, report: Report) => Promise<void>) {
    this.#work = work;
    this.#report = report;
  }

  /** Starts reporting, unless it is under way for this message or nothing is left to report. */
  start(message: StoredMessage): void {
    if (message.unreported.length === 0 || this.#reporting.has(message.sid)) return;
    const work = this.#reportAll(message).finally(() => this.#reporting.delete(message.sid));
    this.#reporting.set(message.sid, work);
    this.#work.run(work);
  }

  async #reportAll(message: StoredMessage): Promise<void> {
    for (let next = message.unreported[0]; next && !this.#work.isStopping; next = message.unreported[0]) {
      await this.#report(message, next);
    }
  }
}
