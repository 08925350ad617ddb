import vm from 'node:vm';
import { expect, test } from '@jest/globals';
import { compileFunctionOnce, compileModuleOnce } from './compiled-once.ts';

const compileFunction = compileFunctionOnce(vm.compileFunction);
const context = () => vm.createContext(vm.constants.DONT_CONTEXTIFY);
const CODE = 'exports.list = []; exports.load = () => import("x");';

const load = (filename: string, code: string, imported: object) => {
  const exported: { list: unknown[]; load: () => Promise<unknown> } = { list: [], load: async () => null };
  const parsingContext = context();
  const run = compileFunction(code, ['exports'], {
    filename,
    parsingContext,
    importModuleDynamically: async () => {
      const module = new vm.SyntheticModule(Object.keys(imported), () => undefined, { context: parsingContext });
      await module.link(() => module);
      await module.evaluate();
      return module;
    },
  });
  run(exported);
  return { ...exported, parsingContext };
};

test('gives each context functions and objects of its own', () => {
  const [one, two] = [load('/a.js', CODE, {}), load('/a.js', CODE, {})];
  expect(one.list).not.toBe(two.list);
  expect(one.load).not.toBe(two.load);
  for (const { list, parsingContext } of [one, two])
    expect(Object.getPrototypeOf(list)).toBe(vm.runInContext('Array.prototype', parsingContext));
});

test('imports with the callback of the suite that loaded the file last', async () => {
  load('/b.js', CODE, { first: 1 });
  expect(Object.keys(Object(await load('/b.js', CODE, { second: 1 }).load()))).toEqual(['second']);
});

test('compiles a file again when its text is another', () => {
  load('/c.js', 'exports.list = [1]', {});
  expect(load('/c.js', 'exports.list = [2]', {}).list[0]).toBe(2);
});

test('names the line and the column of an error in the first line and of a syntax error', () => {
  expect(() => load('/d.js', 'nothing.here', {})).toThrow(
    expect.objectContaining({ stack: expect.stringContaining('/d.js:1:1') }),
  );
  expect(() => load('/e.js', 'const = 1', {})).toThrow(
    expect.objectContaining({ name: 'SyntaxError', stack: expect.stringContaining('/e.js:1') }),
  );
});

test('evaluates a module in each context, from code that was compiled once', async () => {
  const SourceTextModule = compileModuleOnce(vm.SourceTextModule);
  const evaluate = async (code: string) => {
    const module = new SourceTextModule(code, { identifier: '/f.mjs', context: context() });
    await module.link(() => module);
    await module.evaluate();
    return module.namespace;
  };
  const [one, two] = [await evaluate('export const list = [1];'), await evaluate('export const list = [1];')];
  expect(Reflect.get(one, 'list')).not.toBe(Reflect.get(two, 'list'));
  expect(Reflect.get(await evaluate('export const list = [2];'), 'list')[0]).toBe(2);
});
