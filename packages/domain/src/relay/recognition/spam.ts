import { comparable, readable } from './comparable-text.ts';

/*
 * Texts of strangers that need no answer: advertising and fraud, and private texts to a wrong number. Sources: pages of the FTC and of
 * carriers on smishing, reports of text lines.
 */

/** A text of a stranger: `certain` has several signs of advertising or fraud; `likely` has one, or is not meant for the company. */
export type Spam = 'certain' | 'likely';

/** Subjects of advertising and fraud, in comparable form. */
const SUBJECTS: readonly RegExp[] = [
  /\bpending (?:package|parcel|delivery|refund)\b|\bunusual activity\b|\bverify your (?:account|identity|info)|\b(?:netflix|amazon|apple|paypal|spotify|disney)\b.{0,30}\b(?:declined|expired|locked|suspended)\b/,
  /\b(?:car|extended|vehicle) warranty\b|\b(?:star|google) reviews\b|\brank (?:number )?(?:1|one|first)\b|\b(?:qualified )?leads a (?:day|week|month)\b|\bgrow your business\b|\bweb ?site design\b|\bseo\b/,
  /\bpaid for by\b|\bpolls (?:open|close)\b|\bcash offer\b|\birs\b|\btax refund\b|\bunclaimed\b|\bsus puntos\b|\bcanjee\b|\b(?:hot )?singles in\b/,
  /\bgot (?:your|ur) (?:contact|number) from my (?:assistant|secretary|phone|contacts)\b/,
  /\b(?:(?:your|ur|su|tu) (?:package|parcel|shipment|order|paquete|envio|pedido)|usps|fedex|dhl)\b.{0,60}\b(?:hold|address|confirm|fee|customs|missing|pending|could not be delivered|update here|pudo ser|direccion|actualice)\b/,
  /\b(?:unpaid|outstanding) toll\b|\btoll (?:notice|violation|fee|invoice)\b|\b(?:txtag|e ?z ?pass|fastrak|sunpass)\b/,
  /\b(?:account|card|id|profile|cuenta|tarjeta)\b.{0,20}\b(?:locked|suspended|restricted|blocked|on hold|compromised|bloquead[ao]|suspendid[ao])\b|\bdid you (?:attempt|make|authorize) a (?:charge|purchase|payment|transfer|withdrawal)\b|\b(?:fraud|security) alert\b|\b(?:apple|icloud|amazon|paypal|netflix) (?:id|account|support)\b|\breactive aqui\b/,
  /\b(?:congrats|congratulations|you (?:have |ve )?won|youve won|u won|winner|gift card|felicidades|ganaste|ha ganado|premio)\b/,
  /\bremote (?:job|work|position)\b|\bwork from home\b|\b(?:earn|make|gana|gane) (?:up to )?[0-9]{2,5} (?:a|per|al|por) (?:day|week|hour|dia|semana)\b|\b(?:recruiter|recruiting) (?:from|with|at)\b|\btrabajo desde casa\b|\b[0-9]{2,4} (?:usd|dolares) (?:diarios|al dia)\b/,
  /\b(?:working capital|business (?:loan|funding)|cheap loans?|pre ?approved|no credit (?:pull|check)|credit repair|debt relief|merchant cash|seo services|rank on google)\b/,
  /\b(?:google|yelp|maps|business) (?:business )?(?:listing|profile)\b|\bfinal notice\b|\bnot verified\b/,
  /\bvote (?:yes|no|for)\b|\bearly voting\b|\bproposition [0-9]|\bprop [0-9]|\bpoll(?:ing)? place\b|\bdonate\b/,
  /\b(?:bitcoin|crypto|forex)\b.{0,40}\b(?:invest|profit|return|trading|wallet)|\binvestment (?:opportunity|tip)|\bstock tip\b/,
  /\bwe buy (?:used |your )?[a-z ]{3,30}(?: any condition)?\b|\binterested in selling\b/,
  /\b(?:6|six) digit\b.{0,20}\bcode\b|\bsend me the code\b|\bcode so i know\b/,
  /^(?:hi |hello |hey )?(?:mom|mum|dad|mama|papa)\b.{0,60}\b(?:new number|broke my phone|lost my phone|phone (?:broke|is broken|died)|text me on this|numero nuevo|otro numero)\b/,
  /\binvoice\b.{0,20}\battached\b|\bregards accounting\b/,
  /\byour [a-z ]{0,24}\b(?:account|listing) needs\b/,
];
/** Calls to do something at once. */
const CALLS_TO_ACT =
  /\breply (?:yes|no|si|info|y|n|1|now)\b|\bresponda? si\b|\b(?:text|escriba) info\b|\bact now\b|\blimited time\b|\bclick\b|\b(?:press|call [0-9 ]{10,16} now)\b|\bstop ?(?:2|to) ?(?:end|quit|opt|unsubscribe)|\breply stop\b|\bavoid a\b|\bwithin [0-9]{1,2} ?h/;
const LINK =
  /https?:\/\/|\b(?:bit\.ly|tinyurl\.com|t\.co|goo\.gl)\b|\w\.(?:example|top|xyz|info|click|shop|icu|vip)\b/i;
