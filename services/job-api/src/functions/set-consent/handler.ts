import type { Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { validate as isConsentChange } from '@qdn/contracts/validators/consentChange';
import { apiHandler, tokenAuthentication } from '@qdn/lambda';
import { consentView } from '../../consent-view.ts';
import type { Dependencies } from '../../dependencies.ts';

export type SetConsentDependencies = Pick<Dependencies, 'keyring' | 'now' | 'log'> & {
  /** The queue of the relay, whose worker is the only writer of consents. */
  queue: { send(record: Wire<'consentOrder'>): Promise<void> };
};

/** `PUT /api/consents`: sets whether a number gets texts. The worker stores it, and logs it with the reason and the operator. */
export const setConsent = ({ queue, keyring, now, log }: SetConsentDependencies) =>
  apiHandler(
    routes.setConsent,
    {
      log,
      authenticate: tokenAuthentication(routes.setConsent, { keyring, now }),
      validate: isConsentChange,
    },
    async ({ body: { phone, isStopped, why }, caller }) => {
      const at = now();
      const actor = caller.kind === 'operator' ? caller.label : 'operator';
      const order = { phone, isStopped, why, actor };
      await queue.send({ schema: 1, kind: 'consent', ...order, at: new Date(at).toISOString() });
      return { status: 202, json: consentView({ ...order, by: 'operator', at }) };
    },
  );
