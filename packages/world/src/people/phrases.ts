import type { Random } from '../random.ts';

export type Language = 'en' | 'es';

/** The kind of a customer's topic decides what silence of the team means. */
export type TopicKind = 'question' | 'statement' | 'eta' | 'complaint';

const WORDS: Readonly<Record<Language, Readonly<Record<string, readonly string[]>>>> = {
  en: {
    color: [
      'red',
      'white',
      'green',
      'brown',
      'grey',
      'yellow',
      'blue',
      'old',
      'tall',
      'narrow',
      'broken',
      'wooden',
      'rusty',
      'little',
      'new',
    ],
    place: [
      'barn',
      'shed',
      'gate',
      'garage',
      'carport',
      'fence',
      'mailbox',
      'pool',
      'deck',
      'oak',
      'porch',
      'well',
      'trampoline',
      'swing',
      'trellis',
      'hydrant',
      'basketball hoop',
      'woodpile',
      'chicken coop',
      'sandbox',
      'flower bed',
      'driveway',
    ],
    thing: [
      'shingles',
      'drywall',
      'branches',
      'bricks',
      'carpet',
      'mattresses',
      'tiles',
      'cabinets',
      'fridge',
      'sofa',
      'insulation',
      'windows',
      'bathtub',
      'boxes',
      'dirt',
      'concrete',
      'pallets',
      'hot tub',
      'piano',
      'tires',
      'paint cans',
      'gravel',
    ],
    who: [
      'neighbor',
      'wife',
      'husband',
      'tenant',
      'roofer',
      'painter',
      'plumber',
      'mother',
      'brother',
      'landlord',
      'foreman',
      'son',
      'crew',
      'electrician',
      'gardener',
    ],
  },
  es: {
    color: [
      'rojo',
      'blanco',
      'verde',
      'viejo',
      'gris',
      'amarillo',
      'azul',
      'nuevo',
      'chiquito',
      'grande',
      'roto',
      'alto',
    ],
    place: [
      'porton',
      'cobertizo',
      'garaje',
      'arbol',
      'buzon',
      'corral',
      'gallinero',
      'pozo',
      'patio',
      'columpio',
      'cerco',
      'jardin',
      'tejaban',
    ],
    thing: [
      'tejas',
      'ramas',
      'ladrillos',
      'alfombra',
      'colchones',
      'gabinetes',
      'refri',
      'sillones',
      'ventanas',
      'cajas',
      'tierra',
      'escombro',
      'llantas',
      'muebles',
    ],
    who: [
      'vecino',
      'esposa',
      'esposo',
      'inquilino',
      'techero',
      'pintor',
      'plomero',
      'mama',
      'hermano',
      'dueño',
      'encargado',
      'hijo',
    ],
  },
};

/** A slash divides lines that are typed as several texts. */
const TOPICS: Readonly<Record<Language, Readonly<Record<TopicKind, readonly string[]>>>> = {
  en: {
    question: [
      'hey quick question about the {place} / can the driver set it next to the {color} {place} / my {who} parks in front of it',
      'is it ok if we put {thing} and some {thing} in the trailer',
      'can you guys take my {thing} too or is that extra for the {color} ones',
      'would it fit between the {place} and the {color} {place}',
      'can my {who} pay the driver in cash when he is at the {place}',
      'do I need to move the {color} {place} stuff before he gets here / my {who} says no',
      'could you switch the {thing} to the afternoon / the {who} needs the {place} until noon',
      'how full can we load it with {thing}, up to the {color} line',
    ],
    statement: [
      'heads up the {color} {place} is locked, use the side by the {place}',
      'my {who} will be home / I left the {thing} by the {color} {place}',
      'the dog is inside now, the {place} by the {color} {place} is open',
      'please stay off the {color} {place}, it was just redone by the {who}',
      'we moved the {thing} behind the {place} so he has room at the {color} {place}',
    ],
    eta: [
      'any idea when he gets here / my {who} is waiting by the {color} {place}',
      'how far out is the driver, I have to let the {who} in for the {thing}',
      'is he still coming today? the {thing} are stacked by the {color} {place}',
    ],
    complaint: [
      'your driver hit my {color} {place} / my {who} saw it',
      'there are {thing} all over the {place} and the {color} {place} is scratched',
      'I was charged twice for the {thing}, my {who} is not happy about the {color} {place} either',
    ],
  },
  es: {
    question: [
      'oiga una pregunta del {place} / puede dejarlo junto al {place} {color} / ahi se estaciona mi {who}',
      'se puede echar {thing} y tambien {thing} en la traila',
      'cree que cabe entre el {place} y el {place} {color}',
      'le puede pagar mi {who} al chofer en efectivo ahi en el {place}',
    ],
    statement: [
      'le aviso que el {place} {color} esta cerrado, entren por el {place}',
      'ya amarramos al perro, el {place} de lado del {place} {color} esta abierto',
      'mi {who} va a estar en la casa / las {thing} estan atras del {place} {color}',
    ],
    eta: [
      'como a que hora llega el muchacho / mi {who} lo espera en el {place} {color}',
      'ya mero llega? tengo las {thing} junto al {place} {color}',
    ],
    complaint: [
      'el chofer le pego a mi {place} {color} / lo vio mi {who}',
      'dejaron {thing} tiradas por todo el {place} {color}',
    ],
  },
};

