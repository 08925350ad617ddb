/*
 * Wordings of a wish to get no more texts, in comparable form (see `comparable`). US rules accept any reasonable wording, not the
 * keywords alone (47 CFR 64.1200(a)(10)), in any language that the company's customers write. A wish is contained in a text: it need
 * not be the whole. Sources: pages on the rule, court filings, test suites and phrase lists of opt-out filters.
 */

/** Courtesy before and after a whole text: `stop please`. */
export const COURTESY_BEFORE =
  /^(?:i (?:already )?said|i told you(?: guys)?(?: to)?|for the last time|seriously|please|pls|plz|hey|hi|ok|okay|just|por favor|favor de|bitte|sil vous plait) /;
export const COURTESY_AFTER =
  / (?:please|pls|plz|now|immediately|thanks|thx|thank you|me please|already|asap|por favor|porfa|porfavor|ya|gracias|bitte|merci|just)$/;

/** Whole texts that opt out. */
export const CERTAIN_WHOLE: ReadonlySet<string> = new Set(
  [
    'delete me|block me|end subscription|cancel subscription|cancel my subscription|end my subscription|turn these off|turn off these|opting out|i opt out|no msg|no msgs|no messages|no sms|no text messages|stop|stopp|stpp|stp|sotp|stoop|sttop|s t o p|stopall|stop all|stop it|stop this|stop that|unsubscribe|un subscribe|unsub|unsubscribe me|unsuscribe|optout|opt out|opt me out|revoke|quit|exit|remove|remove me|remove us|🛑|❌🛑|stop 🛑|🛑 stop|please stop|do not text|dont text|no text|no texts|no texting',
    'dame de baja|deme de baja|denme de baja|alto|baja|darme de baja|dar de baja|parar|pare|no mas|desuscribir|desuscribirme|desuscribeme|cancelar mensajes|cancelar suscripcion|no molestar|borreme|borrenme|quiteme|quitenme|saqueme|saquenme',
    'sair|descadastrar|remover|arret|arreter|desabonner|abmelden|austragen',
  ].flatMap((phrases) => phrases.split('|')),
);
/** Those of them that are about the job when a polite word stands beside them: `remove please`. */
export const CERTAIN_ALONE: ReadonlySet<string> = new Set(
  'exit|remove|remove us|quit|baja|dar de baja|parar|pare|no mas|remover|sair'.split('|'),
);
/** Whole texts that may opt out, or answer, or be about the job: a person must decide. */
export const POSSIBLE_WHOLE: ReadonlySet<string> = new Set(
  [
    's|no|n|end|cancel|enough|thats enough|done|im done|cancel everything|cancel all|cancel it all|not interested|im not interested|no thanks|no thank you|go away|nope|fuck off|f off|piss off|screw you|email only|calls only|call only',
    'basta|ya basta|cancelar|cancela|cancele|cancelen|cancelar todo|ya no|ya no gracias|no gracias|no me interesa|cancelado',
  ].flatMap((phrases) => phrases.split('|')),
);

const TEXTS =
  '(?:texts?|texting|txts?|txting|tx|messages?|messaging|msgs?|notifications?|alerts?|sms|mensajes?|textos)';
/** The same in Spanish, with the small forms that people write: `mensajitos`. */
const MENSAJES = '(?:mensajes?|mensajitos?|msjs?|textos?|textitos?|sms|notificaciones)';
const WHICH = '(?:(?:the|all|of|these|those|your|any|more|further|me|us|my|sending|with|damn) ){0,8}';
const ME = '(?:me|us|this (?:number|phone|cell|line)|my (?:phone|number|cell))';
const patterns = (...sources: string[]): readonly RegExp[] => sources.map((source) => new RegExp(source));

