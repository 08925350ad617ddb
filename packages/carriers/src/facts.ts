import type { CarrierFacts, CarrierSetting } from '@qdn/carrier-adapter/facts';
import { awsSmsFacts } from '@qdn/carrier-aws-sms/facts';
import { telnyxFacts } from '@qdn/carrier-telnyx/facts';
import { twilioFacts } from '@qdn/carrier-twilio/facts';

export type { CarrierFacts, CarrierSetting } from '@qdn/carrier-adapter/facts';

/** Every carrier that the product knows, by name. */
export const CARRIER_FACTS: ReadonlyMap<string, CarrierFacts> = new Map(
  [twilioFacts, awsSmsFacts, telnyxFacts].map((facts) => [facts.name, facts]),
);

/** Carriers of a company that names none. */
export const DEFAULT_CARRIERS: readonly CarrierSetting[] = [{ name: 'twilio' }];

/** A wrong setting of the carrier at `index`. `says` has the fix. */
export type CarrierProblem = { index: number; setting: 'name' | 'number' | 'identity' | 'publicKeys'; says: string };

const problemsOf = (list: readonly CarrierSetting[], index: number): CarrierProblem[] => {
  const carrier = list[index];
  const facts = carrier && CARRIER_FACTS.get(carrier.name);
  if (!carrier || !facts) {
    const known = [...CARRIER_FACTS.keys()].map((name) => `"${name}"`).join(', ');
    return [
      { index, setting: 'name', says: `"${carrier?.name}" is not a carrier that we know; it is one of ${known}.` },
    ];
  }
  if (list.findIndex(({ name }) => name === carrier.name) < index)
    return [{ index, setting: 'name', says: `"${carrier.name}" is in the list twice. Remove one of them.` }];
  return (['identity', 'number', 'publicKeys'] as const).flatMap((setting) => {
    const need = facts.needs[setting];
    const value = carrier[setting];
    if (!need) return [];
    const wrong = [value].flat().find((one) => one === undefined || !need.pattern.test(one));
    if (value !== undefined && value.length > 0 && wrong === undefined) return [];
    return [
      { index, setting, says: `${wrong === undefined ? 'is missing' : `"${wrong}" is not valid`}: ${need.what}.` },
    ];
  });
};

/** Checks a list of carriers. Returns an empty list when all settings are valid. */
export const carrierProblems = (list: readonly CarrierSetting[]): CarrierProblem[] =>
  list.flatMap((_, index) => problemsOf(list, index));
