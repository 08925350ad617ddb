/** Makes an ID from a name: "Dana Müller" → "Dana-Muller". Empty when the name has no letter or digit that an ID may have. */
export const idFrom = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .trim()
    .replaceAll(/[^A-Za-z0-9_]+/g, '-')
    .slice(0, 32)
    .replaceAll(/^-+|-+$/g, '');
