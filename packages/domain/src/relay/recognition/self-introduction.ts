import { comparable } from './comparable-text.ts';

/*
 * Texts in which the writer says who they are: "it's Maria from the Lopez job, my husband's phone". What they say proves nothing; a dispatcher
 * decides.
 */

/** Words before or after the writer's name, in comparable form. `name` has one or two words. */
const INTRODUCTIONS = [
  /\b(?:this is|its|it is|im|i am|my name is|name is|name s)(?: just)? (?<name>[\p{L}\p{M}]{2,}(?: [\p{L}\p{M}]{2,})?)/gu,
  /^(?:(?:hi|hello|hey|ok|sorry) )?(?<name>[\p{L}\p{M}]{2,}(?: [\p{L}\p{M}]{2,})?) (?:here|speaking|again)\b/gu,
  /\b(?:soy|habla|le habla|le escribe|me llamo|mi nombre es) (?<name>[\p{L}\p{M}]{2,}(?: [\p{L}\p{M}]{2,})?)/gu,
];
/** Words that name a job by its customer: "the Lopez job", "el trabajo de Lopez". */
const JOB_OF = [
  /\b(?:the|from) (?<name>[\p{L}\p{M}]{3,}) (?:job|order|delivery|dumpster|pickup|account)\b/gu,
  /\b(?:trabajo|pedido|entrega|orden) de (?<name>[\p{L}\p{M}]{3,}(?: [\p{L}\p{M}]{3,})?)/gu,
];
/** Words that follow "it's" or "I'm" and are not names. */
const NOT_NAMES = new Set(
  'its it this is im i who what there they we you anyone someone truck driver me the a an my at in on out not now so just here home ready waiting still going about fine ok okay good great your our from with back almost done sorry running late new el la un una yo de aqui ya'.split(
    ' ',
  ),
);

/** Returns the names that a text gives for its writer, each as words in comparable form; empty without any. */
export const introducedNames = (body: string): string[] => {
  const said = comparable(body);
  const found = (patterns: readonly RegExp[]) =>
    patterns.flatMap((pattern) =>
      [...said.matchAll(pattern)].flatMap(({ groups }) => {
        const words = (groups?.['name'] ?? '').split(' ');
        return NOT_NAMES.has(words[0] ?? '') ? [] : words.filter((word) => !NOT_NAMES.has(word));
      }),
    );
  const own = found(INTRODUCTIONS);
  return own.length === 0 ? [] : [...new Set([...own, ...found(JOB_OF)])];
};

/** Tests whether the names that a text gives include a first or last name of someone. */
export const isNamedIn = (names: readonly string[], name: string): boolean =>
  comparable(name)
    .split(' ')
    .some((part) => part.length > 2 && names.includes(part));
