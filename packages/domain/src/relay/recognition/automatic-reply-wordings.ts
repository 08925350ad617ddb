/*
 * The wordings of texts that a phone, a car, an office line or a carrier sends by itself, in comparable form (see `comparable`), in
 * English, Spanish, French, Portuguese and German. Sources: Apple's and Google's manuals, Android's string tables of quick
 * declines, bug reports of text lines about cars and fleet apps, auto-reply patterns of reply classifiers.
 */

/** Signs that a machine wrote the text, at any place of it. */
export const AUTOMATIC_SIGNS: readonly RegExp[] = [
  // Modes of phones.
  /\bdo not disturb while driving\b|\bno molestar al (?:conducir|manejar)\b|\bne pas deranger en voiture\b|\bnao perturbe ao dirigir\b|\bbeim fahren nicht storen\b/,
  /\bwith (?:driving |personal |work )?focus turned on\b|\bi have (?:my )?notifications silenced\b|\bhas notifications silenced\b/,
  /\bim not receiving notifications\b|\bno (?:estoy recibiendo|recibo) notificaciones\b|\bje ne recois pas (?:les|de) notifications\b|\bnao estou recebendo notificacoes\b|\bich erhalte keine mitteilungen\b/,
  /\bno text is worth a life\b/,
  // Texts that call themselves automatic.
  /\bauto ?(?:reply|response|responder)\b|^automatic reply\b|\bsent automatically\b|\bsent (?:via|from|by) android auto\b|\bdriving mode is on\b|\bdo not disturb (?:mode|is on)\b|\bautomat(?:ic|ed) (?:reply|response|text|message)\b|^out of office\b/,
  /\b(?:respuesta|mensaje) automatic[ao]\b|\b(?:reponse|message) automatique\b|\b(?:resposta|mensagem) automatica\b|\bautomatische (?:antwort|nachricht|ruckmeldung)\b|\babwesenheitsnotiz\b/,
  /\bplease do not (?:reply|respond) to this\b|\bfavor de no (?:responder|contestar) (?:a )?este\b/,
  /\byour (?:message|request|ticket|inquiry) (?:has been|was) (?:received|created|logged)\b|\bnext available (?:agent|representative)\b|\b(?:received|got) (?:it|your message) and will (?:respond|reply|get back)\b/,
  /^(?:hi |hello |sorry )?(?:i am|im) (?:currently |temporarily )?(?:unavailable|away|not available)\b.{0,40}\b(?:get back to you|respond|reply|return your)\b/,
  // Robots of other companies, and phones that cannot read.
  /\b(?:reply|press|text) 1 (?:for|to)\b|\b(?:responda|marque|oprima) 1 para\b/,
  /\bthis (?:number|line|inbox|mailbox|phone|device) (?:(?:is not|isnt) (?:being )?monitored|(?:does not|doesnt|cannot|can not|cant) (?:accept|receive|support|read) (?:text|sms|message|incoming))/,
  /\beste (?:numero|telefono) no (?:recibe|acepta|puede recibir) mensajes\b/,
  // Absences.
  /^(?:hi |hello )?(?:i(?:m| am)|i will be|ill be) (?:currently )?(?:out of (?:the )?office|away from my phone)\b/,
  /^(?:estoy|estare) (?:fuera de la oficina|de vacaciones hasta)\b|^je (?:suis|serai) (?:absent|en conges?|en vacances) jusqu|^(?:estou|estarei) (?:de ferias|ausente|fora do escritorio) ate\b|^ich bin (?:derzeit |aktuell |momentan )?(?:nicht im buro|abwesend|nicht erreichbar)\b|^ich bin (?:bis|im urlaub)\b.{0,30}\b(?:nicht erreichbar|urlaub|nicht im buro|bis)\b/,
  // Offices.
  /\bwe(?: have|ve) received your (?:message|text|inquiry|request)\b.{0,40}\bwill\b|\bhemos recibido (?:su|tu) (?:mensaje|solicitud|consulta)\b|\bnous avons bien recu votre message\b|\brecebemos (?:a )?sua mensagem\b|\bwir haben ihre nachricht erhalten\b/,
  /\bnuestro horario (?:de (?:atencion|oficina) )?(?:es|son)\b|\ben este momento no (?:podemos atender|estamos disponibles)|\bnosso horario (?:de atendimento )?e\b|\bnos bureaux sont fermes\b/,
];

