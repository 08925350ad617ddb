import { admitMessageDependencies } from '../../dependencies.ts';
import { admitMessage } from './handler.ts';

export const handler = admitMessage(admitMessageDependencies());
