import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { close, listen } from '@qdn/local-server/listen';
import type { StartCarrier } from '../phones/emulated-carrier.ts';
import { type AwsSmsAccount, createAwsSmsApi } from './api.ts';
import { AWS_FAULTS } from './faults.ts';
import { AWS, AwsSmsNetwork, type Publish } from './network.ts';

export type AwsSmsOptions = AwsSmsAccount & {
  /** 0 lets the system choose. */
  port: number;
  /** The number's name on the Phones page. */
  name: string;
  /** Puts a notification's body into the relay's queue, as the topics' subscription does. */
  publish: Publish;
};

/**
 * Emulates AWS End User Messaging (docs/adr/0011-second-carrier.md): `SendTextMessage`, delivery events and two-way texts, on the
 * phones of the Phones page.
 */
export const awsSms =
  (options: AwsSmsOptions): StartCarrier =>
  async ({ memory, clock, pace }) => {
    const { number, name, publish } = options;
    const network = new AwsSmsNetwork(memory, { number, publish, clock, pace });
    const api = createAwsSmsApi({ account: options, memory, network, clock });
    const server = createServer(getRequestListener(api.fetch));
    const port = await listen(server, options.port, 'the emulator of AWS End User Messaging');
    network.resume();
    return {
      id: AWS,
      name: 'AWS',
      url: `http://localhost:${port}`,
      numbers: [{ number, name }],
      faults: AWS_FAULTS,
      takesPhotos: false,
      receive: ({ from, to, body }) => (to === number ? network.receive(from, body) : null),
      repeat: (sid) => network.repeat(sid),
      settled: () => network.settled(),
      close: async () => {
        await network.stop();
        await close(server);
      },
    };
  };
