import { cancel, confirm, intro, log, multiselect, note, select, text } from '@clack/prompts';
import { CommandError } from '../connection.ts';
import type { Asker } from './asker.ts';

/** Returns the answer. @throws CommandError when the person pressed Ctrl-C or Escape */
const answered = <T extends string | boolean | readonly string[]>(answer: T | symbol): T => {
  if (typeof answer !== 'symbol') return answer;
  cancel('Stopped.');
  throw new CommandError('Nothing was written.');
};

/** Asks the person at the terminal. */
export const createTerminal = (title: string): Asker => {
  intro(title);
  return {
    text: async ({ message, initial, hint, check }) => {
      const trimmed = (value: string | undefined) => (value ?? '').trim();
      const answer = answered<string>(
        await text({
          message,
          initialValue: initial,
          ...(hint === undefined ? {} : { placeholder: `(${hint})` }),
          validate: (value) => check(trimmed(value)) ?? undefined,
        }),
      );
      return trimmed(answer);
    },
    choose: async ({ message, options, initial }) => {
      const answer = answered<string>(await select<string>({ message, options: [...options], initialValue: initial }));
      return options.find(({ value }) => value === answer)?.value ?? initial;
    },
    chooseSome: async ({ message, options, initial }) => {
      const answers = answered<string[]>(
        await multiselect<string>({ message, options: [...options], initialValues: [...initial], required: false }),
      );
      return options.map(({ value }) => value).filter((value) => answers.includes(value));
    },
    confirm: async ({ message, initial }) => answered<boolean>(await confirm({ message, initialValue: initial })),
    say: (words, heading) =>
      heading === undefined ? log.info(words) : note(words, heading, { format: (line) => line }),
  };
};
