import { createAwsSmsCarrier } from '@qdn/carrier-aws-sms/sender';
import { validate as isSecondCarrier } from '@qdn/contracts/validators/secondCarrier';
import type { SmsCarrier } from '@qdn/domain';

/**
 * The carrier that takes over when the first one fails, and the number that its texts go out from.
 * @param config the environment variable SECOND_CARRIER: `none`, or JSON from resources/second-carrier.cjs
 * @returns null when there is none
 * @throws Error when it is neither
 */
export const secondCarrier = (config: string): { carrier: SmsCarrier; number: string } | null => {
  if (config === 'none') return null;
  const value: unknown = JSON.parse(config);
  if (!isSecondCarrier(value)) throw new Error('SECOND_CARRIER does not follow its schema');
  const { identity, number, configurationSet } = value;
  return { carrier: createAwsSmsCarrier({ originationIdentity: identity, configurationSet }), number };
};
