import type { SearchableCarrier, SendOutcome, Sms } from '@qdn/domain';

/** Wrong credentials: https://www.twilio.com/docs/api/errors/20003, or the bare status. Nothing was processed. */
const isRefusedKey = (code: unknown): boolean => code === 20003 || code === 401;

const keyIsRefused = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && isRefusedKey(error.code)) || ('status' in error && isRefusedKey(error.status)));

/**
 * A carrier whose credentials may be rotated at any time: its client is made anew when the secret has changed, and when the
 * carrier refuses the key, the secret is read anew before the text is given up.
 * @param readSecret `fresh` asks the store although the kept secret is young; how often that really does is the reader's to limit
 */
export const rotatingCarrier = <Secret>(
  name: string,
  readSecret: (fresh: boolean) => Promise<Secret>,
  connect: (secret: Secret) => SearchableCarrier,
): SearchableCarrier => {
  let known: { secret: Secret; carrier: SearchableCarrier } | null = null;
  const current = async (fresh: boolean): Promise<SearchableCarrier> => {
    const secret = await readSecret(fresh);
    if (known?.secret !== secret) known = { secret, carrier: connect(secret) };
    return known.carrier;
  };

  const send = async (sms: Sms): Promise<SendOutcome> => {
    const carrier = await current(false);
    const outcome = await carrier.send(sms);
    if (outcome.kind !== 'rejected' || !isRefusedKey(outcome.code)) return outcome;
    const renewed = await current(true);
    return renewed === carrier ? outcome : renewed.send(sms);
  };

  return {
    name,
    // A secret that cannot be read has sent nothing: a carrier's `send` throws never.
    send: (sms) =>
      send(sms).catch((error: unknown) => ({
        kind: 'not-processed',
        detail: error instanceof Error ? error.message : 'no credentials',
      })),
    find: async (query) => {
      const carrier = await current(false);
      try {
        return await carrier.find(query);
      } catch (error) {
        const renewed = keyIsRefused(error) ? await current(true) : carrier;
        if (renewed === carrier) throw error;
        return renewed.find(query);
      }
    },
  };
};
