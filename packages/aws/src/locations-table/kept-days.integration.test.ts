import { startDynamo } from '../testing/index.ts';
import { keptDaysContract } from './kept-days.contract.ts';
import { createKeptDays } from './kept-days.ts';

keptDaysContract('in DynamoDB', async () => {
  const dynamo = await startDynamo();
  return { days: createKeptDays(dynamo.client, await dynamo.createTable('LocationsTable')), close: dynamo.stop };
});
