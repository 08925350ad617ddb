import { receiveCallDependencies } from '../../dependencies.ts';
import { receiveCall } from './handler.ts';

export const handler = receiveCall(receiveCallDependencies());
