import { createDocumentClient } from '@qdn/aws';
import { createRegisterReader } from '@qdn/aws/locations-table';
import { config } from '../../config.ts';
import { dependencies } from '../../dependencies.ts';
import { listTrailers } from './handler.ts';

const register = createRegisterReader(createDocumentClient(), config.locationsTable);

export const handler = listTrailers({ ...dependencies, register });
