import { createHmac, generateKeyPairSync, sign as signWith } from 'node:crypto';
import type { Wire } from '@qdn/contracts';
import type { Audience } from './tokens.ts';

/** `name` completes "a token …". */
export type HostileToken = { name: string; token: string };

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const raw = (json: string): string => Buffer.from(json).toString('base64url');

const SUBJECTS = {
  track: { sub: 'QDN-1042', acc: 'lopez', jti: 'abcdefgh' },
  device: { sub: 'T1' },
  hub: { sub: 'traccar' },
  operator: { sub: 'ops' },
} as const;

/** Hubs share the devices' keys. */
const pairOf = (keys: Wire<'tokenKeys'>, audience: Audience) => keys[audience === 'hub' ? 'device' : audience];

/** Returns a valid token made by hand, so that each hostile one differs from it in one thing only. */
export const craftToken = (
  audience: Audience,
  keys: Wire<'tokenKeys'>,
  now: number,
  changes: { header?: Record<string, unknown>; claims?: Record<string, unknown>; key?: string; hash?: string } = {},
): string => {
  const { kid, key } = pairOf(keys, audience).current;
  const header = { alg: 'HS256', typ: 'JWT', kid, ...changes.header };
  const exp = Math.floor(now / 1000) + 3600;
  const claims = { ...SUBJECTS[audience], exp, iss: 'qdn', aud: audience, ...changes.claims };
  const signed = `${part(header)}.${part(claims)}`;
  const secret = Buffer.from(changes.key ?? key, 'base64url');
  return `${signed}.${createHmac(changes.hash ?? 'sha256', secret)
    .update(signed)
    .digest('base64url')}`;
};

type NamedToken = [name: string, token: string];

/** The parts of a valid token, and ways to craft one that differs from it. */
const forgeFor = (audience: Audience, keys: Wire<'tokenKeys'>, now: number) => {
  const { kid, key } = pairOf(keys, audience).current;
  const good = craftToken(audience, keys, now);
  const [head = '', body = '', signature = ''] = good.split('.');
  const craft = (changes: Parameters<typeof craftToken>[3]) => craftToken(audience, keys, now, changes);
  return {
    audience,
    keys,
    now,
    kid,
    good,
    head,
    body,
    signature,
    craft,
    header: (changes: Record<string, unknown>) => craft({ header: changes }),
    claims: (changes: Record<string, unknown>) => craft({ claims: changes }),
    signedOver: (text: string) =>
      `${text}.${createHmac('sha256', Buffer.from(key, 'base64url')).update(text).digest('base64url')}`,
    seconds: Math.floor(now / 1000),
  };
};
type Forge = ReturnType<typeof forgeFor>;

/** Wrong algorithms (RFC 8725, 2.1 and 3.1). */
const wrongAlgorithms = ({ kid, body, craft, header }: Forge): NamedToken[] => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const rsHeader = part({ alg: 'RS256', typ: 'JWT', kid, jwk: publicKey.export({ format: 'jwk' }) });
  const byRsa = signWith('sha256', Buffer.from(`${rsHeader}.${body}`), privateKey).toString('base64url');
  return [
    ...['none', 'None', 'NONE', 'nOnE'].map(
      (alg): NamedToken => [
        `that says "alg": "${alg}" and has no signature`,
        `${part({ alg, typ: 'JWT', kid })}.${body}.`,
      ],
    ),
    ['that says "alg": "none" and is signed anyway', header({ alg: 'none' })],
    ['that says HS512 and is signed with SHA-512', craft({ header: { alg: 'HS512' }, hash: 'sha512' })],
    ['that says HS384 and is signed with SHA-256', header({ alg: 'HS384' })],
    ['that says RS256 over an HMAC', header({ alg: 'RS256' })],
    ['signed with RSA, its key in the header', `${rsHeader}.${body}.${byRsa}`],
    ['without an algorithm', header({ alg: undefined })],
    ['whose algorithm is a list', header({ alg: ['HS256'] })],
    ['whose algorithm is in lower case', header({ alg: 'hs256' })],
  ];
};

/** Wrong keys and key IDs. */
const wrongKeys = ({ audience, keys, now, kid, craft, header, claims }: Forge): NamedToken[] => {
  const others = (['track', 'device', 'operator'] as const).filter((other) => other !== audience);
  return [
    ['without a key ID', header({ kid: undefined })],
    ['of a key that is not known', header({ kid: 'unknown' })],
    ['whose key ID is a list', header({ kid: [kid] })],
    ['whose key ID is an object', header({ kid: { toString: kid } })],
    ['whose key ID is a number', header({ kid: 1 })],
    ['whose key ID is empty', header({ kid: '' })],
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '../../dev/null', `${kid}\u0000`, ` ${kid}`].map(
      (other): NamedToken => [`whose key ID is ${JSON.stringify(other)}`, header({ kid: other })],
    ),
    ['signed with an unknown key under a known key ID', craft({ key: Buffer.alloc(32, 9).toString('base64url') })],
    ['signed with an empty key', craft({ key: '' })],
    ...others.flatMap((other): NamedToken[] => [
      ...(pairOf(keys, other) === pairOf(keys, audience)
        ? []
        : [[`signed with the key of ${other}`, craft({ key: pairOf(keys, other).current.key })] as NamedToken]),
      [`of ${other}`, craftToken(other, keys, now)],
      [`whose audience is ${other}`, claims({ aud: other })],
    ]),
  ];
};

