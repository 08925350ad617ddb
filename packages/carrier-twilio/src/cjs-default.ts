/**
 * The `default` of a CommonJS module that was compiled from ESM. Node and esbuild import such a module's whole exports as the
 * default; TypeScript's types say it is the class. Both forms are taken.
 */
export const cjsDefault = <T extends object>(imported: T): T =>
  'default' in imported ? (imported.default as T) : imported;