/** Wishes inside a text. */
export const CERTAIN_INSIDE: readonly RegExp[] = patterns(
  // English: stop, quit, cease.
  `\\b(?:stop|quit|cease|discontinue) ${WHICH}${TEXTS}\\b(?! my\\b| him\\b| her\\b| them\\b| the\\b)`,
  `\\b(?:stop|quit) (?:contacting|spamming|bothering|harassing|bugging|messaging|blowing up) ${ME}\\b`,
  '\\b(?:stop|quit) sending (?:me |us )?(?:[a-z]+ ){0,2}(?:texts?|messages?|msgs?|notifications?|alerts?|stuff|crap|links)\\b|\\b(?:stop|quit) sending (?:me |us )?(?:these|this|them|things)(?: to (?:me|us))?(?: please| pls)?$',
  '\\bcease (?:and desist|(?:all )?(?:communications?|contact))\\b|\\bdiscontinue (?:all )?(?:communications?|contact)\\b',
  '\\bmake (?:the |these |those |your )?(?:messages?|texts?|texting|notifications?|these|this|it|them) stop\\b',
  '\\b(?:you|u|yall|guys) (?:really |all )?(?:need to|must|have to|gotta) stop$|\\bharassment stop$|^stop i (?:already|told|said|dont|do not|never|asked)\\b',
  '\\b(?:do not|dont|did not|didnt|never) (?:give |gave )?(?:my )?consent\\b|\\brevok(?:e|ing) (?:my |all )?(?:consent|permission|authorization)\\b',
  '\\b(?:do not|dont|never) (?:ever )?send (?:me |us )?(?:(?:any|more|these|those|your) ){0,3}(?:texts?|messages?|msgs?|sms|notifications?|anything)\\b(?! (?:at|before|until|till|after|while|when|yet|about)\\b)',
  '(?<!\\b(?:got|get|getting|received|receive|have|had|see|saw) )\\bno (?:texts|texting|text messages|text|msgs|messages)(?=$| please| thanks| only| just| call| email)',
  '\\b(?:texts?|messages?) (?:are|is) (?:not welcome|unwanted|unsolicited)\\b|\\bunsolicited (?:texts?|messages?)\\b|\\b(?:i|im|i am) opt(?:ing)? out\\b(?! of (?!(?:the |your |these |all )?(?:texts?|messages?)))|\\b(?:end|cancel) my (?:text|texting|sms|message) subscription\\b|\\bunsubscribe (?:me )?from (?:all|everything|this|these)\\b',
  `\\b(?:end|cancel|turn off) ${WHICH}(?:text |sms )?${TEXTS}\\b(?! (?:me|us|him|her|you)\\b)`,
  `\\bno more (?:of )?${WHICH}${TEXTS}\\b(?! (?:until|till|before|after|today|tonight)\\b)`,
  // Do not.
  `\\b(?:do not|dont|never) (?:ever )?(?:text|txt|message|msg|contact|sms|bother) (?:${ME}|here)(?: (?:again|any ?more|ever|ever again|ok|please|pls|thanks|thank you)\\b|$)`,
  '\\b(?:do not|dont|never) (?:text|message|contact) (?:here|this number) (?:again|any ?more)\\b',
  `\\b(?:do not|dont|didnt|no longer) (?:wish|want|care|like)\\b(?! to (?:miss|lose))[a-z ]{0,30}\\b(?:${TEXTS}|be (?:contacted|texted)|hear from (?:you|u|yall))\\b`,
  '\\bnever (?:gave|consented|agreed|signed up)\\b[a-z ]{0,30}\\b(?:permission|consent|text|texts|messages)\\b',
  // Enough of them.
  `\\b(?:(?:stop|quit|knock|cut) (?:it|that|this)(?: (?:out|off))?|enough|im done|over it|chill|lay off|back off|give it a rest|no more) (?:already )?(?:with|of) ${WHICH}(?:constant |nonstop |automated |text |spam )?${TEXTS}\\b|\\blay off (?:of )?${WHICH}${TEXTS}\\b`,
  '\\b(?:no need|no reason|theres no need|there is no need|(?:you|u|yall) (?:guys )?(?:dont|do not) (?:have|need)) (?:to|for you to) (?:keep|continue|go on|be) (?:on )?(?:texting|txting|messaging|sending|sms(?:ing)?)\\b(?! (?:him|her|them|my)\\b)|\\b(?:you|u|yall)(?: guys)? can (?:stop|quit) (?:texting|txting|messaging|sending)\\b(?! (?:him|her|them|my)\\b)|\\bno need to (?:text|txt|message) (?:me )?(?:any ?more|again|from now on)\\b',
  // A phone that gets calls instead.
  '\\b(?:i )?(?:dont|do not|never|cant|cannot) (?:do|use|read|get|accept|see|answer|like) (?:texts?|texting|text messages|sms)\\b.{0,20}\\b(?:call|phone|ring|email)(?= )(?=.{0,40}\\b(?:from now on|instead|only|landline|house phone|home phone|next time|always|or email)\\b)',
  '\\b(?:from now on|going forward|in future|in the future) (?:just |only |please )*(?:call|phone|email)\\b.{0,20}\\b(?:no|not|dont|instead of) (?:texts?|texting)\\b|\\b(?:just |only )?(?:call|phone|email) (?:me |us )?(?:instead of|rather than) (?:texting|sending texts|texts|messaging)\\b',
  // Lists and numbers.
  '\\b(?:take|get|remove|drop|pull) (?:me|us|my (?:number|phone|cell|name)|this (?:number|phone)) (?:off|from|out)(?: of)? (?:(?:the|your|this|these|all|any|whatever|whichever|that|every) )*(?:(?:mailing|text|texting|contact|phone|call|sms|marketing) )?(?:lists?|texts?|messages?|database|system|thread)\\b(?! (?:for|on|of) )',
  '\\b(?:remove|delete|erase|lose|forget) (?:my|this) (?:number|phone number|cell|contact info|info|information|contact|data)\\b(?! (?:from|for|on|and (?:add|use|put)) (?:the (?:job|order|gate|account)|my|that|it))',
  '\\bi (?:want|need) off (?:of )?(?:this|your|the) list\\b|\\b(?:do not call|dnc) (?:list|registry)\\b',
  `\\b(?:unsubscribe|opt) (?:(?:me|us|out) )*(?:from|of|to) ${WHICH}(?:${TEXTS}|updates|list)\\b|\\bopt me out\\b|\\b(?:want|like|wish) to (?:opt out|unsubscribe)$|\\bplease unsubscribe(?: me| us|$)`,
  '\\bleave (?:me|us) (?:the (?:hell|f[a-z]*) )?alone\\b(?! time)|\\b(?:im |i am |ill |will be |am )?blocking (?:you|u|this number)\\b|\\bgoing to block (?:you|this)\\b',
  // Spanish.
  `\\bno (?:me|nos) (?:(?:est[ea]n?|sigan?|siguan) )?(?:mand[ea]n?|mandes|envien?|envie|enviando|mandando) (?:mas |nunca mas |ya |tantos )?(?:${MENSAJES}|esto)\\b(?! (?:mejor|hasta|cuando|antes|si)\\b)`,
  '\\bno (?:me|nos) (?:est[ea]n? )?(?:escriban?|escribas|escribiendo|text[ei]en?|texteando|contacten?|molesten?|mensajeen)\\b(?! (?:hasta|cuando|antes|a las|si|por aqui)\\b)',
  '\\bdeje?n? de (?:(?:mandar|enviar|estar mandando)(?:me|nos)? (?:[a-z]+ )?(?:mensaj(?:es?|itos?)|msjs?|text(?:os?|itos?)|sms|cosas|esto)|(?:escribir|textear|molestar|contactar|mensajear)(?:me|nos)?|(?:chingar|joder|fregar)[a-z ]{0,16}(?:mensajes?|textos?))\\b',
  '\\b(?:saqu|quit|borr|elimin)[a-z]{0,5}(?: [a-z]+){0,2} de (?:su|la|esta|tu|sus) (?:lista|base|listas)\\b|\\b(?:borr|elimin|quit)(?:e|en|a|ar) mi (?:numero|telefono|celular|cel)\\b',
  '\\bdeje?n?me en paz\\b|\\bmensajes no\\b|\\bno mas (?:mensajes|mensajitos|msjs?|textos|textitos|sms)\\b|\\bsi me vuelven a (?:escribir|mandar|textear)',
  '\\bno (?:quiero|deseo|quisiera) (?:recibir |mas |que me (?:escriban|manden|texteen|envien) ){0,3}(?:(?:sus|estos|los) ){0,2}(?:mensajes|mensajitos|msjs?|textos|textitos|sms|notificaciones)\\b|\\bno quiero que me (?:escriban|texteen|contacten)\\b',
  '\\b(?:dar|dame|denme|deme)(?:me|se)? de baja (?:de )?(?:los |estos |sus |la )?(?:mensajes|textos|sms|lista|notificaciones)\\b|\\bquiero darme de baja$',
  '\\b(?:deje?n?|pare?n?|para|detenga?n?|basta) (?:ya )?(?:de|con) (?:(?:sus|los|tantos) )?(?:mand|envi|escrib|text|molest|contact|mensaj)[a-z]*\\b|\\b(?:paren?|detengan?|cancelen?) (?:los|estos|sus|ya los) (?:mensajes|textos|sms)\\b|\\bno (?:me |nos )?vuelv[a-z]{1,4} a (?:mand|envi|escrib|text|molest|contact)[a-z]*\\b|\\bno me molestes\\b',
  // Portuguese, French, German.
  '\\bquero sair d(?:a|esta) lista\\b|\\barret(?:ez|e) (?:les|vos|ces|tes) (?:messages|textos|sms)\\b',
  '\\bnao (?:quero|desejo) (?:mais )?receber (?:mais )?(?:(?:suas|essas|estas|as) )?mensagens\\b|\\bpare?m? de (?:me )?(?:mandar|enviar|escrever)|\\bnao me (?:mandem?|enviem?|escrevam?)(?: mensagens)? mais\\b|\\b(?:remov|apagu|tir)[a-z]{1,3} (?:o )?meu numero\\b',
  '\\barret(?:ez|e) de (?:me |m)?(?:envoyer|ecrire|contacter|texter)|\\bne (?:me |m)?(?:ecrivez|contactez|envoyez|textez)[a-z ]{0,20} plus\\b|\\bplus (?:recevoir )?(?:de |vos |ces )(?:messages|textos|sms)\\b|\\b(?:me desabonner|desabonnez moi|desinscri)',
  '\\bkeine (?:nachrichten|sms)(?: mehr)?\\b|\\bhor(?:en sie|t|e?) auf[a-z ]{0,16}(?:schreiben|texten)|\\bnicht mehr (?:schreiben|kontaktieren|anschreiben|texten)\\b|\\b(?:schreiben sie|schreibt|schreib) mir nicht mehr\\b|\\blosch(?:en sie|t|e) meine nummer\\b',
);

