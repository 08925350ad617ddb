/* Patterns of the schemas that are the contracts' own; whoever explains a broken one goes by them. */
export const TIME_OF_DAY_PATTERN = '^([01][0-9]|2[0-3]):[0-5][0-9]$';
export const COLOUR_PATTERN = '^#[0-9a-fA-F]{6}$';
export const LOGO_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]*\\.(svg|png|webp)$';
export const MAIL_PATTERN = '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$';
export const DOMAIN_PATTERN = '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$';
/** CloudFront takes certificates of this one region. */
export const CERTIFICATE_PATTERN = '^arn:aws[a-z-]*:acm:us-east-1:[0-9]{12}:certificate/[A-Za-z0-9_-]+$';
export const SMS_IDENTITY_PATTERN =
  '^arn:aws[a-z-]*:sms-voice:[a-z0-9-]+:[0-9]{12}:(phone-number|pool)/[A-Za-z0-9_-]+$';
export const WEB_ADDRESS_PATTERN = '^https?://';