/** Signs that only count together: thanks for a text, and an office that is closed or will answer. */
export const OFFICE_THANKS =
  /\b(?:thank you|thanks|thx) for (?:contacting|calling|texting|messaging|reaching|getting in touch|your (?:message|text|call|inquiry))\b|\byou(?:ve| have) reached\b|\bgracias por (?:comunicarse|comunicarte|contactar|escribir|llamar|su mensaje|tu mensaje)|\bmerci (?:de nous avoir|pour votre message|de votre message)\b|\b(?:agradecemos|obrigad[oa] (?:pelo|por)) (?:o )?(?:seu )?(?:contato|mensagem|entrar)|\b(?:vielen dank|danke) fur (?:ihre|deine) (?:nachricht|anfrage)\b/;
export const OFFICE_ABSENCE =
  /\b(?:office|business|normal|regular|store) hours\b|\bhours (?:of operation|are)\b|\boffice is (?:currently |now )?closed\b|\b(?:we|someone|members?|team|staff|representative|agent|technician) (?:will|ll) (?:[a-z]+ ){0,2}(?:get back|respond|reply|be in touch|be with you|contact|return|reach out|assist)\b|\bwell (?:get back|be in touch|be with you|respond|reply|contact)\b|\bcurrently (?:closed|unavailable|away)\b|\bnext business day\b|\bscheduling assistant\b|\bleave (?:a|your) message\b|\bno estamos disponibles\b|\ben breve\b|\ba la brevedad\b|\bhorario\b|\bnos (?:comunicaremos|pondremos en contacto)\b|\ble (?:contestamos|contestaremos|responderemos|atenderemos)\b|\b(?:repondrons|fermes?|des que possible)\b|\b(?:responderemos|retornaremos)\b|\b(?:melden uns|besetzt|offnungszeiten|nicht erreichbar)\b/;

/** The same without thanks: "We're closed right now. Our hours are 9-5." */
export const CLOSED_HOURS = /\b(?:we are|were) (?:currently |now )?closed\b.{0,40}\bhours are\b/;

/** An absence with the name of another person to text: a holiday, and "for dispatch text Luis". */
export const VACATION =
  /\b(?:on|taking) (?:vacation|holiday|leave|pto)\b.{0,40}\b(?:until|till|thru|through|returning|back)\b/;
export const REFERRAL =
  /\bfor (?:dispatch|urgent|emergenc|immediate|help|questions|assistance|anything)\b.{0,30}\b(?:text|call|contact|email|reach|see)\b|\b(?:text|call|contact|email|reach) [a-z]+ (?:instead|for)\b/;

/** Signatures of phones and mail programs: what stands before them is from a person. */
export const PERSONAL_SIGNATURE =
  /^(?:my )?(?:iphone|ipad|phone|cell|android|galaxy|samsung|mobile|mail|outlook|yahoo|pixel|verizon|t mobile|att|apple watch|watch|mac|computer)/;

/** Clauses of driving replies. A text that consists of them and says that its writer drives was sent by a phone or car. */
export const DRIVING =
  /^(?:i(?:m| am) )?(?:currently )?driving(?: right now| now| at the moment| atm)?(?= |$)|^(?:estoy|voy|ando) (?:conduciendo|manejando)(?: ahora| en este momento)?(?= |$)|^manej\w{1,6}(?= |$)|^je (?:conduis|suis au volant|suis en train de conduire)(?: en ce moment| actuellement)?(?= |$)|^(?:estou|to) (?:dirigindo|conduzindo|ao volante)(?: agora| no momento)?(?= |$)|^ich (?:fahre|bin) (?:gerade |gerade im |im )?(?:auto|am steuer|am fahren)(?: auto)?(?= |$)/;
