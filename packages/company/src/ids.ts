/** An ID for what has a name: "Dana Müller" → "Dana-Muller". Empty for a name without any letter that IDs have. */
export const idFrom = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .trim()
    .replaceAll(/[^A-Za-z0-9_]+/g, '-')
    .slice(0, 32)
    .replaceAll(/^-+|-+$/g, '');
