/*
 * The second carrier, as the params say: nothing by default. `${file(resources/second-carrier.cjs):environment}` is what the
 * worker is told of it.
 */
const CONFIGURATION_SET = 'qdn-relay';
const IDENTITY = /^arn:aws[a-z-]*:sms-voice:[a-z0-9-]+:\d{12}:(phone-number|pool)\/[\w-]+$/;
const NUMBER = /^\+[1-9]\d{6,14}$/;

/** @returns the carrier, or null when there is none @throws Error that says what a param has to be */
const secondCarrier = async (resolveVariable) => {
  const param = (name) => resolveVariable(`param:${name}, 'none'`);
  const name = await param('secondCarrier');
  if (name === 'none') return null;
  if (name !== 'aws') throw new Error(`The param secondCarrier is "${name}"; it is "aws" or "none".`);
  const identity = await param('secondCarrierIdentity');
  if (!IDENTITY.test(identity)) {
    throw new Error(
      `The param secondCarrierIdentity is "${identity}"; it is the ARN of the number or pool that texts go out from, like arn:aws:sms-voice:us-east-1:123456789012:phone-number/phone-0123456789abcdef.`,
    );
  }
  const number = await param('secondCarrierNumber');
  if (!NUMBER.test(number))
    throw new Error(`The param secondCarrierNumber is "${number}"; it is that number itself, like +15125550143.`);
  return { name, identity, number, configurationSet: CONFIGURATION_SET };
};

module.exports = {
  secondCarrier,
  /** As JSON; `none` when there is none. */
  environment: async ({ resolveVariable }) => {
    const carrier = await secondCarrier(resolveVariable);
    return carrier ? JSON.stringify(carrier) : 'none';
  },
};
