/** Ends a sentence; a time of day may end in a point of its own, as in `2:11 p.m.` */
export const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`);
