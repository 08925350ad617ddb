import type { ConnectCarrier } from '@qdn/carrier-adapter/connect-carrier';
import { connectAwsSms } from '@qdn/carrier-aws-sms/connect-carrier';
import { connectTelnyx } from '@qdn/carrier-telnyx/connect-carrier';
import { connectTwilio } from '@qdn/carrier-twilio/connect-carrier';

/** Connectors of the carriers, which send texts, by name. Apart from the rest, so that only the worker bundles the clients. */
export const CONNECTORS: ReadonlyMap<string, ConnectCarrier> = new Map([
  ['twilio', connectTwilio],
  ['aws', connectAwsSms],
  ['telnyx', connectTelnyx],
]);
