import { relayMessageDependencies } from '../../dependencies.ts';
import { relayMessage } from './handler.ts';

export const handler = relayMessage(relayMessageDependencies());