const REPLIES: Readonly<Record<Language, Readonly<Record<TopicKind, readonly string[]>>>> = {
  en: {
    question: [
      'sure, tell your {who} we can work around the {place} with the {thing}',
      'yes that is fine, he will look for the {color} {place} first',
      'sorry no {thing} this time, the {color} {place} is too tight for us',
      'let us do that, the driver knows about the {thing} and the {place}',
    ],
    statement: [
      'thanks for telling us, he will watch for the {color} {place}',
      'good to know about the {thing}, passing it to the driver for the {place}',
    ],
    eta: [
      'he is past the bridge, tell your {who} to open the {color} {place}',
      'running behind because of {thing} at the last place, hold the {place} for him',
    ],
    complaint: [
      'I am sorry about the {place}, can you send a picture of the {color} part',
      'we will make it right, the office calls your {who} about the {thing}',
    ],
  },
  es: {
    question: [
      'claro que si, digale a su {who} que no hay problema con el {place} {color}',
      'disculpe, esta vez no podemos con las {thing} por el {place}',
    ],
    statement: ['gracias por avisar, el chofer busca el {place} {color}'],
    eta: ['ya va pasando el puente, que su {who} abra el {place} {color}'],
    complaint: ['disculpe por el {place}, mandeme una foto de la parte {color}'],
  },
};

const THANKS: Readonly<Record<Language, readonly string[]>> = {
  en: [
    'perfect thank you, see him at the {color} {place}',
    'Thanks!',
    'great, my {who} appreciates it, thanks',
    'ok thank you',
    'awesome thanks a lot from the {who}',
  ],
  es: ['muchas gracias, lo esperamos en el {place} {color}', 'gracias', 'perfecto gracias de parte de mi {who}'],
};
/** Thanks that tell nothing: they end the talk, and the team need not get them. */
const BARE_THANKS: ReadonlySet<string> = new Set(
  Object.values(THANKS).flatMap((all) => all.filter((one) => !one.includes('{'))),
);
const AGAIN: Readonly<Record<Language, readonly string[]>> = {
  en: [
    'hello? is anyone reading this, it is about the {color} {place}',
    'still waiting on an answer here, my {who} asks about the {thing}',
  ],
  es: ['bueno? alguien me contesta, es por el {place} {color}'],
};
const OTHER_PHONE = {
  en: [
    'hi this is the {who} of a customer of yours, her phone died / can he use the {color} {place}',
    'homeowner gave me this number, I am the {who} / where do the {thing} go',
  ],
  es: ['soy el {who} de la casa del {place} {color}, puede pasar el camion'],
} as const;
const LEADS = {
  en: [
    'hi do you rent trailers for {thing}, need one by my {color} {place}',
    'saw your trailer at my {who}, how much to haul {thing}',
    'what would it cost to clear {thing} out of a {color} {place}',
  ],
  es: ['buenas cuanto cobran por llevarse {thing} de un {place} {color}'],
} as const;
const SPAM = [
  'your parcel with {thing} is on hold, confirm at https://parcel.example/{color}',
  'earn 450 a day from your {place} with {color} {thing}, reply now',
  'final notice for your {color} {place} listing, press https://list.example',
];
const FLOOD = [
  '{job} cheap loans for {color} {thing} act now',
  '{job} your {place} account needs {color} {thing} today',
];
const WRONG_NUMBERS = [
  'running late, save me a seat by the {color} {place}',
  'did you feed the cat behind the {place} or is it at the {who}',
];
const DRIVERS = [
  'gate at the {color} {place} is locked, what is the code',
  'no one home here, drop it by the {place} or the {color} {place}?',
  'tire is low, stopping by the {color} {place} for air',
];
const NOTES = [
  '{name} can you take the one with the {thing}, I am at the {place}',
  'heads up {name}, the {color} trailer needs {thing} straps',
];
const SHORT_ANSWERS = {
  en: ['ok', 'yes', 'yep', '👍', 'no sorry', '1', 'sure'],
  es: ['si', 'claro', 'ok', '👍'],
} as const;
const ACKNOWLEDGEMENTS = { en: ['got it', 'ok', '👍', 'thx'], es: ['enterado', 'ok', '👍'] } as const;
const CLAIMS = ['on it', 'I got this one', 'mine'] as const;
const OPT_OUT_WORDS = [
  'please stop texting me',
  'take me off your list please',
  'no more texts to this number',
] as const;
const CAR_REPLIES = ["I'm driving right now - Sent from My Car", 'Driving, can’t text. - Sent from MY ROGUE'] as const;
const PHONE_REPLIES = [
  'I’m driving with Do Not Disturb While Driving turned on. I’ll see your message when I get where I’m going.',
  'I’m driving with Focus turned on. I’ll see your message when I get where I’m going.',
] as const;
const REACTIONS = [
  (quote: string) => `Liked “${quote}”`,
  (quote: string) => `Loved “${quote}”`,
  (quote: string) => `\u200a\u200b👍\u200b to “\u200a${quote}\u200a”\u200a`,
] as const;
/** Attempts at a sentence that no one has said yet. */
const MOST_DRAWS = 30;
/** Phones cut long quotes in a reaction. */
const QUOTE_CHARACTERS = 90;

