import { receiveMessageDependencies } from '../../dependencies.ts';
import { receiveMessage } from './handler.ts';

export const handler = receiveMessage(receiveMessageDependencies());
