import { comparable } from './comparable-text.ts';

/** Phrases that end a talk: thanks, OK and courtesy. In comparable form; a text that consists of them asks and tells nothing. */
const PHRASES = [
  'ok|okay|okey|okie|okie dokie|k|kk|kay|alright|all right|cool|great|perfect|awesome|excellent|wonderful|fantastic|amazing|nice|good|fine|super|sweet|sounds good|sounds great|sounds perfect|works for me|works|that works|that will work|got it|gotcha|i got it|understood|noted|roger|roger that|copy|copy that|10 4|ten four|will do|good deal|bet|word|deal|no problem|no prob|no worries|np|all good',
  'thank you|thank u|thankyou|thanks|thanx|thnx|thks|thx|tks|tx|ty|tyvm|tysm|many thanks|much appreciated|appreciated|appreciate it|appreciate you|appreciate that|i appreciate it|i appreciate you|i appreciate that|so much|very much|a lot|a bunch|a ton|a million|again|everyone|everybody|guys|you guys|yall|team|sir|maam|man|bro|buddy|dude|hun|dear|friend|boss|for everything|for the update|for the updates|for the info|for the heads up|for letting me know|for letting us know|for your help|for all your help|for the help|for your time|for getting back to me|for the quick response|for the quick reply',
  'youre the best|you are the best|you guys are the best|yall are the best|youre awesome|you guys are awesome|you are awesome|youre great|youre welcome|you rock|god bless|god bless you|bless you|blessings|have a good|have a great|have a nice|have a blessed|day|one|night|evening|weekend|afternoon|you too|u too|same to you|see you|see ya|see you then|see you soon|see you tomorrow|cya|bye|bye bye|good night|goodnight|yay|woohoo|lol|haha|hehe|and|well|oh|wow|for|all|so|very|really|just',
  'gracias|muchas|muchisimas|mil|grax|muy amable|vale|va|sale|sale y vale|dale|simon|orale|perfecto|excelente|genial|buenisimo|bueno|esta bien|ta bien|todo bien|de acuerdo|enterado|enterada|entendido|entendida|recibido|dios|lo bendiga|la bendiga|le bendiga|los bendiga|te bendiga|bendiciones|que tenga|que tengan|que pase|que pasen|un|una|buen|buena|bonito|lindo|lindas|dia|tarde|noche|fin de semana|buen dia|buenas noches|buenas tardes|igualmente|hasta luego|hasta manana|nos vemos|por todo|por avisar|por su ayuda|por la informacion|muy|y|se lo agradezco|te agradezco|le agradezco|amigo|amiga|jefe|senor|senora|saludos|jaja|jajaja',
  'merci|merci beaucoup|beaucoup|d accord|daccord|parfait|bonne journee|super|obrigado|obrigada|muito|beleza|perfeito|valeu|tudo bem|danke|danke schon|vielen dank|alles klar|in ordnung|perfekt|schonen tag',
].flatMap((phrases) => phrases.split('|'));

const KNOWN = new Set(PHRASES);
const LONGEST = Math.max(...PHRASES.map((phrase) => phrase.split(' ').length));
/** Emoji that thank, agree or are glad. */
const GLAD =
  /^(?:👍|👌|🙏|✅|☑|✔|💯|🙌|👏|🤝|🫡|💪|🎉|🥳|🙂|😀|😃|😄|😁|😊|😎|🤗|🤩|😍|🥰|😘|😂|🤣|😆|😉|☺|🫶|✌|🤙|🤘|👋|🚛|🚚|🌟|⭐|✨|🔥|[❤♥❣🩷🧡💛💚💙🩵💜🖤🩶🤍🤎💕💞💖💗💓💝💘])+$/u;

/** Words of the courtesy around, which do not end a talk on their own. */
const EMPTY = new Set(
  'and|well|oh|for|all|so|very|really|just|y|un|una|muy|day|one|night|again|dia|tarde|noche'.split('|'),
);

/**
 * Tests whether a text only thanks, agrees or says goodbye ("Perfect thx", "ok", "👍🏽", "Muchas gracias"). It ends the talk, unless it
 * answers a question. "Yes" and "no" always answer.
 */
export const isClosing = (body: string): boolean => {
  if (/[?¿]/u.test(body)) return false;
  const words = comparable(body).split(' ');
  if (words[0] === '') return false;
  let isMeant = false;
  for (let at = 0; at < words.length; ) {
    if (GLAD.test(words[at] ?? '')) {
      isMeant = true;
      at += 1;
      continue;
    }
    let length = Math.min(LONGEST, words.length - at);
    while (length > 0 && !KNOWN.has(words.slice(at, at + length).join(' '))) length -= 1;
    if (length === 0) return false;
    isMeant ||= !EMPTY.has(words.slice(at, at + length).join(' '));
    at += length;
  }
  return isMeant;
};

