import { checkAccountDependencies } from '../../dependencies.ts';
import { checkAccount } from './handler.ts';

export const handler = checkAccount(checkAccountDependencies());
