import { schemas } from '@qdn/contracts';
import type { CompanyFile } from './company-file.ts';

/** Maximum characters in a line. A contact or stop with an ordinary name fits, so that a diff shows each change as one line. */
const LINE = 140;

const laidOut = (value: unknown, indent: string, isWhole = false): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) return open + close;
  const label = (name: string) => (Array.isArray(value) ? '' : `${JSON.stringify(name)}: `);
  const short = entries.map(([name, part]) => label(name) + laidOut(part, indent));
  const line = Array.isArray(value) ? `[${short.join(', ')}]` : `{ ${short.join(', ')} }`;
  // A list of sections has one on each line, as people count them.
  const isListOfSections = Array.isArray(value) && value.some((part) => typeof part === 'object');
  if (!isWhole && !isListOfSections && !line.includes('\n') && indent.length + line.length <= LINE) return line;
  const deeper = `${indent}  `;
  return `${open}\n${entries.map(([name, part]) => deeper + label(name) + laidOut(part, deeper)).join(',\n')}\n${indent}${close}`;
};

/** A company as the text of its file, laid out for people, in the order of the schema. */
export const companyText = (company: CompanyFile): string => {
  const order = Object.keys(schemas.companyFile.properties);
  const { $schema = './company.schema.json', ...rest } = company;
  const entries = Object.entries(rest).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return `${laidOut({ $schema, ...Object.fromEntries(entries) }, '', true)}\n`;
};
