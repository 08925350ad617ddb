import type { RelayDependencies } from './dependencies.ts';
import { ownSid } from './fingerprint.ts';
import { UNMATCHED } from './outbound-message.ts';

/** The operator's decision about the consent of a number, with the reason. `phone` in E.164; `actor` is the label of the operator's token; `at` is epoch ms. */
export type ConsentDecision = { phone: string; isStopped: boolean; why: string; actor?: string; at: number };

/** Stores the operator's decision, which counts unless a later one is stored, and logs it. Repeating it changes nothing. */
export const decideConsent = async (
  deps: Pick<RelayDependencies, 'relay' | 'log'>,
  { phone, isStopped, why, actor, at }: ConsentDecision,
): Promise<void> => {
  const consent = {
    ...{ phone, isStopped, by: 'operator' as const, why, at },
    ...(actor === undefined ? {} : { actor }),
  };
  await deps.relay.setConsent(consent);
  const sid = ownSid(`consent ${phone} ${at}`);
  deps.log({ id: `${sid} consent`, type: 'consent', at, sid, timelineId: UNMATCHED, data: consent });
};
