declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** `path`: a folder to keep the data in. Times in ms that tables take to change. */
  type Options = { path?: string; createTableMs?: number; deleteTableMs?: number; updateTableMs?: number };
  const dynalite: (options?: Options) => Server;
  export default dynalite;
}
