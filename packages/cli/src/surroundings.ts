/** What the command line works in: the process's own, or a test's. */
export type Surroundings = {
  environment: NodeJS.ProcessEnv;
  repository: string;
  /** A finished line for standard output. */
  print: (text: string) => void;
  /** What is going on, for standard error. */
  note: (text: string) => void;
  /** How long a rotation waits, in ms, where not as long as running functions may need. */
  settleMs?: number;
  inFlightMs?: number;
};
