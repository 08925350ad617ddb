/** One text that a webhook's answer asks for. `to` null: back to the sender. */
export type TwimlReply = { body: string; media: string[]; to: string | null; statusCallback: string | null };

/** Codes of Twilio's debugger: 12100 no well-formed TwiML, 12300 a content type that is not understood. */
export type Twiml = { replies: TwimlReply[] } | { code: 12100 | 12300; detail: string };

type Element = { name: string; attributes: Record<string, string>; children: Array<Element | string> };

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const decode = (text: string): string =>
  text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (name[0] !== '#') return ENTITIES[name] ?? whole;
    return String.fromCodePoint(
      name[1]?.toLowerCase() === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)),
    );
  });

const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/g;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** As much of XML as TwiML uses. @returns the root element, or null when the text is not well-formed */
const parseXml = (text: string): Element | null => {
  const top: Element = { name: '', attributes: {}, children: [] };
  const open = [top];
  let end = 0;
  for (const token of text.matchAll(TOKEN)) {
    if (token.index !== end) return null;
    end = token.index + token[0].length;
    const [, cdata, closing, name, attributes = '', empty, words] = token;
    const parent = open.at(-1) ?? top;
    if (cdata !== undefined) parent.children.push(cdata);
    else if (words !== undefined) parent.children.push(decode(words));
    else if (name && closing) {
      if (open.length < 2 || open.pop()?.name !== name) return null;
    } else if (name) {
      const values = [...attributes.matchAll(ATTRIBUTE)].map(([, key = '', a, b]) => [key, decode(a ?? b ?? '')]);
      const element: Element = { name, attributes: Object.fromEntries(values), children: [] };
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const roots = top.children.filter((child) => typeof child !== 'string');
  const strayText = top.children.some((child) => typeof child === 'string' && child.trim() !== '');
  const [root] = roots;
  return end === text.length && open.length === 1 && roots.length === 1 && !strayText && root ? root : null;
};

const textOf = (element: Element): string =>
  element.children
    .filter((child) => typeof child === 'string')
    .join('')
    .trim();

const toReply = (message: Element): TwimlReply => {
  const parts = message.children.filter((child) => typeof child !== 'string');
  const bodies = parts.filter(({ name }) => name === 'Body').map(textOf);
  return {
    body: bodies.length > 0 ? bodies.join('') : textOf(message),
    media: parts.filter(({ name }) => name === 'Media').map(textOf),
    to: message.attributes['to'] ?? null,
    statusCallback: message.attributes['statusCallback'] ?? message.attributes['action'] ?? null,
  };
};

/** What a webhook's answer asks for: the texts in its TwiML, or, as Twilio does it, a `text/plain` body as one text. */
export const parseTwiml = (contentType: string, body: string): Twiml => {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (body.trim() === '') return { replies: [] };
  if (type === 'text/plain') return { replies: [{ body: body.trim(), media: [], to: null, statusCallback: null }] };
  if (!/^(text|application)\/xml$|^text\/html$|^$/.test(type)) {
    return { code: 12300, detail: `The answer's content type is ${type}; TwiML is text/xml` };
  }
  const root = parseXml(body);
  if (root?.name !== 'Response') return { code: 12100, detail: 'The answer is no well-formed TwiML document' };
  const messages = root.children.filter((child) => typeof child !== 'string');
  return { replies: messages.filter(({ name }) => name === 'Message' || name === 'Sms').map(toReply) };
};
