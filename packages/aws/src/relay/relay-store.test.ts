import { memoryRelay } from '@qdn/domain/testing';
import { conversationStoreContract } from './conversation-store.contract.ts';
import { relayAtScaleContract, relaySizeContract } from './relay-at-scale.contract.ts';
import { relayStoreContract } from './relay-store.contract.ts';

const open = async () => ({ store: memoryRelay(), close: async () => {} });
relayStoreContract('in memory', open);
conversationStoreContract('in memory', open);
relaySizeContract('in memory', open);
for (const count of [11, 60, 5000]) relayAtScaleContract('in memory', { count, bodyChars: 100 }, open);
