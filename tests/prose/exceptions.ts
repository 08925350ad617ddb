/* Files and words that the check leaves alone. Each exception has its reason. */

/** Generated files, the style page with its bad examples, and the check's own rules and samples. */
export const IGNORED_FILES =
  /\/generated\/|^docs\/openapi\.yaml$|^config\/company\.schema\.json$|^pnpm-lock\.yaml$|^docs\/writing\.md$|^tests\/prose\//;

/** `file` is a path or the start of one; `words` is the start of a finding. */
type Exception = { file: string; words: string; reason: string };

export const ALLOWED: readonly Exception[] = [
  {
    file: 'packages/emulator-carriers/src/twilio/openapi/README.md',
    words: 'whom',
    reason: 'the text of the MIT licence',
  },
  {
    file: 'packages/domain/src/relay/recognition/closing.ts',
    words: 'everybody',
    reason: 'a word that customers write',
  },
];
