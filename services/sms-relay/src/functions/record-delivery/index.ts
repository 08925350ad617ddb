import { recordDeliveryDependencies } from '../../dependencies.ts';
import { recordDelivery } from './handler.ts';

export const handler = recordDelivery(recordDeliveryDependencies());
