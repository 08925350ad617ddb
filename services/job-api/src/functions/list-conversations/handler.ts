import type { Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { type ConversationPorts, listOpenConversations } from '@qdn/domain';
import { apiHandler, tokenAuthentication } from '@qdn/lambda';
import { conversationView } from '../../conversation-view.ts';
import type { Dependencies } from '../../dependencies.ts';

/** `GET /api/conversations`: one page. One query and one batch read for each of the two lists that it touches. */
export const listConversations = ({
  relay,
  keyring,
  company,
  now,
  log,
}: Dependencies & Pick<ConversationPorts, 'relay'>) =>
  apiHandler(
    routes.listConversations,
    { log, authenticate: tokenAuthentication(routes.listConversations, { keyring, now }) },
    async ({ query }) => {
      const { items, next } = await listOpenConversations({ relay }, query.get('after'));
      const list: Wire<'conversationList'> = {
        conversations: items.map((one) => conversationView(one, company.jobPrefix, now())),
        next,
      };
      return { status: 200, json: list };
    },
  );
