import { type RelayStore, readAttention } from '@qdn/domain';
import { apiHandler, PRIVATE, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { attentionView } from './attention-view.ts';

export type GetAttentionDependencies = Dependencies & { relay: Pick<RelayStore, 'attention' | 'recent'> };

/** `GET /api/attention`: messages with an unknown outcome, messages without an answer, and messages that match no job. */
export const getAttention = ({ relay, keyring, company, now, log }: GetAttentionDependencies) =>
  apiHandler(
    {
      name: 'get-attention',
      log,
      authenticate: tokenAuthentication({ keyring, audiences: ['operator'], now }),
      body: { as: 'none' },
    },
    async () => ({
      status: 200,
      json: attentionView(await readAttention(relay, company, now())),
      headers: PRIVATE,
    }),
  );
