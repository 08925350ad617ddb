import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from '@qdn/cloudformation/template';
import { drawService } from './draw.ts';

export const readPage = (repository: string): string =>
  readFileSync(join(repository, 'docs', 'architecture.md'), 'utf8');

/** Returns the page with each service's diagram redrawn between its two marks. */
export const redrawn = (page: string, templates: Readonly<Record<string, Template>>): string =>
  page.replaceAll(
    /(<!-- drawn: ([\w-]+) -->\n```mermaid\n)[\s\S]*?(\n```)/g,
    (whole, begin: string, service: string, end: string) => {
      const template = templates[service];
      return template ? `${begin}${drawService(template)}${end}` : whole;
    },
  );
