import * as routes from '@qdn/contracts/routes';
import { validate as isConversationCommand } from '@qdn/contracts/validators/conversationCommand';
import { type ConversationCommand, type ConversationPorts, commandConversation } from '@qdn/domain';
import { apiHandler, tokenAuthentication } from '@qdn/lambda';
import { conversationView } from '../../conversation-view.ts';
import type { Dependencies } from '../../dependencies.ts';
import { refusedParameter } from '../../refused-parameter.ts';

/** Returns the dispatcher who commands. @throws ProductError `schema-violation` for an ID that no contact has */
const commander = (
  by: string | undefined,
  label: string,
  { contacts }: Pick<Dependencies['company'], 'contacts'>,
): ConversationCommand['by'] => {
  if (by === undefined) return { id: 'operator', name: label };
  const contact = contacts.find(({ id }) => id === by);
  if (contact) return { id: contact.id, name: contact.name };
  const known = contacts.map(({ id }) => id).join(', ');
  throw refusedParameter(
    'by',
    `must be the ID of a contact: ${known}`,
    `"${by}" is not the ID of a contact. Known: ${known}.`,
  );
};

/** `POST /api/conversations/{conversation_id}`: claim, release, close, or a note for colleagues. */
export const changeConversation = ({ relay, jobs, keyring, company, now, log }: Dependencies & ConversationPorts) =>
  apiHandler(
    routes.changeConversation,
    {
      log,
      authenticate: tokenAuthentication(routes.changeConversation, { keyring, now }),
      validate: isConversationCommand,
    },
    async ({ pathParameters, body, caller }) => {
      const { command, by, text = null } = body;
      const label = caller.kind === 'operator' ? caller.label : 'operator';
      const asked = { command, by: commander(by, label, company), text };
      const changed = await commandConversation({ relay, jobs }, pathParameters['conversation_id'] ?? '', asked, now());
      return { status: 200, json: conversationView(changed, company.jobPrefix, now()) };
    },
  );
