import type { SchemaError } from '@qdn/contracts';

/** Returns the places where a value breaks its schema, for the log, without the value. */
export const placesOf = (errors: readonly SchemaError[] | null | undefined): string =>
  (errors ?? [])
    .map(({ instancePath, keyword, params }) => `${instancePath || '/'} ${params['missingProperty'] ?? keyword}`)
    .join(', ');
