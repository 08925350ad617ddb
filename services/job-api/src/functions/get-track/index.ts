import { createDocumentClient } from '@qdn/aws';
import { createKeptDays } from '@qdn/aws/locations-table';
import { config } from '../../config.ts';
import { dependencies } from '../../dependencies.ts';
import { getTrack } from './handler.ts';

const keptDays = createKeptDays(createDocumentClient(), config.locationsTable);

export const handler = getTrack({ ...dependencies, keptDays });
