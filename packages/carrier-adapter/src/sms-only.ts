import { personKey, type SmsCarrier } from '@qdn/domain';

/** Returns a carrier without WhatsApp and RCS: it sends every text as SMS, to the number behind the address. */
export const smsOnly = (carrier: SmsCarrier): SmsCarrier => {
  const { name, find } = carrier;
  return {
    name,
    send: (sms) => carrier.send({ ...sms, to: personKey(sms.to) }),
    find: find && ((query) => find({ ...query, to: personKey(query.to) })),
  };
};