/** Wishes for texts to go on, or for fewer of them, which take a wish to stop back: `don't stop texting me`. */
export const GOES_ON =
  /\b(?:dont|do not|never|no) (?:ever )?(?:stop|quit)\b|\b(?:just|only) (?:send|text|message)\b|\bwhy (?:did|have|are|do)\b[a-z ]{0,20}\bstop|\bstopped\b|\b(?:reply|responda|text|txt) stop\b|\bstop ?(?:2|to) ?(?:end|quit|opt)/;
/** Conditions that make the first of them a wish to stop after all: `if you don't stop texting me at 6 am`. */
export const UNLESS_STOPPED =
  /\bif (?:you|u|yall|they)(?: guys| people| all)? (?:dont|do not|wont) (?:stop|quit) (?:text|txt|messag|msg|contact)/;

/** A question about the way to end the texts: its writer gets an answer. */
export const ASKS_HOW = /\bhow (?:do|can|to) (?:i |we )?(?:stop|end|turn off|cancel|unsubscribe|opt out)\b/;

/** Texts that come near a wish: a person must decide. */
export const POSSIBLE_INSIDE: readonly RegExp[] = patterns(
  `\\b(?:stop|quit) (?:texting|messaging|contacting) (?:my|him|her|them)\\b|\\b(?:do not|dont) (?:text|message|contact) (?:my (?:wife|husband|kids?|son|daughter|mom|mother|boss)|him|her|them)\\b|\\bi (?:do not|dont|cant) (?:text|accept texts?|get texts?|receive texts?|read texts?|do texts?)\\b`,
  `\\b(?:do not|dont) (?:text|message|contact) ${ME} (?!before|until|till|when|at|after|the|while|so|about|if|unless|on my way|that|a)`,
  '\\b(?:how|where) did (?:you|u|yall) get (?:my|this) (?:number|info)\\b|\\bwho gave (?:you|u|yall) (?:my|this) number\\b|\\bquien (?:les|le|te) dio mi numero\\b|\\bde donde (?:saco|sacaron|tienen) mi numero\\b',
  '\\bno me (?:mande|manden|envie|envien) mensajes?\\b',
);

