import { createServer } from 'node:http';
import { close, listen } from '@qdn/local-server/listen';
import type { Memory, StoredMessage } from '../phones/memory.ts';
import type { Clock, Pace } from '../twilio/network.ts';
import { type AwsSmsAccount, createAwsSmsApi } from './api.ts';
import { createAwsSmsNetwork, type Publish } from './network.ts';

export type AwsSmsOptions = AwsSmsAccount & {
  /** 0 lets the system choose. */
  port: number;
  /** What the topics' subscription does: puts a notification's body into the relay's queue. */
  publish: Publish;
};

/**
 * Stands in for AWS End User Messaging on this machine (docs/adr/0011-second-carrier.md): `SendTextMessage`, delivery events and
 * two-way texts. Phones and texts are those of the Twilio stand-in, on whose page they are seen.
 * @throws StartError when the port is taken
 */
export const startAwsSms = async (options: AwsSmsOptions, memory: Memory, clock: Clock, pace: Pace) => {
  const network = createAwsSmsNetwork(memory, { number: options.number, publish: options.publish, clock, pace });
  const api = createAwsSmsApi(options, memory, network, clock);
  const server = createServer((request, response) => {
    api(request, response).catch((error: unknown) => {
      console.error('The stand-in for AWS End User Messaging:', error);
      response.destroy();
    });
  });
  const port = await listen(server, options.port, 'the stand-in for AWS End User Messaging');
  network.resume();
  return {
    url: `http://localhost:${port}`,
    number: options.number,
    /** A text from a phone to the number. */
    receive: (from: string, body: string): StoredMessage => network.receive(from, body),
    repeat: network.repeat,
    settled: network.settled,
    close: async (): Promise<void> => {
      await network.stop();
      await close(server);
    },
  };
};
