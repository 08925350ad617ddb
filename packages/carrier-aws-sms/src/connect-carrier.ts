import type { ConnectCarrier } from '@qdn/carrier-adapter/connect-carrier';
import { createAwsSmsCarrier } from './aws-sms.ts';
import { CONFIGURATION_SET } from './facts.ts';

export const connectAwsSms: ConnectCarrier = ({ identity }) =>
  createAwsSmsCarrier({ originationIdentity: identity, configurationSet: CONFIGURATION_SET });