/** A spreadsheet's formula. */
const FORMULA = /^\s*=\s*[A-Z]{3,12}\(/;
/** A word in letters of two alphabets that look alike. */
const MIXED_ALPHABETS =
  /\p{Script=Latin}[\p{Script=Cyrillic}\p{Script=Greek}]|[\p{Script=Cyrillic}\p{Script=Greek}]\p{Script=Latin}/u;

/** Advertising and fraud in words of the trade. */
const TRADE_SPAM =
  /\bwe buy (?:used |your )?[a-z ]{3,30}\b(?:any condition|trailers|trucks|equipment)\b|\binterested in selling\b|\b(?:leads|seo|reviews|marketing|website)\b.{0,40}\byour [a-z ]{0,15}business\b|\bdigit\b.{0,20}\bcode\b|\byour [a-z ]{0,24}\b(?:account|listing) needs\b/;

/** Words of the trade: their writers may be customers. */
const TRADE =
  /\b(?:dumpsters?|trailers?|roll ?offs?|haul|hauling|junk|debris|trash|garbage|yard|yards|yd|yrd|rent|rental|quote|pick ?up|drop ?off|driveway|drivers?|trucks?|landfill|clean ?out|dump|contenedor|traila|trailas|remolque|dompe|basura|renta|escombro|chofer|camion|troque|portable|bin|gate|site)\b/;
/** A private text, or one for another business. */
const PRIVATE: readonly RegExp[] = [
  /^(?:hi|hey|hello|hola|buenas|good morning|good afternoon|yo|sup)(?: (?:there|you|again|dear|sir|friend|amigo|dias|tardes))?(?: \p{Extended_Pictographic})?$/u,
  /\bstill on for (?:golf|dinner|lunch|brunch|coffee|drinks|tennis|yoga|the party)\b|\bsave me a seat\b|\bfeed the (?:cats?|dogs?)\b|\b(?:love|miss) (?:you|u)$|\bhappy birthday\b|\bfor (?:dinner|lunch|brunch|golf)\b/,
  /\b(?:mom|dad|babe|baby|honey|sweetie|amor|mi vida|mi amor|mami|papi|bebe)$|\b(?:llegue|voy|estoy|abreme) amor\b|\bamor (?:abreme|ya|donde)\b/,
  /^(?:hi |hello |hey |hola )?(?:is this|este es|es este) (?:(?:the|el) )?(?:(?:number|numero|telefono) (?:for|of|de) )?[a-z ]{2,40}$|\beste es el numero de\b/,
  /^(?:(?:hey|hi|ok|okay|oye|hola|ya|sorry) )?(?:mom|mommy|mama|dad|daddy|papa|babe|baby|honey|sweetie|mami|papi|amor|mijo|mija|grandma|grandpa|abuela|abuelita|tia|tio|sis)\b(?! (?:and pop|said|told|wants|needs|asked))/,
  /\b(?:nin[oa]s?|bebe|hij[oa]s?|kids?|kiddos?|baby|son|daughter)\b.{0,30}\b(?:ya sali\w{0,4}|sali\w{0,4}|pasa por|pasas por|recogel[oa]s?|escuela|kinder|school|daycare|practice|bedtime|nap)\b|\b(?:ya sali\w{0,4}|recoge|pasa por|pick up|get) (?:de la escuela |a )?(?:(?:el|la|al|los|las|mi|the|your|my|tu) )?(?:nin[oa]s?|bebe|hij[oa]s?|kids?|baby)\b/,
  /^is this [a-z ]{2,30}\b(?:pizza|salon|clinic|dental|restaurant|school|church|vet)\b/,
];
const SEEKS_WORK =
  /\bhiring\b(?! (?:you|u|yall))|\blooking for (?:work|a job)(?=$| in| as| with| near)|\b(?:ocupan|necesitan|buscan) (?:chofer|gente|trabajador(?:es)?|ayudante)\b|\bbusco trabajo\b|\btienen trabajo\b/;

/** A job's ID alone, as floods have it. A bare number may be a house. */
const JOB_ALONE = /^\s?[A-Z]{2,5}-[0-9]{1,9}\s?$/;
/** The last part of an advertisement: `Stop2End`. */
const INSTRUCTION = /^(?:reply |text |txt )?stop ?(?:2|to) ?(?:end|quit|opt ?out|unsubscribe)$/;

/** Returns how surely a stranger's text is advertising, fraud or not meant for the company; null for anything else. */
export const spamOf = (body: string): Spam | null => {
  const text = readable(body);
  const said = comparable(text);
  if (FORMULA.test(text)) return 'likely';
  const subjects = SUBJECTS.filter((pattern) => pattern.test(said)).length;
  const isForged = MIXED_ALPHABETS.test(text);
  const signs = subjects + (CALLS_TO_ACT.test(said) ? 1 : 0) + (LINK.test(text) ? 1 : 0) + (isForged ? 2 : 0);
  if (subjects + (isForged ? 1 : 0) > 0 && signs > 1 && !TRADE.test(said)) return 'certain';
  const isTrade = TRADE.test(said);
  if (isForged || TRADE_SPAM.test(said) || (!isTrade && (subjects > 0 || signs > 1)) || signs > 1) return 'likely';
  if (SEEKS_WORK.test(said) || JOB_ALONE.test(text) || INSTRUCTION.test(said)) return 'likely';
  return PRIVATE.some((pattern) => pattern.test(said)) && !TRADE.test(said.replace(/\b(?:pick ?up|yard)\b/g, ''))
    ? 'likely'
    : null;
};
