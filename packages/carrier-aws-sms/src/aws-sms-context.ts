/** The name of the effect's ID in a text's context, which AWS repeats in each delivery event. */
export const EFFECT_CONTEXT = 'effect';
