import { createLogger } from '@qdn/lambda';
import { refuseCall } from './handler.ts';

export const handler = refuseCall({ log: createLogger('sms-relay') });
