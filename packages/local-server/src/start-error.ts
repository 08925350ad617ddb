/** Something that keeps the local system from starting and that the person at the terminal can fix; printed without a stack. */
export class StartError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'StartError';
  }
}