/** Wordings that praise or thank inside a longer text. */
const PRAISE =
  /\b(?:(?:great|good|awesome|nice|excellent|amazing) (?:job|work|service)|(?:will|would|gonna) (?:definitely |absolutely )?recommend|loved (?:the|your) (?:service|guys|driver|crew|team|work)|(?:was|were|are) (?:so |very |really )?(?:great|awesome|amazing|wonderful|fantastic|the best|super nice)|appreciates? (?:it|you|that|the|your|all)|(?:tell|say) (?:him|her|them|the driver|the guys|everyone|tina|[a-z]+) (?:thanks|thank you)|(?:thanks|thank you|thx) (?:a lot |so much |again )?(?:from|for (?:everything|all|your|coming|the (?:great|good|quick|fast)))|gracias (?:por todo|por su|de parte)|buen trabajo|excelente (?:trabajo|servicio)|(?:los|les|lo) (?:voy a |vamos a )?recomend)|^(?:perfect|great|awesome|ok|okay|thanks|thank you|perfecto|muchas gracias|gracias)\b.{0,20}\b(?:see (?:you|him|her|them|ya)|(?:lo|los|la|le) esperamos|nos vemos)\b|^[❤♥👍🙏👏] to (?:you|all|everyone|the)/u;
/** Words with which praise goes on to something that a person has to act on. */
const RESERVATION =
  /\b(?:but|however|except|although|though|tho|only|not|no|never|(?:ca|wo|did|does|do|is|was|are|were|has|have|could|would)nt|one thing|one more|also|please|pls|plz|wrong|late|broke|broken|damaged?|crack(?:ed)?|left|forgot|missing|still|wait|need|want|stop|too|nothing|ruin(?:ed|ing)?|full|ready|if you|a call|nada|llen[oa]|pero|aunque|falta|mal|tarde|rompi|olvid|tambien|por favor|porfa|necesito|quiero|todavia)\b/;

/** Tests whether a longer text only praises or thanks: people should read it, and no one has to answer. */
export const isPraise = (body: string): boolean => {
  const said = comparable(body);
  return PRAISE.test(said) && !RESERVATION.test(said) && !/[0-9?¿]/u.test(body) && said.length <= 120;
};

/** Beginnings that take a text back. */
const TAKEN_BACK =
  /^(?:(?:oh|ok|okay|sorry|actually|perdon|ah) ){0,3}(?:never ?mind|nvm|nm|disregard|forget it|forget i|ignore (?:that|this|my)|scratch that|olvid(?:elo|ala|alo|e)|no se preocupe|ya no se preocupe|ya no hace falta|ya no es necesario|haga caso omiso)(?= |$)/;
/** Reasons for it. Other words go on to something new. */
const SETTLED =
  /^$|\b(?:figured|found|got it|already|told|fixed|solved|sorted|handled|worked|all good|we(?:re| are) good|im good|its (?:ok|okay|fine)|wrong (?:text|chat|person)|last|message|text|arregl|dijo|resolv|encontr|gracias|thanks|thank you)/;

/** Whole texts that were meant for someone else, and so take the one before back. */
const WRONG_CHAT =
  /^(?:(?:oh|oops|whoops|ups|sorry|so sorry|my bad|omg|perdon|disculpe|lol|ignore that|disregard) ){0,4}(?:(?:that (?:was|is)|was|this was|thats|i) ){0,2}(?:(?:sent |texted )?(?:to )?(?:the )?wrong (?:chat|thread|text|convo|conversation|group|window)|(?:meant|supposed to be|intended) (?:that )?(?:for|to) (?:(?:go|be) (?:to|for) )?(?:someone else|somebody else|another|my (?:wife|husband|son|daughter|mom|boss|brother|sister))|(?:chat|mensaje|conversacion) equivocad[oa]|(?:eso |ese |era |mensaje ){0,3}(?:era )?para (?:otra persona|alguien mas|otro chat|mi (?:esposo|esposa|hijo|hija|mama)))(?: sorry| lol| perdon| my bad)?$/;

/**
 * Tests whether a writer takes back what they asked or told: "never mind figured it out", "olvidelo ya lo arreglamos", "sorry wrong chat".
 */
export const takesBack = (body: string): boolean => {
  const said = comparable(body);
  if (WRONG_CHAT.test(said)) return true;
  const [begin] = TAKEN_BACK.exec(said) ?? [];
  return begin !== undefined && !/[?¿]/u.test(body) && SETTLED.test(said.slice(begin.length).trim());
};

/** Tests whether a text only repairs a word of the one before it: `*sodded`. */
export const isCorrection = (body: string): boolean =>
  /^\s*\*[\p{L}’']{1,30}\s*$|^\s*[\p{L}’']{1,30}\*\s*$/u.test(body);
