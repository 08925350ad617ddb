import type { CarrierContext, ReadSecret } from '@qdn/carrier-adapter/connect-carrier';
import type { CarrierSetting } from '@qdn/carrier-adapter/facts';
import { smsOnly } from '@qdn/carrier-adapter/sms-only';
import { CONNECTORS } from '@qdn/carriers/connectors';
import { CARRIER_FACTS } from '@qdn/carriers/facts';
import type { CarrierList, SmsCarrier } from '@qdn/domain';

export type CarrierOptions = {
  /** The company's number, for a carrier without a number of its own. */
  textNumber: string;
  /** The company's senders on WhatsApp and RCS. */
  senders: NonNullable<CarrierContext['senders']>;
  publicUrl: string;
  /** Makes the reader of a secret, by its ID. */
  secretReader: (secretId: string) => ReadSecret;
};

const NO_SECRET: ReadSecret = () => Promise.reject(new Error('This carrier has no secret'));

const connected = (
  setting: CarrierSetting,
  { textNumber, senders, publicUrl, secretReader }: CarrierOptions,
): SmsCarrier => {
  const facts = CARRIER_FACTS.get(setting.name);
  const secretId = facts?.secrets.sending;
  const connect = CONNECTORS.get(setting.name);
  if (!connect) throw new Error(`Unknown carrier ${setting.name}`);
  const hasChannels = facts?.hasChannels === true;
  const carrier = connect({
    number: setting.number ?? textNumber,
    identity: setting.identity ?? '',
    ...(hasChannels ? { senders } : {}),
    publicUrl,
    apiUrl: setting.apiUrl,
    readSecret: secretId ? secretReader(secretId) : NO_SECRET,
  });
  return hasChannels ? carrier : smsOnly(carrier);
};

/** Makes the company's carriers, in order. @throws Error for an empty list, or an unknown carrier */
export const carrierList = (settings: readonly CarrierSetting[], options: CarrierOptions): CarrierList => {
  const [first, ...others] = settings.map((setting) => connected(setting, options));
  if (!first) throw new Error('The company has no carrier');
  return [first, ...others];
};
