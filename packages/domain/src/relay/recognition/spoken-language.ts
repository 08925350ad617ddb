import { comparable } from './comparable-text.ts';

/** Words that are common in Spanish texts and rare in English ones. */
const SPANISH_WORDS = new Set(
  'el la los las un una que de del no me mi su sus por para con ya es esta estan son si y o a en al se lo le les nos mas muy cuando donde como hola gracias favor buenos buenas dias tardes noches quiero quieren puede pueden mensajes numero equivocado alto baja basta remolque contenedor basura manden mande escriban escriba texto textos lista borren saquen saqueme'.split(
    ' ',
  ),
);
/** Words that are common in English texts and not Spanish. */
const ENGLISH_WORDS = new Set(
  'the a an to is are you your my me i it of and or for in on at this that stop text texts texting no not do dont please can will when what where who how have has'.split(
    ' ',
  ),
);

/** Returns the language in which a customer writes, as far as it shows; English otherwise. */
export const spokenLanguage = (text: string): 'en' | 'es' => {
  if (/[¿¡ñ]/i.test(text)) return 'es';
  const words = comparable(text.slice(0, 400)).split(' ');
  const count = (known: ReadonlySet<string>) => words.filter((word) => known.has(word)).length;
  return count(SPANISH_WORDS) > count(ENGLISH_WORDS) ? 'es' : 'en';
};
