/** The name of the outbound message's ID in a text's context, which AWS repeats in each delivery event. */
export const MESSAGE_CONTEXT = 'message';
