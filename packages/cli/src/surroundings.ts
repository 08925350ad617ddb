import type { Asker } from './company/asker.ts';

/** What the command line works in: the process's own, or a test's. */
export type Surroundings = {
  environment: NodeJS.ProcessEnv;
  repository: string;
  /** A finished line for standard output. */
  print: (text: string) => void;
  /** What is going on, for standard error. */
  note: (text: string) => void;
  /** Asks the person at the terminal: the answer; null, as without it, when nobody is there. */
  ask?: (question: string) => Promise<string | null>;
  /** Asks the person at the terminal a whole form; absent when nobody is there. */
  form?: (title: string) => Promise<Asker>;
  /** How long a rotation waits, in ms, where not as long as running functions may need. */
  propagationMs?: number;
  inFlightMs?: number;
};
