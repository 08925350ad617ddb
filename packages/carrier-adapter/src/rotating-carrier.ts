import type { FindTexts, SendOutcome, Sms, SmsCarrier } from '@qdn/domain';
import { KeyRefused } from './key-refused.ts';

/** A carrier that can be asked what it took. */
export type SearchableCarrier = SmsCarrier & { find: FindTexts };

/** Keeps a carrier for each secret: its client is replaced when the secret has changed. */
const connections = <Secret, Carrier>(
  readSecret: (fresh: boolean) => Promise<Secret>,
  connect: (secret: Secret) => Carrier,
): ((fresh: boolean) => Promise<Carrier>) => {
  let known: { secret: Secret; carrier: Carrier } | null = null;
  return async (fresh) => {
    const secret = await readSecret(fresh);
    if (known?.secret !== secret) known = { secret, carrier: connect(secret) };
    return known.carrier;
  };
};

const sendWith = async (current: (fresh: boolean) => Promise<SmsCarrier>, sms: Sms): Promise<SendOutcome> => {
  const carrier = await current(false);
  const outcome = await carrier.send(sms);
  if (outcome.kind !== 'rejected' || outcome.class !== 'credentials') return outcome;
  const renewed = await current(true);
  return renewed === carrier ? outcome : renewed.send(sms);
};

/** A secret that cannot be read has sent nothing: a carrier's `send` never throws. */
const sendWithRotation =
  (current: (fresh: boolean) => Promise<SmsCarrier>): SmsCarrier['send'] =>
  (sms) =>
    sendWith(current, sms).catch((error: unknown) => ({
      kind: 'not-processed',
      detail: error instanceof Error ? error.message : 'no credentials',
    }));

/**
 * A carrier without a list whose credentials may be rotated at any time: when the carrier refuses the key, the secret is read
 * again before the text is given up.
 * @param readSecret `fresh` asks the store although the kept secret is young; the reader limits how often that happens
 */
export const rotatingCarrierWithoutList = <Secret>(
  name: string,
  readSecret: (fresh: boolean) => Promise<Secret>,
  connect: (secret: Secret) => SmsCarrier,
): SmsCarrier => ({ name, send: sendWithRotation(connections(readSecret, connect)), find: null });

/** The same for a carrier that can be asked what it took; its `find` throws KeyRefused for a key that is not valid. */
export const rotatingCarrier = <Secret>(
  name: string,
  readSecret: (fresh: boolean) => Promise<Secret>,
  connect: (secret: Secret) => SearchableCarrier,
): SearchableCarrier => {
  const current = connections(readSecret, connect);
  return {
    name,
    send: sendWithRotation(current),
    find: async (query) => {
      const carrier = await current(false);
      try {
        return await carrier.find(query);
      } catch (error) {
        const renewed = error instanceof KeyRefused ? await current(true) : carrier;
        if (renewed === carrier) throw error;
        return renewed.find(query);
      }
    },
  };
};
