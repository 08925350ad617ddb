import { comparable, readable } from './comparable-text.ts';

/** Beginnings of a sentence before its question: `Hey so can he …`. */
const FILLER =
  /^(?:(?:lol|lmao|haha|jaja|jajaja|hey|hi|hello|ok|okay|so|and|also|but|or|well|thanks|thank you|sorry|please|pls|plz|quick question|question|one more thing|good morning|good afternoon|just wondering|actually|ma?am|sir|guys|hola|oiga|oye|buenas|buenos dias|buenas tardes|disculpe|perdon|gracias|y|o|pero|entonces|tambien|una pregunta|ok y) )+/;

/** Beginnings of a question without a question mark, in comparable form. `When you get here, honk` is not one. */
const ENGLISH =
  /^(?:what(?:s| time| day| is| are| do| does| did| about| size| kind| would| should| will| can| happened| if| else|s the)|when(?:s| (?:u|you|yall) (?:coming|gonna|going|picking|dropping|delivering|be|getting)| r| is| are| do| does| did| can| will| would| should)|where(?:s| is| are| do| does| did| should| can| will| r| u| at| y ?all)|who(?:s| is| are| do| does| did| can| will| gave| should)|which (?!is\b|means\b)[a-z]+|why|how (?:much|many|long|far|soon|late|high|big|heavy|do|does|did|is|are|about|come|can|will|would|should|old|early|often)|hows|can (?:i|u|you|he|she|they|we|someone|anyone|it|the)|could (?:i|u|you|he|she|they|we|someone|it|the)|would [a-z]+ (?:work|be)|would (?:i|u|you|he|she|they|we|it|the|that)|will (?:i|u|you|he|she|they|we|it|the|that|this|there|someone)|should (?:i|we|he|they|it)|do (?:i|u|you|we|they|y ?all)|does|did (?:i|u|you|he|she|they|we|it|the|someone)|are (?:u|you|we|they|there|these|those|y ?all)|r u|u coming|is (?:he|she|it|that|this|there|they|the|anyone|anybody|someone|everything|my|your|today|tomorrow|[a-z]+ (?:ok|okay|possible|good|fine|included|extra))|isnt|arent|dont you|have (?:you|u|they)|has (?:he|she|it|the|anyone)|was (?:it|he|that|there)|were (?:you|they)|may i|any (?:chance|way|idea|word|update|updates|news|luck|eta)|anyone|anybody|need (?:a|the|to know) (?:time|price|quote|date|when|what|if)|still (?:coming|on)|(?:eta|status)(?: update)?(?= (?:on|for|of|please|pls|to)\b|$))(?= |$)/;
const SPANISH =
  /^(?:que (?:dia|hora|tal si|tamano|pasa|paso|tan)|a que hora|cuando (?:recogen|recoge|abren|cierran|regresan|regresa|terminan|entregan|llega|llegan|viene|vienen|es|pasan|pasa|pueden|puede|me|lo|la|sale|estan)|cuando$|cuant[oa]s?|donde|por donde|en donde|de donde|quien|quienes|cual|como (?:va|van|esta|estan|le|lo|puedo|a que|en cuanto|cuanto)|por que|porque no|me pueden?|pueden?|podrian?|puedo|se puede|le puedo|lo puedo|tienen?|aceptan?|trabajan?|hablan|cobran|rentan?|sabe si|ya (?:vienen?|viene|mero|llegan?|casi|salio)|todavia (?:vienen?|no)|van a|va a|falta mucho|cuanto falta|hasta (?:donde|cuando|que)|tengo que|hay (?:espacio|forma|manera|alguien|chance|algun|alguna|costo))(?= |$)/;
/** Requests for an answer anywhere in a text. */
const REQUEST =
  /\b(?:let (?:me|us) know|lmk|tell me (?:when|where|what|how|if)|wondering (?:if|when|what|how)|(?:want|need|like) to know|(?:can|could|will|would) (?:u|you|someone|he|they) (?:please )?[a-z]+|how (?:much|long|far|many)|what (?:time|day)|which one|is (?:that|this|it) (?:ok|okay|possible)|me (?:puede|pueden|avisa|avisan|dice|dicen)|digame|diganme|aviseme|avisenme|quisiera saber|a que hora|que dia|cuanto (?:cuesta|cobra|cobran|es|sale|seria))\b/;

/** Question marks that ask nothing of the reader: `Questions? Reply here.` */
const RHETORICAL = /\b(?:any )?questions ?\?|¿(?:tiene )?(?:preguntas|dudas)\?/giu;

const beginsWithQuestion = (sentence: string): boolean => {
  const said = comparable(sentence).replace(FILLER, '');
  return ENGLISH.test(said) || SPANISH.test(said);
};

/**
 * Tests whether a text asks its reader for something that a bare "ok", "1" or thumb up could answer, with or without a question mark,
 * in English or Spanish.
 */
export const asksSomething = (body: string): boolean => {
  const text = readable(body).replace(RHETORICAL, ' ');
  if (/[?¿？]/u.test(text)) return true;
  return text.split(/[.!;\n]|, |\s[-–—]\s/u).some(beginsWithQuestion) || REQUEST.test(comparable(text));
};
