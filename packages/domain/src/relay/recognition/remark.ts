import { asksSomething } from './asks-something.ts';
import { comparable } from './comparable-text.ts';

/*
 * Texts that people should read and that wait for nothing: offers about an arrival, a joke, and letters that a child typed. In
 * comparable form. A word of trouble, an order or a question makes each of them a text to answer.
 */

/** Words that order, refuse or report damage. */
const ACT =
  /\b(?:now|asap|urgent|emergency|stop|wait|full|lleno|llena|ready|listo|lista|pick ?up|pick it|come get|haul|recoj\w{1,4}|recog\w{1,4}|swap|refund|charg\w{1,3}|fix|pay|broke\w?|damag\w{1,3}|crack\w{0,3}|crush\w{0,3}|dent\w{0,3}|scratch\w{0,3}|smash\w{0,3}|scrap\w{1,4}|hit|ran over|run over|spill\w{0,3}|leak\w{0,3}|mess|wrong|ruin\w{0,3}|dead|killed|hurt|nunca|never|nothing|nada|call|llam\w{1,4}|dont|do not|no longer|cant|cannot|not happy|lawyer|blocked|bloque\w{1,4}|before|antes|until|hasta)\b/;

/** Permissions, and times that suit the writer. */
const OFFERS: readonly RegExp[] = [
  /\b(?:you|u|ya|yall|you guys|he|she|they|driver|the driver|your driver|your guy) (?:can|could|may|is welcome to|are welcome to) (?!not\b)[a-z0-9 ]{0,60}\b(?:any ?time|any hour|any day|whenever|wherever|anywhere|if (?:it is |its )?(?:needed|easier|necessary|better)|if (?:you|he|they) (?:need|want|like|has|have)s?(?: to)?|either (?:way|side|one)|as early as|as late as)\b/,
  /\b(?:im|i am|we are|were) (?:pretty |totally |very |super )?flexible\b|\b(?:any|either) (?:day|time|side|spot|morning|afternoon)(?: [a-z0-9]{1,12}){0,4} (?:is (?:fine|ok|okay|good)|works)\b|\b(?:whenever|wherever|whatever) (?:works|is (?:easiest|easier|best)|you (?:want|like|can))\b|\bno preference\b/,
  /\b(?:gate|door|yard|garage|driveway|lot|fence|padlock|spot) (?:will be|is going to be|gonna be|stays|will stay) (?:all )?(?:unlocked|open|opened|clear|cleared|empty|free)\b/,
  /\b(?:puedo|podemos|me queda|nos queda|esta bien|da igual|me da igual)[a-z ]{0,12} (?:cualquier|a cualquier|el que sea|cuando (?:quieran|puedan|guste|gusten))\b|\b(?:pueden?|puede) (?:venir|pasar|llegar|dejarlo|dejarla|ponerlo|ponerla) [a-z ]{0,20}\b(?:cualquier|cuando (?:quieran?|pueda|puedan|gusten?)|donde (?:quieran?|sea|gusten?)|a la hora que)\b/,
  /\b(?:porton|puerta|reja|candado) (?:va a (?:estar|quedar)|estara|queda|quedara|lo dejo|la dejo) (?:abiert[oa]|sin (?:llave|candado))\b|\bdejo (?:el|la) (?:porton|puerta|reja) (?:abiert[oa]|sin (?:llave|candado))\b/,
];

/** Tests whether a text only says what the writer allows, or when an arrival suits: "any day but Wednesday", "come anytime". */
export const isOffer = (body: string): boolean => {
  const said = comparable(body);
  const rest = said.replace(/\b(?:not |no )?(?:before|antes de(?: las)?|until|hasta(?: las)?) [0-9]{1,2}\b/g, ' ');
  return !asksSomething(body) && said.length <= 120 && !ACT.test(rest) && OFFERS.some((pattern) => pattern.test(said));
};

/** Laughter at the begin of a text. */
const LAUGHS =
  /^(?:(?:well|ok|okay|omg|oh|wow|ay|no bueno) )?(?:lol|lmao|rofl|(?:ha){2,6}h?|(?:he){2,4}|(?:ja){2,8}j?|[😂🤣]{1,5})(?= |$)/u;
/** Verbs and places with which a joke goes on to a wish. */
const WISHES =
  /\b(?:put|leave|left|drop\w{0,4}|dump\w{0,3}|park\w{0,3}|use|move|bring|take|took|come|tell|send|text|get|let|go|make|give|need\w{0,2}|want\w{0,2}|please|pls|plz|porfa|por favor|dej\w{1,4}|pong\w{1,4}|traig\w{1,3}|muev\w{1,3}|manden?|necesit\w{1,4}|quier\w{1,4}|side|gate|still|but|pero|late|tarde)\b/;

/** A child, a pet or a pocket that typed. */
const TYPED_BY_OTHERS =
  /\b(?:toddler|kids?|son|daughter|baby|boy|girl|grandson|granddaughter|grandkids?|nephew|niece|cat|dog|puppy|wife|husband) (?:just |must have |mustve )?(?:typed|sent|texted|wrote|got (?:a ?hold of |into |on )?my phone|grabbed|had my phone|was playing|stepped on|sat on|hit send|pushed)\b|\b(?:butt|pocket) ?(?:text|texted|dial|dialed|dialled|typed)\b|\bfue (?:el|la|mi) (?:nin[oa]|hij[oa]|bebe|gat[oa]|perr[oa]|niet[oa])\b|\b(?:nin[oa]|hij[oa]|bebe|gat[oa]|niet[oa]) (?:lo |me )?(?:escribio|mando|envio|agarro|aplasto|jugando)\b/;

/** Tests whether a text only laughs about something, or says that a child or pet typed it: harmless, and read by the team. */
export const isJoke = (body: string): boolean => {
  const said = comparable(body);
  if (asksSomething(body) || ACT.test(said) || said.length > 120) return false;
  if (TYPED_BY_OTHERS.test(said)) return true;
  return LAUGHS.test(said) && said.length <= 80 && !WISHES.test(said) && !/[0-9]/.test(said);
};

/** A yes with the option that it takes, quoted or named: `Yes to “the 2 pm slot”`. */
const TAKES_OPTION =
  /^(?:yes|yep|yeah|yup|ok|okay|sure|si) (?:please )?(?:to|on|a|al|a la) (?!(?:you|me|him|her|them|do|get|have|be)\b).{1,40}$/;

/** Tests whether a text takes an option that the team has offered in some other way, such as by phone. */
export const takesOption = (body: string): boolean =>
  !asksSomething(body) && !ACT.test(comparable(body)) && TAKES_OPTION.test(comparable(body));

/** Status words of dispatch systems, which a driver of another company sends as a whole text. */
const STATUS_WORDS: ReadonlySet<string> = new Set(
  'loaded|unloaded|empty|arrived|delivered|dropped|rolling|en route|enroute|on site|onsite|at yard|at the yard|at dump|at landfill|checked in|checked out|in transit|cargado|descargado|vacio|entregado|en ruta|en camino'.split(
    '|',
  ),
);

/** Tests whether a stranger's whole text is a status word of a dispatch system. */
export const isStatusWord = (body: string): boolean => STATUS_WORDS.has(comparable(body));
