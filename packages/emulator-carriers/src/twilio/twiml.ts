import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** One text in a webhook's answer. `to` is null for the sender. */
export type TwimlReply = { body: string; media: string[]; to: string | null; statusCallback: string | null };

/** Codes of Twilio's debugger: 12100 not well-formed TwiML, 12300 a content type that is not understood. */
export type Twiml = { replies: TwimlReply[] } | { code: 12100 | 12300; detail: string };

/** A node of the parser with `preserveOrder`: an element under its name, or `#text`. */
type Node = Record<string, unknown>;

const TEXT = '#text';
const ATTRIBUTES = ':@';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Numeric character references, which are XML too.
  htmlEntities: true,
});

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const nameOf = (node: Node): string => Object.keys(node).find((key) => key !== ATTRIBUTES) ?? '';
const childrenOf = (node: Node): Node[] => {
  const children = node[nameOf(node)];
  return Array.isArray(children) ? children.filter(isNode) : [];
};
const elementsIn = (nodes: readonly Node[], ...names: string[]): Node[] =>
  nodes.filter((node) => names.includes(nameOf(node)));
const textOf = (node: Node): string =>
  childrenOf(node)
    .map((child) => child[TEXT])
    .filter((text) => typeof text === 'string')
    .join('')
    .trim();
const attributeOf = (node: Node, name: string): string | null => {
  const attributes = node[ATTRIBUTES];
  const value = isNode(attributes) ? attributes[name] : undefined;
  return typeof value === 'string' ? value : null;
};

const toReply = (message: Node): TwimlReply => {
  const children = childrenOf(message);
  const bodies = elementsIn(children, 'Body').map(textOf);
  return {
    body: bodies.length > 0 ? bodies.join('') : textOf(message),
    media: elementsIn(children, 'Media').map(textOf),
    to: attributeOf(message, 'to'),
    statusCallback: attributeOf(message, 'statusCallback') ?? attributeOf(message, 'action'),
  };
};

/** Returns the children of `<Response>`; null when the document is not well-formed or has another root. */
const readResponse = (body: string): Node[] | null => {
  if (XMLValidator.validate(body) !== true) return null;
  const parsed: unknown = parser.parse(body);
  const [root, ...others] = Array.isArray(parsed) ? parsed.filter((node) => isNode(node) && nameOf(node) !== TEXT) : [];
  return isNode(root) && others.length === 0 && nameOf(root) === 'Response' ? childrenOf(root) : null;
};

/** A verb or noun of a call's TwiML. */
export type CallVerb = { name: string; text: string; attribute: (name: string) => string | null; children: CallVerb[] };

const toVerb = (node: Node): CallVerb => ({
  name: nameOf(node),
  text: textOf(node),
  attribute: (name) => attributeOf(node, name),
  children: childrenOf(node)
    .filter((child) => nameOf(child) !== TEXT)
    .map(toVerb),
});

/** Reads the TwiML of a call. Twilio reads a text/plain body aloud; nothing here sends one. */
export const parseCallTwiml = (
  contentType: string,
  body: string,
): { verbs: CallVerb[] } | { code: 12100 | 12300; detail: string } => {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!/^(text|application)\/xml$|^text\/html$/.test(type))
    return { code: 12300, detail: `The answer's content type is ${type || 'missing'}; TwiML is text/xml` };
  const verbs = readResponse(body);
  if (!verbs) return { code: 12100, detail: 'The answer is not a well-formed TwiML document' };
  return { verbs: verbs.filter((node) => nameOf(node) !== TEXT).map(toVerb) };
};

/** Reads a webhook's answer: the texts in its TwiML, or a `text/plain` body as one text, as Twilio does. */
export const parseTwiml = (contentType: string, body: string): Twiml => {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (body.trim() === '') return { replies: [] };
  if (type === 'text/plain') return { replies: [{ body: body.trim(), media: [], to: null, statusCallback: null }] };
  if (!/^(text|application)\/xml$|^text\/html$|^$/.test(type)) {
    return { code: 12300, detail: `The answer's content type is ${type}; TwiML is text/xml` };
  }
  const verbs = readResponse(body);
  if (!verbs) return { code: 12100, detail: 'The answer is not a well-formed TwiML document' };
  return { replies: elementsIn(verbs, 'Message', 'Sms').map(toReply) };
};
