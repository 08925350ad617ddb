/**
 * The inputs of a person that the emulator may not know yet. A view from the emulator is applied to a control only when it includes
 * the control's last input: an older one would undo the click.
 */
export class PendingInput {
  #underWay = 0;
  #revision = 0;

  /**
   * Sends an input.
   * @param send resolves to the revision that includes the change; null when the change failed
   */
  async submit(send: () => Promise<number | null>): Promise<void> {
    this.#underWay += 1;
    try {
      const revision = await send();
      if (revision !== null) this.#revision = Math.max(this.#revision, revision);
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Returns true when the view of this revision includes every input. */
  includedIn(revision: number): boolean {
    return this.#underWay === 0 && revision >= this.#revision;
  }
}
