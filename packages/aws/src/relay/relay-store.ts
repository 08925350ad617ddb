import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { RelayStore } from '@qdn/domain';
import { carrierHealthStore, consentStore } from './consent-and-health-store.ts';
import { conversationStore } from './conversation-store.ts';
import { dutyStore } from './duty-store.ts';
import { introductionStore } from './introduction-store.ts';
import { noticeTurnStore } from './notice-turn-store.ts';
import { outboundMessageReads, outboundMessageWrites } from './outbound-message-store.ts';
import { planStore } from './plan-store.ts';
import { RelayTable } from './relay-table.ts';
import { timelineStore } from './timeline-store.ts';

/**
 * Creates the relay's store in `qdn-jobs`. Each method is one conditional write on one item, or one read. The SDK repeats a request whose
 * answer did not arrive in time, and then finds its own first write: that is not a lost race, and another read tells the two apart.
 */
export const createRelayStore = (client: DynamoDBDocumentClient, name: string): RelayStore => {
  const table = new RelayTable(client, name);
  return {
    ...planStore(table),
    ...outboundMessageWrites(table),
    ...outboundMessageReads(table),
    ...consentStore(table),
    ...introductionStore(table),
    ...carrierHealthStore(table),
    ...noticeTurnStore(table),
    ...timelineStore(table),
    ...conversationStore(table),
    ...dutyStore(table),
  };
};
