const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Makes a string that looks like a tracking token; the API emulator checks no signature. @param expiresAt epoch ms */
export const trackingToken = (expiresAt: number): string => {
  const claims = { iss: 'qdn', aud: 'track', exp: expiresAt / 1000, sub: 'QDN-1042', acc: 'lopez', jti: 'abcdefgh' };
  return `${part({ alg: 'HS256', typ: 'JWT', kid: 'k1' })}.${part(claims)}.${'s'.repeat(43)}`;
};
