import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

/**
 * Jest's Node environment with an ordinary global object. Jest's own is a proxy, which every use of `Math`, `Date` or `Map` in a
 * suite asks through an interceptor: a loop of distances takes three times as long there.
 */
export default class OrdinaryGlobalEnvironment extends TestEnvironment {
  constructor(...options: ConstructorParameters<typeof TestEnvironment>) {
    const { createContext } = vm;
    // The constructor of Jest's environment creates its context and offers no other way to choose the kind.
    Object.assign(vm, { createContext: () => createContext(vm.constants.DONT_CONTEXTIFY) });
    try {
      super(...options);
    } finally {
      Object.assign(vm, { createContext });
    }
  }
}