/** A time for the promise of an answer: `when I get there`. */
const WHEN =
  '(?: later| soon| shortly| asap|(?: when| once| as soon as) (?:i|its|it|im|is)(?: [a-z]+){1,6}| as soon as possible)?(?= |$)';
export const DRIVING_CLAUSES: readonly RegExp[] = [
  /^(?:and |so |but )?(?:i )?(?:cant|cannot|can not|(?:am )?unable to) (?:text|talk|respond|reply|answer)(?: to)?(?: your)?(?: texts?| messages?| calls?)?(?: right now| now| at the moment| while driving)?(?= |$)/,
  new RegExp(
    `^(?:and |but )?(?:i )?(?:ill|i will|will) (?:see|read|answer|return) your (?:messages?|texts?|calls?)${WHEN}`,
  ),
  new RegExp(
    `^(?:and |but )?(?:i )?(?:ill|i will|will) (?:get back to you|respond|reply|answer|text you back|message you back|text you|call you)(?: to you)?${WHEN}`,
  ),
  /^(?:talk|text|call)(?: to)?(?: you)? (?:soon|later)(?= |$)/,
  /^(?:if (?:needed|urgent|its urgent|this is urgent|its an emergency)|or) ?(?:please )?call(?: me| my (?:cell )?phone| my cell)?(?= |$)/,
  /^(?:en este momento )?(?:no puedo (?:escribir|escrib|contestar|responder|hablar)|(?:te|le|les) (?:contesto|respondo|llamo|escribo|marco)|respondo|contesto|respondere|contestare|vere (?:tu|su) mensaje)(?: ahora| luego| despues| mas tarde| al llegar| cuando llegue(?: a mi destino)?| en cuanto pueda)?(?= |$)/,
  /^(?:et )?je (?:ne peux pas (?:ecrire|repondre|parler)|(?:vous |te )?(?:reponds|repondrai|rappelle|rappellerai)|verrai votre message)(?: plus tard| des que possible| une fois arrive)?(?= |$)/,
  /^(?:respondo|retorno|nao posso (?:escrever|responder|falar)|verei sua mensagem)(?: depois| mais tarde| agora| em breve| quando chegar(?: ao meu destino)?)?(?= |$)/,
  /^(?:und )?(?:ich )?(?:kann (?:gerade )?nicht (?:schreiben|antworten|sprechen)|antworte (?:spater|gleich)|sehe deine nachricht wenn ich angekommen bin|melde mich (?:spater|gleich))(?= |$)/,
  /^(?:please|por favor|gracias|thanks|thank you|drive safe|sorry|hi|hello|hey|and|but|so|y|et|und|e)(?= |$)/,
];
/** Clauses without which a driving reply may be from a person who drives. */
export const PROMISE =
  /\b(?:see|read) your\b|\bget back to you\b|\b(?:respond|reply)\b|\bcontest|\brespond|\brepond|\bvere\b|\bverei\b|\bverrai\b|\bantwort/;

