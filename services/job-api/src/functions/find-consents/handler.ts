import * as routes from '@qdn/contracts/routes';
import { validate as isConsentQuestion } from '@qdn/contracts/validators/consentQuestion';
import type { RelayStore } from '@qdn/domain';
import { apiHandler, tokenAuthentication } from '@qdn/lambda';
import { consentView } from '../../consent-view.ts';
import type { Dependencies } from '../../dependencies.ts';

export type FindConsentsDependencies = Pick<Dependencies, 'keyring' | 'now' | 'log'> & {
  relay: Pick<RelayStore, 'consents' | 'optedOut'>;
};

/** `POST /api/consents/find`: the consent of a number with its history, or the numbers that opted out last. */
export const findConsents = ({ relay, keyring, now, log }: FindConsentsDependencies) =>
  apiHandler(
    routes.findConsents,
    {
      log,
      authenticate: tokenAuthentication(routes.findConsents, { keyring, now }),
      validate: isConsentQuestion,
    },
    async ({ body: { phone } }) => {
      const found = phone === undefined ? await relay.optedOut(now()) : await relay.consents(phone);
      return { status: 200, json: { consents: found.map(consentView) } };
    },
  );
