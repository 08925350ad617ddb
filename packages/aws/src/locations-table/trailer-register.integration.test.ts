import { afterAll } from '@jest/globals';
import { startDynamo, type TestDynamo } from '../testing/index.ts';
import { trailerRegisterContract } from './trailer-register.contract.ts';
import { createRegisterReader, createRegisterWriter } from './trailer-register.ts';

const started: TestDynamo[] = [];
afterAll(async () => {
  for (const dynamo of started) await dynamo.stop();
});

trailerRegisterContract('in DynamoDB', async () => {
  const dynamo = await startDynamo();
  started.push(dynamo);
  const table = await dynamo.createTable('LocationsTable');
  return {
    register: { ...createRegisterWriter(dynamo.client, table), ...createRegisterReader(dynamo.client, table) },
    close: async () => {},
  };
});
