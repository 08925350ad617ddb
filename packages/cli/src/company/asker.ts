/** Asks a person, or a test, questions. Each method throws a CommandError when the person cancels. */
export type Asker = {
  /**
   * Asks for one line of text, and trims it.
   * @param check returns the mistake in an answer, or null; the question is repeated until it is null
   */
  text(question: {
    message: string;
    /** The present value, which can be edited. */
    initial: string;
    /** A placeholder while the field is empty. */
    hint?: string;
    check: (answer: string) => string | null;
  }): Promise<string>;
  choose<T extends string>(question: {
    message: string;
    options: ReadonlyArray<{ value: T; label: string }>;
    initial: T;
  }): Promise<T>;
  chooseSome<T extends string>(question: {
    message: string;
    options: ReadonlyArray<{ value: T; label: string }>;
    initial: readonly T[];
  }): Promise<T[]>;
  confirm(question: { message: string; initial: boolean }): Promise<boolean>;
  /** Prints a text before the next question. */
  say(text: string, title?: string): void;
};
