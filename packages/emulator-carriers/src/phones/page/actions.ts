/** @throws Error with a sentence for the person at the page */
export const act = async (action: string, input: object): Promise<void> => {
  let response: Response;
  try {
    response = await fetch(`/actions/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
  } catch {
    throw new Error('The stand-in does not answer. Is npm start still running?');
  }
  if (response.ok) return;
  const answer: { error?: string } = await response.json().catch(() => ({}));
  throw new Error(answer.error ?? `That failed (${response.status}).`);
};

/** Where short sentences for the person at the page go. */
export type Say = (sentence: string) => void;

/** Runs an action and says what kept it from being done. @returns whether it was done */
export const attempt = async (say: Say, action: string, input: object): Promise<boolean> => {
  try {
    await act(action, input);
    return true;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return false;
  }
};