/** Wrong issuers and audiences. */
const wrongParties = ({ audience, claims }: Forge): NamedToken[] => {
  return [
    ['of another issuer', claims({ iss: 'someone' })],
    ['without an issuer', claims({ iss: undefined })],
    ['whose issuer is a list', claims({ iss: ['qdn'] })],
    ['whose issuer is in upper case', claims({ iss: 'QDN' })],
    ['without an audience', claims({ aud: undefined })],
    ['whose audience is a list of one', claims({ aud: [audience] })],
    ['for everyone', claims({ aud: ['track', 'device', 'operator'] })],
    ['whose audience is empty', claims({ aud: '' })],
  ];
};

/** Wrong expiries. */
const wrongTimes = ({ audience, head, claims, signedOver, seconds }: Forge): NamedToken[] => {
  return [
    ['without an expiry', claims({ exp: undefined })],
    ['that expires now', claims({ exp: seconds })],
    ['that expired long ago', claims({ exp: 1 })],
    ['whose expiry is a string', claims({ exp: String(seconds + 3600) })],
    ['whose expiry is null', claims({ exp: null })],
    ['whose expiry is a list', claims({ exp: [seconds + 3600] })],
    ['whose expiry is true', claims({ exp: true })],
    ['whose expiry is negative', claims({ exp: -1 })],
    [
      'whose expiry is infinite',
      signedOver(
        `${head}.${raw(JSON.stringify({ ...SUBJECTS[audience], iss: 'qdn', aud: audience, exp: 'E' }).replace('"E"', '1e999'))}`,
      ),
    ],
  ];
};

/** Wrong subjects. */
const wrongSubjects = ({ audience, claims }: Forge): NamedToken[] => {
  return [
    ['about nothing', claims({ sub: undefined })],
    ['whose subject is a list', claims({ sub: [SUBJECTS[audience].sub] })],
    ['whose subject is an object', claims({ sub: { id: SUBJECTS[audience].sub } })],
    ['about null', claims({ sub: null })],
    ['whose subject is another path', claims({ sub: '../../QDN-1' })],
    ['whose subject has a line break', claims({ sub: 'QDN-1042\r\nx-injected: 1' })],
    ['whose subject is empty', claims({ sub: '' })],
    ['whose subject is very long', claims({ sub: 'x'.repeat(200) })],
  ];
};

/** Broken forms. */
const wrongForms = ({
  audience,
  kid,
  good,
  head,
  body,
  signature,
  claims,
  signedOver,
  seconds,
}: Forge): NamedToken[] => {
  return [
    ['of 4 KB', claims({ padding: 'x'.repeat(4096) })],
    ['of 100 KB', `${head}.${'A'.repeat(100_000)}.${signature}`],
    ['whose claims are a list', signedOver(`${head}.${part([SUBJECTS[audience]])}`)],
    ['whose claims are a string', signedOver(`${head}.${part('claims')}`)],
    ['whose claims are null', signedOver(`${head}.${part(null)}`)],
    ['whose claims are not JSON', signedOver(`${head}.${raw('{')}`)],
    ['whose header is null', signedOver(`${part(null)}.${body}`)],
    ['whose header is a list', signedOver(`${part([{ alg: 'HS256', kid }])}.${body}`)],
    ['without a signature', `${head}.${body}.`],
    ['without even the last dot', `${head}.${body}`],
    ['with half a signature', `${head}.${body}.${signature.slice(0, 20)}`],
    ['with a longer signature', `${good}AAAA`],
    ['with a fourth part', `${good}.${signature}`],
    [
      'with other claims under the same signature',
      `${head}.${part({ ...SUBJECTS[audience], exp: seconds + 1e6, iss: 'qdn', aud: audience })}.${signature}`,
    ],
    ['of dots', '..'],
    ['of letters', 'a.b.c'],
    ['of null, null', `${part(null)}.${part(null)}.x`],
    ['with ideographic full stops', good.replaceAll('.', '\u3002')],
    ['in the form of an encrypted token (JWE)', `${part({ alg: 'dir', enc: 'A256GCM', kid })}..${body}.${signature}.x`],
  ];
};

/**
 * Returns tokens that must all be refused where a token of this audience is accepted. Most of them are signed with the right key:
 * each must be refused for its own reason. RFC 8725 (JWT best practices) names most of the attacks.
 * @param now epoch ms
 */
export const hostileTokens = (audience: Audience, keys: Wire<'tokenKeys'>, now: number): HostileToken[] => {
  const forge = forgeFor(audience, keys, now);
  return [
    ...wrongAlgorithms(forge),
    ...wrongKeys(forge),
    ...wrongParties(forge),
    ...wrongTimes(forge),
    ...wrongSubjects(forge),
    ...wrongForms(forge),
  ].map(([name, token]) => ({ name, token }));
};
