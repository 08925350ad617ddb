/*
 * TwiML for calls. The twilio package's builder is 52 KB with an XML library; these are four verbs.
 * https://www.twilio.com/docs/voice/twiml
 */

/** A verb or noun of TwiML, as escaped XML. */
export type TwimlElement = string & { readonly __twiml: never };

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Characters that XML 1.0 forbids, and unpaired surrogates. https://www.w3.org/TR/xml/#charsets */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const escaped = (text: string): string =>
  text.replace(NOT_XML, '').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** Returns an element. @param attributes undefined ones are left out */
export const element = (
  name: string,
  attributes: Readonly<Record<string, string | number | boolean | undefined>> = {},
  ...children: ReadonlyArray<TwimlElement | { text: string }>
): TwimlElement => {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join('');
  const content = children.map((child) => (typeof child === 'string' ? child : escaped(child.text))).join('');
  return (content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`) as TwimlElement;
};

/** Returns a whole document. Without verbs, the step ends, and the call goes on as Twilio documents. */
export const twiml = (...verbs: readonly TwimlElement[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${element('Response', {}, ...verbs)}`;
