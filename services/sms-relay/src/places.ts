import type { SchemaError } from '@qdn/contracts';

/** Where a value breaks its schema and how, for the log: nothing of the value itself. */
export const placesOf = (errors: readonly SchemaError[] | null | undefined): string =>
  (errors ?? [])
    .map(({ instancePath, keyword, params }) => `${instancePath || '/'} ${params['missingProperty'] ?? keyword}`)
    .join(', ');
