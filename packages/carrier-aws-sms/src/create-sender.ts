import type { CreateSender } from '@qdn/carrier-adapter/sender';
import { createAwsSmsCarrier } from './aws-sms.ts';
import { CONFIGURATION_SET } from './facts.ts';

export const createAwsSmsSender: CreateSender = ({ identity }) =>
  createAwsSmsCarrier({ originationIdentity: identity, configurationSet: CONFIGURATION_SET });
