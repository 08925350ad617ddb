import { open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RangeResponse, Source } from 'pmtiles';

/** A fault of the archive that the person at the terminal can fix. The message is a sentence. */
export class TilesError extends Error {}

/** An archive that is read in parts. */
export type ArchiveSource = Source & {
  /** True when reading it costs a download. */
  remote: boolean;
  /** Tells one content from another: ETag, or size and time. Known once something was read. */
  identity(): string;
  close(): Promise<void>;
};

const asArrayBuffer = (bytes: Uint8Array): ArrayBuffer => {
  const copy = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(copy).set(bytes);
  return copy;
};

/** @throws TilesError when there is no such file */
export const openFile = async (path: string): Promise<ArchiveSource> => {
  const file = await open(path).catch(() => {
    throw new TilesError(`${path} cannot be read. Give the path of a PMTiles file, or its https:// address.`);
  });
  const { size, mtimeMs } = await stat(path);
  return {
    remote: false,
    getKey: () => path,
    identity: () => `${size}-${mtimeMs}`,
    getBytes: async (offset, length): Promise<RangeResponse> => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, offset);
      return { data: asArrayBuffer(buffer.subarray(0, bytesRead)) };
    },
    close: () => file.close(),
  };
};

export type Network = {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  pause: (ms: number) => Promise<unknown>;
};
const NETWORK: Network = { fetch: (url, init) => fetch(url, init), pause: (ms) => sleep(ms) };

/** Waits before the second, third … try, in ms. */
const PAUSES_MS = [1_000, 3_000, 9_000, 27_000];
const ANSWER_WITHIN_MS = 60_000;

/** An archive behind HTTP, read by ranges; what fails in passing is tried again. */
export const openUrl = (url: string, { fetch, pause }: Network = NETWORK): ArchiveSource => {
  let identity: string | null = null;

  const once = async (offset: number, length: number): Promise<ArrayBuffer> => {
    const response = await fetch(url, {
      headers: { range: `bytes=${offset}-${offset + length - 1}` },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const { status, headers } = response;
    if (status === 200) {
      await response.body?.cancel();
      throw new TilesError(
        `${url} does not send parts of a file (HTTP Range). Download the whole file and give its path.`,
      );
    }
    if (status !== 206) {
      await response.body?.cancel();
      if (status === 429 || status >= 500) throw new Error(`it answered ${status}`);
      throw new TilesError(
        `${url} answered ${status}. Look up the address again: builds are kept for a few days only.`,
      );
    }
    const [, total = '?'] = /\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
    const now = `${headers.get('etag') ?? headers.get('last-modified') ?? ''}-${total}`;
    if (identity !== null && identity !== now) {
      throw new TilesError(`${url} changed while it was read. Run the same command again.`);
    }
    identity = now;
    const data = await response.arrayBuffer();
    const expected = Math.min(length, total === '?' ? length : Number(total) - offset);
    if (data.byteLength !== expected) throw new Error(`${data.byteLength} bytes arrived instead of ${expected}`);
    return data;
  };

  return {
    remote: true,
    getKey: () => url,
    identity: () => identity ?? '',
    getBytes: async (offset, length) => {
      for (let tries = 0; ; tries++) {
        try {
          return { data: await once(offset, length) };
        } catch (error) {
          if (error instanceof TilesError) throw error;
          // An address that has never answered is more often wrong than busy.
          const wait = identity === null && tries > 0 ? undefined : PAUSES_MS[tries];
          if (wait === undefined) {
            const { message, cause } = error instanceof Error ? error : new Error(String(error));
            const reason = cause instanceof Error ? cause.message : message;
            throw new TilesError(
              identity === null
                ? `${url} cannot be read (${reason}). Check the address and the network.`
                : `${url} cannot be read (${reason}). Run the same command again: it continues with the parts that are here.`,
            );
          }
          await pause(wait);
        }
      }
    },
    close: async () => {},
  };
};
