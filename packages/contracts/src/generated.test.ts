import { expect, test } from '@jest/globals';
import { drift } from '../build/generate.ts';

test('the committed validators and docs/openapi.yaml are what the schemas generate', async () => {
  expect(await drift()).toEqual([]);
}, 30_000);
