import type { Asker } from './company/asker.ts';

/** Environment of the command line: the process's own, or a test's. */
export type Surroundings = {
  environment: NodeJS.ProcessEnv;
  repository: string;
  /** Prints a line to standard output. */
  print: (text: string) => void;
  /** Prints progress to standard error. */
  note: (text: string) => void;
  /** Asks the person at the terminal. Returns null, as when it is missing, without a terminal. */
  ask?: (question: string) => Promise<string | null>;
  /** Opens a form at the terminal; missing without a terminal. */
  form?: (title: string) => Promise<Asker>;
  /** Waits of a rotation, in ms, in tests; by default as long as running functions need. */
  propagationMs?: number;
  inFlightMs?: number;
};
