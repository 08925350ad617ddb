import * as routes from '@qdn/contracts/routes';
import { type RelayStore, readAttention } from '@qdn/domain';
import { apiHandler, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { attentionView } from './attention-view.ts';

export type GetAttentionDependencies = Dependencies & { relay: Pick<RelayStore, 'attention' | 'recent'> };

/** `GET /api/attention`: messages with an unknown outcome, messages without an answer, and messages that match no job. */
export const getAttention = ({ relay, keyring, company, now, log }: GetAttentionDependencies) =>
  apiHandler(
    routes.getAttention,
    {
      log,
      authenticate: tokenAuthentication(routes.getAttention, { keyring, now }),
    },
    async () => ({
      status: 200,
      json: attentionView(await readAttention(relay, company, now())),
    }),
  );
