export { startTwilioStandIn } from './stand-in.ts';