/** Quick declines of calls, and short driving replies: a person may type them too. Whole texts. */
export const QUICK_DECLINES: ReadonlySet<string> = new Set(
  [
    'cant talk now whats up|cant talk now call me later|cant talk right now|cant talk now|i cant talk right now|sorry i cant talk right now|sorry cant talk now|sorry im busy call back later|sorry im busy|im busy right now ill call you later|im busy call you later|im busy ill call you later|ill call you right back|ill call you back|ill call you later|call you right back|call you later|call you back later|can i call you later|im in a meeting|in a meeting|im in a meeting ill call you later|im in class|im at the movies|im at the movie theater|im driving',
    'no puedo hablar ahora|ahora no puedo hablar|no puedo hablar ahora que pasa|no puedo hablar ahora que paso|no puedo hablar ahora que sucede|no puedo hablar ahora me llamas luego|no puedo hablar en este momento|te llamo enseguida|te llamo mas tarde|te llamo luego|te llamo despues|luego te llamo|le llamo mas tarde|estoy en una reunion|estoy en junta|estoy ocupado|estoy ocupada|estoy manejando|estoy conduciendo',
    'je ne peux pas parler pour le moment quoi de neuf|je ne peux pas parler pour le moment|impossible de parler pour linstant que se passe t il|je ne peux pas parler maintenant|je vous rappelle tout de suite|je te rappelle tout de suite|je vous rappelle plus tard|je te rappelle plus tard|je tappelle plus tard|je vous appelle plus tard|puis je vous rappeler plus tard|je suis en reunion|je suis au volant|je conduis',
    'nao posso falar agora|nao posso falar agora e ai|nao posso falar agora o que foi|nao posso falar agora te ligo mais tarde|nao posso falar agora me liga mais tarde|te ligo mais tarde|ligo mais tarde|ligo ja|retorno em seguida|ja te ligo|estou em reuniao|estou em uma reuniao|estou numa reuniao|estou ocupado|estou dirigindo|estou a conduzir',
    'ich kann gerade nicht sprechen was gibts|kann gerade nicht sprechen was gibts|kann gerade nicht sprechen was ist los|kann gerade nicht sprechen spater zuruckrufen|ich kann gerade nicht sprechen|kann gerade nicht sprechen|ich kann jetzt nicht sprechen|kann jetzt nicht sprechen|ich rufe gleich zuruck|rufe gleich zuruck|ich rufe spater an|rufe spater an|ich rufe spater zuruck|ich bin in einer besprechung|bin in einer besprechung|ich fahre gerade|ich fahre gerade auto|bin am steuer',
  ].flatMap((phrases) => phrases.split('|')),
);

/** Maximum number of words of a quick decline. */
export const MAX_DECLINE_WORDS = 13;
/** Words between two quick declines. */
export const DECLINE_COURTESY: ReadonlySet<string> = new Set(
  'sorry|hey|hi|hello|and|but|so|perdon|disculpa|disculpe|hola|y|gracias|thanks'.split('|'),
);

/** Beginnings of driving replies that their owners have worded themselves, and the promise that follows. */
export const AT_THE_WHEEL =
  /^(?:[🚗🚙🚘🛻🚚🚛]{1,3} ?)?(?:(?:im|i am|my|both|currently|sorry) ){0,3}(?:hands (?:are )?(?:on (?:the |my )?(?:steering )?wheel|on 10 (?:and )?2|at 10 (?:and )?2)|eyes (?:are )?on the road|behind the wheel|at the wheel|al volante|manos al volante)\b/u;
export const PROMISED_LATER =
  /\b(?:holla|holler|text|txt|call|reply|respond|answer|get back|hit (?:you|ya|u) (?:back|up)|message|contesto|respondo|llamo|escribo)\b.{0,30}\b(?:when|once|later|soon|after|as soon as|cuando|luego|despues|al llegar)\b/;

/** Notices of carriers and services that the team should see, without an alarm. */
export const USEFUL_NOTICES: readonly RegExp[] = [
  /^free ?msg\b|\bunable to (?:send|deliver) (?:your )?(?:message|text)\b|\bmessage blocking is active\b/,
  /\b(?:message|text) (?:could not be|was not|cannot be|has not been) (?:delivered|sent)\b|\b(?:message|text) failed to (?:deliver|send)\b|\blandline (?:and |that )?(?:cannot|cant|does not|doesnt) (?:receive|accept)\b|\bno longer in service\b|\bhas been disconnected\b/,
  /\bsent as a (?:picture|multimedia) message\b|\bto view (?:the|this) (?:picture|multimedia|mms) message\b/,
  /^(?:im|i am) sharing my (?:live )?location\b|^estoy compartiendo mi ubicacion\b/,
];
/** Notices that are for no one: voicemail counters and codes of other services. */
export const USELESS_NOTICES: readonly RegExp[] = [
  /^you have [0-9]+ new voice ?(?:mail|message)/,
  /\b(?:is your|your) [\p{L} ]{0,30}(?:verification|security|login|confirmation|one time) (?:code|pass ?code|password)\b|^[a-z]? ?[0-9]{4,8} is your [\p{L} ]{0,30}code\b|\bes (?:tu|su) codigo (?:de verificacion|de seguridad)\b/u,
  /\byou have (?:been unsubscribed|opted out|successfully been unsubscribed)\b/,
];
