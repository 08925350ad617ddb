import { ProductError } from '@qdn/domain';

/**
 * Returns the refusal of a parameter in a query or a path.
 * @param detail continues the parameter's name: `must be true or false`
 * @param sentence for the person who reads the answer
 */
export const refusedParameter = (name: string, detail: string, sentence = `\`${name}\` is not valid.`): ProductError =>
  new ProductError('schema-violation', sentence, { violations: [{ pointer: `/${name}`, detail }] });
