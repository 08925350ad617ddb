import { CUSTOMER_DECISION } from '../src/relay/planning/customer-decision.ts';
import { decisionTableText } from '../src/relay/planning/decision-table.ts';
import { DISPATCHER_DECISION, RECIPIENT_DECISION, REPLY_DECISION } from '../src/relay/planning/dispatcher-decision.ts';
import { DRIVER_DECISION } from '../src/relay/planning/driver-decision.ts';
import { MESSAGE_DECISION } from '../src/relay/planning/message-decision.ts';

/** The page of the decision tables, from the root of the repository. */
export const DECISIONS_PAGE = 'docs/message-decisions.md';

const INTRODUCTION = `# Decisions about a message

The relay decides about each inbound message by these tables. The rows of a table are tried in order: the first row whose conditions
all hold decides.

The tables are part of the code, in [packages/domain/src/relay/planning](../packages/domain/src/relay/planning). This page is printed
from them: after a change, run \`npm run decisions\`.`;

/** Returns the text of the page. */
export const decisionsPage = (): string =>
  `${[
    INTRODUCTION,
    decisionTableText(MESSAGE_DECISION),
    decisionTableText(CUSTOMER_DECISION),
    decisionTableText(DISPATCHER_DECISION),
    decisionTableText(RECIPIENT_DECISION),
    decisionTableText(REPLY_DECISION),
    decisionTableText(DRIVER_DECISION),
  ].join('\n\n')}\n`;
