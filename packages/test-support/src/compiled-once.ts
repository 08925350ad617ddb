import vm from 'node:vm';

declare module 'node:vm' {
  interface SourceTextModule {
    /** Returns the compiled code of a module that was not evaluated yet. `@types/node` does not list it. */
    createCachedData(): Buffer;
  }
}

type CompileFunction = typeof vm.compileFunction;
type Load = Exclude<vm.ScriptOptions['importModuleDynamically'], number | undefined>;

/** A CommonJS module as a script that evaluates to its function, and the `import()` of the suite that loaded it last. */
type Compiled = { code: string; script: vm.Script; load: Load };

/** @throws SyntaxError */
const compile = (code: string, head: string, filename: string): Compiled => {
  const compiled: Compiled = {
    code,
    load: () => Promise.reject(new Error(`${filename} was not evaluated`)),
    script: new vm.Script(`${head}${code}\n})`, {
      filename,
      columnOffset: -head.length,
      // One worker runs one suite at a time, so the latest suite is the one that calls `import()`.
      importModuleDynamically: (...request) => compiled.load(...request),
    }),
  };
  return compiled;
};

/**
 * Returns a `vm.compileFunction` that compiles each file once in this process, for all contexts. Suites share the bytecode, not
 * the functions: each call returns a new function of its own context. Other uses pass through.
 */
export const compileFunctionOnce = (compileFunction: CompileFunction): CompileFunction => {
  const files = new Map<string, Compiled>();
  return (code, params, options) => {
    const { filename, parsingContext, importModuleDynamically } = options ?? {};
    if (!filename || !parsingContext || typeof importModuleDynamically !== 'function')
      return compileFunction(code, params, options);
    const head = `(function(${(params ?? []).join(', ')}){`;
    const key = `${head}${filename}`;
    let compiled = files.get(key);
    if (compiled?.code !== code) {
      try {
        compiled = compile(code, head, filename);
      } catch {
        // A syntax error: the original names its place.
        return compileFunction(code, params, options);
      }
      files.set(key, compiled);
    }
    const run: ReturnType<CompileFunction> = compiled.script.runInContext(parsingContext);
    compiled.load = (specifier, _script, ...rest) => importModuleDynamically(specifier, run, ...rest);
    return run;
  };
};

/** Returns a `vm.SourceTextModule` that keeps the compiled code of each module for the next context of this process. */
export const compileModuleOnce = (SourceTextModule: typeof vm.SourceTextModule): typeof vm.SourceTextModule => {
  const modules = new Map<string, { code: string; cachedData: Buffer }>();
  return class extends SourceTextModule {
    constructor(code: string, options?: vm.SourceTextModuleOptions) {
      const identifier = options?.identifier;
      const known = identifier === undefined ? undefined : modules.get(identifier);
      super(code, known?.code === code ? { ...options, cachedData: known.cachedData } : options);
      if (identifier !== undefined && known?.code !== code)
        modules.set(identifier, { code, cachedData: this.createCachedData() });
    }
  };
};
