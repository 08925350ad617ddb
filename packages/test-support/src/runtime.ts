import vm from 'node:vm';
import Runtime from 'jest-runtime';
import { compileFunctionOnce, compileModuleOnce } from './compiled-once.ts';

/*
 * Jest's runtime, in a process that compiles each module once. Jest compiles its own `expect` and every package again for each
 * of the suites, which was a fifth of the desk loop. It looks both functions up in `node:vm` at each call.
 */
Object.assign(vm, {
  compileFunction: compileFunctionOnce(vm.compileFunction),
  SourceTextModule: compileModuleOnce(vm.SourceTextModule),
});

export default Runtime;
