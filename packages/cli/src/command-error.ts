/** A mistake of the person at the terminal, or of the system they talk to: printed as a sentence. */
export class CommandError extends Error {}
