import type { CarrierSetting } from '@qdn/carrier-adapter/facts';
import { validate as areCarrierSettings } from '@qdn/contracts/validators/carrierSettings';

/**
 * Reads the environment variable CARRIERS: JSON from resources/carriers.cjs.
 * @throws Error when it does not follow its schema
 */
export const carrierSettings = (config: string): CarrierSetting[] => {
  const value: unknown = JSON.parse(config);
  if (!areCarrierSettings(value)) throw new Error('CARRIERS does not follow its schema');
  return value;
};
