import { createDocumentClient } from '@qdn/aws';
import { createKeptDays, createLocationStore, createRegisterReader } from '@qdn/aws/locations-table';
import { createLogger } from '@qdn/lambda';
import { config } from '../../config.ts';
import { keepDays } from './handler.ts';

const client = createDocumentClient();

export const handler = keepDays({
  register: createRegisterReader(client, config.locationsTable),
  locations: createLocationStore(client, config.locationsTable),
  keptDays: createKeptDays(client, config.locationsTable),
  keepDays: config.company.keepDays,
  timeZone: config.company.timeZone,
  now: Date.now,
  log: createLogger('telemetry-ingest'),
});
