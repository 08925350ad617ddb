import { receiveCarrierWebhookDependencies } from '../../dependencies.ts';
import { receiveCarrierWebhook } from './handler.ts';

export const handler = receiveCarrierWebhook(receiveCarrierWebhookDependencies());
