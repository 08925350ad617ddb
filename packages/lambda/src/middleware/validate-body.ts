import type { MiddlewareObj } from '@middy/core';
import { explain, type SchemaError, type Validate } from '@qdn/contracts';
import { ProductError, type Violation } from '@qdn/domain';
import type { ApiEvent } from '../request.ts';

/** Maximum violations in one answer: more would not help, and the answer stays small for any body. */
const MAX_VIOLATIONS = 20;

const violationOf = (error: SchemaError): Violation => ({ pointer: error.instancePath, detail: explain(error) });

/** Checks the parsed body by a generated validator. @throws ProductError `schema-violation` with each wrong value */
export const validateBody = (validate: Validate<unknown>): MiddlewareObj<ApiEvent> => ({
  before: ({ event }) => {
    const parsed: unknown = event.body;
    if (validate(parsed)) return;
    const violations = (validate.errors ?? []).slice(0, MAX_VIOLATIONS).map(violationOf);
    throw new ProductError('schema-violation', 'See `errors` for each wrong value.', { violations });
  },
});
