import { InvalidArgumentError } from 'commander';

/** Parses an option's number above 0. @throws InvalidArgumentError */
export const positiveNumber = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
};
