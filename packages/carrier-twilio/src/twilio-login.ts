/** User and password of HTTP Basic: Account SID and Auth Token, or SID and secret of an API key. */
export type TwilioLogin = { user: string; password: string };

/** Returns the `Authorization` header of a login. */
export const basicAuthorization = ({ user, password }: TwilioLogin): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
