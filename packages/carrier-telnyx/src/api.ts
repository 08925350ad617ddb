/** Base URL of Telnyx's API. */
export const TELNYX_API = 'https://api.telnyx.com';
