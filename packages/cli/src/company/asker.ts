/** Puts questions to a person, or to a test. Each of them throws a CommandError when the person gives up. */
export type Asker = {
  /**
   * One line of text, without spaces around it.
   * @param check what is wrong with an answer, or null; it is asked until that is null
   */
  text(question: {
    message: string;
    /** What stands there already, to be changed. */
    initial: string;
    /** Shown while nothing stands there. */
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
  /** Something to be read before what is asked next. */
  say(text: string, title?: string): void;
};
