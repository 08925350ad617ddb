/*
 * The wordings with which phones report a reaction to phones that cannot show it. iPhones write a verb and a quote (`Liked “…”`),
 * Google Messages an emoji between zero-width characters and a quote. Sources: reports and parsers of SMS apps and bridges
 * (quik-sms, FossifyOrg/Messages and qksms issues on tapbacks), Apple's string tables for English.
 */

/** The meaning of a reaction: agrees, refuses, asks, stresses, laughs, or anything else. */
export type ReactionTone = 'yes' | 'no' | 'doubt' | 'emphasis' | 'laugh' | 'other';

/** Verbs before a quote or an object such as `an image`, by tone, in all languages. Longer ones come before their own beginnings. */
export const REACTION_VERBS: ReadonlyArray<readonly [ReactionTone, string]> = [
  ['yes', 'liked|loved'],
  ['no', 'disliked'],
  ['laugh', 'laughed at'],
  ['emphasis', 'emphasi[sz]ed'],
  ['doubt', 'questioned'],
  ['yes', 'le gustó|le encantó|le encanto|le gusto'],
  ['no', 'no le gustó|no le gusto|le disgustó'],
  ['laugh', 'le dio risa|le hace gracia|le hizo gracia|se ri[oó] de'],
  ['emphasis', 'exclamó por|enfatizó|destacó'],
  ['doubt', 'dudó sobre|dudó de|preguntó por|cuestionó'],
  ['yes', 'a aimé|a adoré'],
  ['no', "n[’']a pas aimé|n[’']aime pas"],
  ['laugh', 'a ri de'],
  ['emphasis', 'a souligné|a mis en évidence|a insisté sur'],
  ['doubt', 'a questionné|a mis en doute'],
  ['yes', 'curtiu|adorou|gostou de|amou'],
  ['no', 'não curtiu|não gostou de|descurtiu'],
  ['laugh', 'riu de|deu risada de|achou graça de'],
  ['emphasis', 'enfatizou|destacou'],
  ['doubt', 'questionou|perguntou sobre'],
  ['yes', 'gefällt|liebt'],
  ['laugh', 'lacht über'],
  ['emphasis', 'betont|hervorgehoben'],
  ['doubt', 'hinterfragt'],
];

/** Beginnings that name the reaction: `Reacted 👍 to`, `Removed a heart from`, `A retiré la mention « Adore » de`. */
export const NAMED_REACTIONS: readonly string[] = [
  'reacted (?:with )?NAME to',
  'removed NAME from',
  'reaccionó (?:con )?NAME a',
  '(?:eliminó|quitó|retiró) NAME de',
  'dejó de (?<dropped>gustarle|encantarle|darle risa)',
  'a réagi (?:avec |par )?NAME à',
  'a (?:ajouté|attribué) (?:la mention )?NAME à',
  'a retiré (?:la mention |la réaction )?NAME (?:de|à)',
  'reagiu (?:com )?NAME a',
  'removeu NAME de',
  'hat (?:mit )?NAME (?:auf|zu|von|bei)',
];
/** Beginnings that take a reaction back. */
export const REMOVING = /^(?:removed|eliminó|quitó|retiró|dejó|a retiré|removeu)|entfernt$/iu;

/** Names of reactions, in comparable form. The first pattern that matches counts. */
export const REACTION_NAMES: ReadonlyArray<readonly [ReactionTone, RegExp]> = [
  ['no', /\bdislike|aime pas|\bno me gusta|nao (?:gostei|curti)|daumen runter|👎|❌|✖|🚫|⛔|🛑|😡|😠|🤬|🙅/u],
  ['doubt', /question|interroga|fragezeichen|❓|❔|⁉|🤔|🤨|🤷/u],
  ['emphasis', /exclam|emphasis|ausrufezeichen|‼|❗|❕|👀/u],
  ['laugh', /laugh|\brires?\b|\brisa|risada|lachen|haha|jaja|😂|🤣|😆|😹/u],
  [
    'yes',
    /\blike\b|heart|love|j ?aime|\baime\b|adore|c(?:oe|œ)ur|gusta|encanta|corazon|curtida|coracao|herz|gefallt|👍|👌|✅|☑|✔|🙏|💯|🙌|👏|😍|🥰|🤝|🆗|🫡|💪|🎉|[❤♥❣🩷🧡💛💚💙🩵💜🖤🩶🤍🤎💕💞💖💗💓💝💘]/u,
  ],
];

/** Objects of a reaction that quotes nothing. */
export const REACTION_OBJECT =
  /^(?:(?:an?|[0-9]{1,2}) (?:images?|photos?|pictures?|movies?|videos?|attachments?|contacts?|contact card|audio messages?|voice messages?|locations?|links?|stickers?|files?|gifs?|documents?|messages?)|una? (?:imagen|foto|video|vídeo|película|archivo|archivo adjunto|adjunto|contacto|mensaje de audio|mensaje de voz|nota de voz|ubicación|enlace|sticker|mensaje)|une? (?:image|photo|vidéo|pièce jointe|contact|message audio|message vocal|fichier|position|lien|autocollant)|uma? (?:imagem|foto|vídeo|anexo|contato|contacto|mensagem de áudio|mensagem de voz|arquivo|ficheiro|localização|link|figurinha)|eine?n? (?:bild|foto|video|film|anhang|kontakt|audionachricht|sprachnachricht|standort|link|sticker|datei))[.!]?$/iu;

/** Words between an emoji and a quote; the second group takes the reaction back. */
export const EMOJI_PREPOSITION = /^ ?(?:to|a|à|para|zu|auf|(?<removed>from|de|von)) (?=\S)/iu;

/** Words after a quote: `„…“ ein Herz hinzugefügt`, `Hat mit 🙏 auf „…“ reagiert`, `Gefällt „…“ nicht`. */
export const AFTER_QUOTE =
  /^ ?(?:(?<refused>nicht)|(?:(?<added>eine?n? [\p{L} ]{1,30}) )?(?:hinzugefügt|reagiert|markiert|(?<removed>entfernt)))(?=$|[„“"«»])/iu;
