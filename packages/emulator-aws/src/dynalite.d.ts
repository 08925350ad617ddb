declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** `path`: folder of the data. `createTableMs`, `deleteTableMs`: simulated time that a table takes to change. */
  type Options = { path?: string; createTableMs?: number; deleteTableMs?: number; updateTableMs?: number };
  const dynalite: (options?: Options) => Server;
  export default dynalite;
}
