/*
 * Patterns, limits and header names that several packages share, the edge function among them. This module imports only the
 * domain's patterns and has no side effects, so a bundler keeps the constants that are used and nothing else.
 */
export {
  DEFAULT_JOB_PREFIX,
  JOB_ID_PATTERN,
  JOB_PREFIX_PATTERN,
  LINK_ID_PATTERN,
  MESSAGE_SID_PATTERN,
  NAME_PATTERN,
  PHONE_PATTERN,
  TWILIO_SID_PATTERN,
} from '@qdn/domain/patterns';

/**
 * Maximum length of a token, in characters. Longer ones are refused before they are verified. The longest that we can sign has 706
 * (packages/lambda/src/token-length.test.ts); the rest is room for another claim.
 */
export const MAX_TOKEN_LENGTH = 1024;
/** The form of a JWT: three parts in base64url. */
export const TOKEN_PATTERN = '^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$';
const TOKEN = /* @__PURE__ */ new RegExp(TOKEN_PATTERN);
/** Tells a token from an ID by its form and length. It does not verify anything. */
export const looksLikeToken = (text: string): boolean => text.length <= MAX_TOKEN_LENGTH && TOKEN.test(text);
/** Carries the verified token from the edge to the origin. The edge removes one that a caller sent. */
export const TRACKING_TOKEN_HEADER = 'x-qdn-tracking-token';
/** Carries the proof that the edge verified the token (packages/lambda/src/edge-proof.ts). */
export const EDGE_PROOF_HEADER = 'x-qdn-edge';
/** Prefix of the text that the edge proof signs, so that it is not valid for anything else. */
export const EDGE_PROOF_PURPOSE = 'qdn-edge-1';
/** Prefix of the text that a short link signs, likewise. */
export const SHORT_LINK_PURPOSE = 'qdn-short-link-1';
/** Length of a short link's signature, in characters of base64url: 72 bits. */
export const SHORT_LINK_MAC_LENGTH = 12;

export const ACCOUNT_SID_PATTERN = '^AC[0-9a-fA-F]{32}$';
export const CALL_SID_PATTERN = '^CA[0-9a-fA-F]{32}$';
/** A date: `2026-12-25`. */
export const DATE_PATTERN = '^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$';
export const TIME_OF_DAY_PATTERN = '^([01][0-9]|2[0-3]):[0-5][0-9]$';
export const COLOUR_PATTERN = '^#[0-9a-fA-F]{6}$';
/** ISO 3166-1 alpha-2. */
export const COUNTRY_PATTERN = '^[A-Z]{2}$';
export const LOGO_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]*\\.(svg|png|webp)$';
export const MAIL_PATTERN = '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$';
export const DOMAIN_PATTERN = '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$';
/** An ACM certificate. CloudFront takes those of us-east-1 only. */
export const CERTIFICATE_PATTERN = '^arn:aws[a-z-]*:acm:us-east-1:[0-9]{12}:certificate/[A-Za-z0-9_-]+$';
export const WEB_ADDRESS_PATTERN = '^https?://';
/** A picture's token in a link. */
export const MEDIA_TOKEN_PATTERN = '^[A-Za-z0-9_-]{36}$';
