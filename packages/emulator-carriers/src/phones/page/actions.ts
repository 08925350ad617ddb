/**
 * Runs an action of the emulator.
 * @returns the revision that includes its change
 * @throws Error with a sentence for the person at the page
 */
export const act = async (action: string, input: object): Promise<number> => {
  let response: Response;
  try {
    response = await fetch(`/actions/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
  } catch {
    throw new Error('The emulator does not answer. Is npm start still running?');
  }
  const answer: { error?: string; revision?: number } = await response.json().catch(() => ({}));
  if (response.ok) return answer.revision ?? 0;
  throw new Error(answer.error ?? `The action failed (${response.status}).`);
};

/** Shows a short sentence to the person at the page. */
export type Say = (sentence: string) => void;

/** Runs an action and shows its error. @returns the revision that includes its change; null when it failed */
export const attempt = async (say: Say, action: string, input: object): Promise<number | null> => {
  try {
    return await act(action, input);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return null;
  }
};