/** Threats of a lawyer or an authority, wishes that were missed before, and wishes to have data deleted: the operator must see them. */
export const COMPLAINT =
  /\b(?:(?:hear from|call|calling|contact|contacting|goes to|going to|talk to|talking to|get|getting|hire|hiring) (?:my |an? |our )(?:attorney|lawyer)|(?:attorney|lawyer) (?:will|is going)|lawsuit|class action|legal (?:action|counsel|proceedings)|small claims|(?:see|take|taking|drag|haul) (?:you|u|yall)(?: guys)? (?:in|to) (?:small claims )?court|(?:gonna|going to|will|ill|id) sue|statutory damages|sue (?:you|u|yall)|suing|fcc|ftc|tcpa|cease and desist|attorney general|better business|bbb|harass(?:ment|ing)|report(?:ed|ing) (?:you|this|u)|report you|asked (?:you )?(?:[a-z]+ )?(?:[a-z]+ )?times|(?:delete|erase|remove) my (?:info|information|data|records)|abogado|demandar|demandarlos|demanda|denunciar|(?:los|las|te|lo) (?:voy a )?(?:llevo|llevar) a (?:la )?corte|(?:voy|vamos) a reportar)\b/;

/** A phone of someone else than the company means. */
export const WRONG_NUMBER: readonly RegExp[] = patterns(
  '^(?:(?:sorry|hey|hi|um|uh|no|i|think|u|you|ya|yall|guys|this|is|its|have|has|got|the|a|must|probably) ){0,8}wrong (?:number|person|num|contact|guy|phone)\\b(?! (?:of|for|on|at|in)\\b)',
  '\\b(?:you|u|ya|yall|youve|you ve)(?: guys)? (?:must )?(?:have|got|texted|are texting|r texting) the wrong (?:number|person|contact|guy|phone)\\b(?! (?:of|for|on|at|in)\\b)',
  '\\bno (?:one (?:named |called )?)?[a-z]* ?(?:at|on|with|has) this (?:number|phone)\\b|\\bnobody (?:named|called|by that name) [a-z ]{0,20}(?:here|number)\\b',
  '\\b(?:doesnt|does not|no longer) (?:have|has|own|owns|use|uses) this (?:number|phone)\\b|\\bno longer [a-z]+ (?:number|phone)\\b|\\bthis (?:number|phone) (?:does not|doesnt|no longer) belongs? to\\b|\\b(?:had|have had|have|ive had|just got|only got|recently got|got) this (?:number|phone)(?: number)? (?:for |only |about |[0-9]|yesterday|last|today|a (?:week|month)|new)|\\b(?:just|recently) got this (?:number|phone)(?: number)?$|\\bnew phone who (?:dis|is this|this)\\b|\\bthis (?:is not|isnt) (?:his|her|their|[a-z]+s) (?:number|phone)(?: any ?more)?\\b|\\b(?:number|phone) (?:used to belong|no longer belongs)\\b',
  '^(?:(?:sorry|hola|perdon|disculpe|no|creo que) )*(?:numero|persona) equivocad[oa]\\b|\\bse equivoc[a-z]+ de (?:numero|persona)\\b|\\b(?:tiene|tienen|esta|marco|marcaron)(?: el| al)? (?:numero )?equivocado\\b|\\baqui no (?:vive|trabaja) (?:nadie|ningun|ninguna|el|la|[a-z]+)\\b|\\bno vive aqui\\b|\\baqui no hay ningun[oa]? [a-z]+\\b|\\beste no es el (?:numero|telefono) de\\b|\\bno conozco a (?:ningun|ninguna|nadie)\\b|^se equivoc(?:o|aron)$|^aqui no es$',
  '\\bnumero errado\\b|\\bmauvais numero\\b|\\btromp[a-z]+ de numero\\b|\\bfalsche nummer\\b|\\bfalsch verbunden\\b',
);
/** The same by the writer's name: `This isn't Mike`, `no soy Linda`, `I don't know any Linda`. In the text as it was written. */
export const NOT_THAT_PERSON =
  /^(?:(?:[Ss]orry|[Nn]o|[Hh]i|[Hh]ey|[Uu]m|[Hh]ola|[Pp]erd[oó]n)[,.!]? ){0,3}(?:(?:[Tt]his is not|[Tt]his isn['’]?t|[Ii] ?['’]?m not|[Ii] am not|[Nn]o soy|[Aa]qu[ií] no es) (?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|To(?:day|morrow)|January|February|March|April|May|June|July|August|September|October|November|December)\p{Lu}\p{L}{1,20}(?: \p{Lu}\p{L}{1,20})?|(?:[Ii] )?(?:[Dd]on['’]?t|[Dd]o not) know (?:(?:any|an?|anyone named|anybody named) \p{Lu}\p{L}{1,20}|who \p{Lu}\p{L}{1,20} is)|[Nn]o conozco a \p{Lu}\p{L}{1,20}|(?:[Tt]here(?:['’]s| is) )?[Nn]o \p{Lu}\p{L}{1,20} here|.{0,40}\b[Ww]rong ?#)[\s.!]*$/u;
