import { createDocumentClient } from '@qdn/aws';
import { createJobStore } from '@qdn/aws/jobs-table';
import { createLocationStore } from '@qdn/aws/locations-table';
import { createLogger } from '@qdn/lambda';
import { watchTrailersConfig } from '../../watch-trailers-config.ts';
import { watchTrailers } from './handler.ts';

const config = watchTrailersConfig();
const client = createDocumentClient();

export const handler = watchTrailers({
  jobs: createJobStore(client, config.JOBS_TABLE),
  locations: createLocationStore(client, config.LOCATIONS_TABLE),
  now: Date.now,
  log: createLogger('telemetry-ingest'),
});
