/*
 * Searches for secret values where they do not belong, in every encoding that programs use: JSON string, URL, form, base64 at
 * any offset, hex, or the beginning of a hash. The hash of a phone number reveals the number, since all numbers can be tried.
 */
import { createHash } from 'node:crypto';

/** A value to search for. Phone numbers are also searched as people write them, and tokens by their parts. */
export type Canary = { what: string; kind: 'secret' | 'token' | 'number' | 'words'; value: string };
/** A searched place, with its name and its content. */
export type Place = { name: string; content: string };
export type Finding = { what: string; form: string; place: string };

/** Number of leading characters that identify a hash. */
const HASH_PREFIX = 12;
/** Minimum length of a searched form: shorter ones occur by chance. */
const SHORTEST = 8;

/** Returns the part of a text's base64 that does not depend on the surrounding text, for each of the three offsets. */
const base64Of = (value: string): string[] =>
  [0, 1, 2].map((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
    const whole = bytes.toString('base64').replace(/=+$/, '');
    // The first and last characters also encode bits of the surrounding text.
    return whole.slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
  });

const written = (number: string): string[] => {
  const digits = number.replace(/^\+1?/, '');
  const [area, exchange, line] = [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6)];
  return [
    digits,
    `${area}-${exchange}-${line}`,
    `(${area}) ${exchange}-${line}`,
    `${area}.${exchange}.${line}`,
    `${area} ${exchange} ${line}`,
  ];
};

/** Returns the parts of a token that reveal something: it works without its header, and its claims name the holder. */
const partsOf = (value: string): string[] => {
  const parts = value.split('.');
  return parts.length === 3 ? [value, ...parts.slice(1)] : [value];
};

/** Returns every searched form of a canary, by name. */
export const formsOf = ({ kind, value }: Canary): Map<string, string> => {
  const forms = new Map<string, string>();
  const put = (name: string, form: string): void => {
    if (form.length >= SHORTEST && !forms.has(form)) forms.set(form, name);
  };
  for (const text of kind === 'token' ? partsOf(value) : kind === 'number' ? [value, ...written(value)] : [value]) {
    put('as it is', text);
    put('quoted', JSON.stringify(text).slice(1, -1));
    put('quoted twice', JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1));
    put('in an address', encodeURIComponent(text));
    put('in an address, twice', encodeURIComponent(encodeURIComponent(text)));
    put('in a form', new URLSearchParams([['', text]]).toString().slice(1));
    put('backwards', [...text].reverse().join(''));
    for (const form of base64Of(text)) {
      put('base64', form);
      put('base64url', form.replaceAll('+', '-').replaceAll('/', '_'));
    }
    put('hex', Buffer.from(text).toString('hex'));
    for (const algorithm of ['sha256', 'sha1', 'md5', 'sha512']) {
      const hash = createHash(algorithm).update(text);
      const bytes = hash.digest();
      put(`${algorithm}, hex`, bytes.toString('hex').slice(0, HASH_PREFIX));
      put(`${algorithm}, base64`, bytes.toString('base64').slice(0, HASH_PREFIX));
      put(`${algorithm}, base64url`, bytes.toString('base64url').slice(0, HASH_PREFIX));
    }
  }
  return new Map([...forms].map(([form, name]) => [form.toLowerCase(), name]));
};

/** Returns every canary found. The search ignores case. */
export const search = (places: Iterable<Place>, canaries: readonly Canary[]): Finding[] => {
  const wanted = canaries.map((canary) => ({ what: canary.what, forms: [...formsOf(canary)] }));
  const findings: Finding[] = [];
  for (const { name, content } of places) {
    const text = content.toLowerCase();
    for (const { what, forms } of wanted) {
      for (const [form, called] of forms) if (text.includes(form)) findings.push({ what, form: called, place: name });
    }
  }
  return findings;
};

/** A place where a value may be, with the reason. `seldom`: it is not there in every run. */
export type Allowed = { what: RegExp; where: RegExp; why: string; seldom?: boolean };

/** Returns findings that no entry allows, and entries without a finding. */
export const judge = (findings: readonly Finding[], allowed: readonly Allowed[]) => {
  const covers = ({ what, where }: Allowed, finding: Finding) => what.test(finding.what) && where.test(finding.place);
  return {
    forbidden: findings.filter((finding) => !allowed.some((entry) => covers(entry, finding))),
    unused: allowed
      .filter((entry) => !entry.seldom && !findings.some((finding) => covers(entry, finding)))
      .map(({ why }) => why),
  };
};
