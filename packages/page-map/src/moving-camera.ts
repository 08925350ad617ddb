import { between } from './camera.ts';
import type { Camera } from './projection.ts';

/** A camera that is at rest, or on its way from one view to another. Times in monotonic ms. */
export class MovingCamera {
  #current: Camera | null = null;
  #move: { from: Camera; to: Camera; startedAt: number; durationMs: number } | null = null;

  /** The view of the last frame; null before the first. */
  get current(): Camera | null {
    return this.#current;
  }

  /** The view that the camera is sent to, or has. */
  get target(): Camera | null {
    return this.#move?.to ?? this.#current;
  }

  get moving(): boolean {
    return this.#move !== null;
  }

  /** Sends the camera to a view; the first one, and one without a duration, is there at once. */
  go(to: Camera, durationMs: number, now: number): void {
    if (!this.#current || durationMs === 0) {
      this.#current = to;
      this.#move = null;
    } else this.#move = { from: this.#current, to, startedAt: now, durationMs };
  }

  /** Advances the camera and returns its view; null before the first. */
  at(now: number): Camera | null {
    if (this.#move) {
      const { from, to, startedAt, durationMs } = this.#move;
      const t = (now - startedAt) / durationMs;
      this.#current = between(from, to, t);
      if (t >= 1) this.#move = null;
    }
    return this.#current;
  }

  /** Forgets the view, but not a movement: the next `go` jumps. */
  forget(): void {
    this.#current = null;
  }
}
