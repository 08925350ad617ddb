/** What the effect's ID is called in a text's context, which comes back with each delivery event. */
export const EFFECT_CONTEXT = 'effect';
