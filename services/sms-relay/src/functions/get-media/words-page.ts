import { readableWords } from '@qdn/domain';
import type { Answer } from '@qdn/lambda';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (words: string): string => words.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '');

/** Returns a page with a person's words and nothing else. It loads nothing and runs nothing. */
export const wordsPage = (words: string): Answer => ({
  status: 200,
  text: {
    type: 'text/html; charset=utf-8',
    content: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>Text message</title><p style="white-space:pre-wrap;overflow-wrap:anywhere;font:18px/1.5 system-ui,sans-serif;max-width:40em;margin:1em auto;padding:0 1em">${escaped(readableWords(words))}</p></html>`,
  },
  headers: {
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  },
});
