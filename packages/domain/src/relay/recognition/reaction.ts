const QUOTE = '[“"«](?<quote>[^]*)[”"»]';
const APPROVING_REACTION = new RegExp(
  `^\\s*(?:Liked|Loved|Emphasized|Reacted (?:👍|❤️?|✅|👌)[^\\s]* to|Le gustó|Le encantó|Enfatizó) ${QUOTE}\\s*$`,
  'iu',
);
const OTHER_REACTION = new RegExp(
  `^\\s*(?:Disliked|Laughed at|Questioned|Reacted \\S+ to|Removed an? .+ from|No le gustó|Se rió de|Preguntó por|Eliminó .+ de) ${QUOTE}\\s*$`,
  'iu',
);

/** A tapback. `quote` is the text that it is about; `isApproving` marks the kinds that say "I have seen this". */
export type Reaction = { isApproving: boolean; quote: string };

/** Returns the reaction that a text is, in the form that phones send to phones without reactions (`Liked “…”`), else null. */
export const reactionOf = (body: string): Reaction | null => {
  const approving = APPROVING_REACTION.exec(body)?.groups?.['quote'];
  if (approving !== undefined) return { isApproving: true, quote: approving };
  const other = OTHER_REACTION.exec(body)?.groups?.['quote'];
  return other === undefined ? null : { isApproving: false, quote: other };
};
