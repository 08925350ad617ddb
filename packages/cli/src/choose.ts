import { CommandError } from './command-error.ts';
import type { Surroundings } from './surroundings.ts';

/** An answer that a person may choose, and the option that chooses it without a terminal. */
export type Choice<T> = { value: T; label: string; option: string };

/** True for a yes in English or Spanish. */
const isYes = (answer: string): boolean => /^\s*(y|yes|s|s[ií])\s*$/i.test(answer);

const ended = (text: string): string => (/[.?!:]$/.test(text) ? text : `${text}.`);

/**
 * Asks which of several things is meant, by number; about a single one, yes or no.
 * @param question what is doubtful, without a full stop
 * @throws CommandError without a choice; without a terminal it names the options to add
 */
export const choose = async <T>(
  { ask }: Pick<Surroundings, 'ask'>,
  question: string,
  choices: ReadonlyArray<Choice<T>>,
): Promise<T> => {
  const [only, ...others] = choices;
  if (!only) throw new CommandError(ended(question));
  const list = choices.map(({ label }, i) => `  ${i + 1}) ${label}`).join('\n');
  const answer =
    (await ask?.(
      others.length === 0
        ? `${ended(question)} ${only.label.charAt(0).toUpperCase()}${only.label.slice(1)}? [y/N] `
        : `${question}:\n${list}\nWhich one? [1-${choices.length}] `,
    )) ?? null;
  if (answer === null)
    throw new CommandError(
      `${ended(question)} ${others.length === 0 ? 'To confirm it, add:' : 'Choose one:'}\n${choices.map(({ label, option }) => `  ${label}: ${option}`).join('\n')}`,
    );
  const chosen =
    others.length === 0 && isYes(answer) ? only : choices[/^\s*\d+\s*$/.test(answer) ? Number(answer) - 1 : -1];
  if (!chosen) throw new CommandError('Nothing was changed.');
  return chosen.value;
};
