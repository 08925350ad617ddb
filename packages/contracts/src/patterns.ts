/* Patterns of the schemas that are the contracts' own; whoever explains a broken one goes by them. */
export const TIME_OF_DAY_PATTERN = '^([01][0-9]|2[0-3]):[0-5][0-9]$';
export const COLOUR_PATTERN = '^#[0-9a-fA-F]{6}$';
export const LOGO_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]*\\.(svg|png|webp)$';
export const WEB_ADDRESS_PATTERN = '^https?://';
