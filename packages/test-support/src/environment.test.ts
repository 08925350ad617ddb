import vm from 'node:vm';
import { expect, test } from '@jest/globals';

test('runs suites on an ordinary global object: no proxy answers for its properties', () => {
  // The global object of Jest's own environment is not the object that `vm` knows as the context.
  expect(vm.isContext(globalThis)).toBe(true);
  expect(Object.getOwnPropertyDescriptor(globalThis, 'Math')?.value).toBe(Math);
});
