export { startTwilioStandIn, type TwilioStandIn } from './stand-in.ts';