/** Writes sentences that are recognisable by their own words: none of those with slots comes twice. */
export type Phrases = ReturnType<typeof phrasesFrom>;

export const phrasesFrom = (random: Random) => {
  const said = new Set<string>();
  const filled = (template: string, language: Language, given: Readonly<Record<string, string>> = {}): string =>
    template.replace(/\{(\w+)\}/g, (_, slot: string) => given[slot] ?? random.pick(WORDS[language][slot] ?? ['']));
  const fresh = (
    templates: readonly string[],
    language: Language,
    given?: Readonly<Record<string, string>>,
  ): string => {
    let text = '';
    for (let draw = 0; draw < MOST_DRAWS; draw += 1) {
      const template = random.pick(templates);
      text = filled(template, language, given);
      if (!said.has(text) || !template.includes('{')) break;
    }
    said.add(text);
    return text;
  };
  return {
    topic: (kind: TopicKind, language: Language) => fresh(TOPICS[language][kind], language).split(' / '),
    reply: (kind: TopicKind, language: Language) => fresh(REPLIES[language][kind], language),
    thanks: (language: Language) => {
      const text = fresh(THANKS[language], language);
      return { text, isBare: BARE_THANKS.has(text) };
    },
    again: (language: Language) => fresh(AGAIN[language], language),
    otherPhone: (language: Language) => fresh(OTHER_PHONE[language], language).split(' / '),
    lead: (language: Language) => fresh(LEADS[language], language),
    spam: () => fresh(SPAM, 'en'),
    flood: (job: string) => fresh(FLOOD, 'en', { job }),
    wrongNumber: () => fresh(WRONG_NUMBERS, 'en'),
    driver: () => fresh(DRIVERS, 'en'),
    note: (name: string) => fresh(NOTES, 'en', { name }),
    shortAnswer: (language: Language) => random.pick(SHORT_ANSWERS[language]),
    acknowledgement: (language: Language) => random.pick(ACKNOWLEDGEMENTS[language]),
    claim: () => random.pick(CLAIMS),
    optOut: () => random.pick(OPT_OUT_WORDS),
    carReply: () => random.pick(CAR_REPLIES),
    phoneReply: () => random.pick(PHONE_REPLIES),
    reaction: (body: string) =>
      random.pick(REACTIONS)(body.length > QUOTE_CHARACTERS ? `${body.slice(0, QUOTE_CHARACTERS)}…` : body),
    withTypo: (text: string): string => {
      const words = text.split(' ');
      const place = words.findIndex((word) => word.length > 5);
      const word = words[place];
      if (word === undefined) return text;
      const at = random.between(1, word.length - 2);
      words[place] = word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2);
      return words.join(' ');
    },
  };
};
