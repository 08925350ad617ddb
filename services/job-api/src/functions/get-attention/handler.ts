import * as routes from '@qdn/contracts/routes';
import { type AttentionPorts, readAttention } from '@qdn/domain';
import { apiHandler, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { attentionView } from './attention-view.ts';

export type GetAttentionDependencies = Dependencies & AttentionPorts;

/** `GET /api/attention`: messages with an unknown outcome, without an answer or without a job, and jobs that ended by themselves or are asked about. */
export const getAttention = ({ relay, attentionJobs, keyring, company, now, log }: GetAttentionDependencies) =>
  apiHandler(
    routes.getAttention,
    {
      log,
      authenticate: tokenAuthentication(routes.getAttention, { keyring, now }),
    },
    async () => ({
      status: 200,
      json: attentionView(await readAttention({ relay, attentionJobs }, company, now())),
    }),
  );
