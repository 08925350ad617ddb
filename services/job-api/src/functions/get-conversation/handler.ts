import type { Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { type ConversationPorts, readConversation } from '@qdn/domain';
import { apiHandler, tokenAuthentication } from '@qdn/lambda';
import { conversationView, textView } from '../../conversation-view.ts';
import type { Dependencies } from '../../dependencies.ts';

/** `GET /api/conversations/{conversation_id}`: the conversation, and a page of its texts. Three reads. */
export const getConversation = ({ relay, jobs, keyring, company, now, log }: Dependencies & ConversationPorts) =>
  apiHandler(
    routes.getConversation,
    { log, authenticate: tokenAuthentication(routes.getConversation, { keyring, now }) },
    async ({ pathParameters, query }) => {
      const id = pathParameters['conversation_id'] ?? '';
      const { conversation, texts } = await readConversation({ relay, jobs }, id, query.get('after'));
      const state: Wire<'conversationState'> = {
        conversation: conversationView(conversation, company.jobPrefix, now()),
        phone: conversation.phone,
        texts: texts.items.map(textView),
        next: texts.next,
      };
      return { status: 200, json: state };
    },
  );
