import { readFileSync } from 'node:fs';

/** The page's content security policy as resources/policies.yml deploys it. */
export const contentSecurityPolicy = (): string => {
  const template = readFileSync(new URL('../../resources/policies.yml', import.meta.url), 'utf8');
  const [, folded] = /ContentSecurityPolicy: >-\n((?: {14,}.*\n)+)/.exec(template) ?? [];
  if (!folded) throw new Error('resources/policies.yml has no content security policy where it was');
  return folded.trim().replace(/\s*\n\s*/g, ' ');
};
