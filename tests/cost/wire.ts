import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

const UNPACKED: Readonly<Record<string, (content: Buffer) => Buffer>> = { br: brotliDecompressSync, gzip: gunzipSync };

type Received = { bytes: number; ageMs: number; text: string; location: string | null };

/** Sends a request as a browser does. @returns the size of the transferred body, its text, and the target of a redirect */
export const receive = (url: string): Promise<Received> =>
  new Promise((resolve, reject) => {
    const outgoing = request(url, { headers: { 'accept-encoding': 'br, gzip' } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const content = Buffer.concat(chunks);
        const { statusCode = 0, headers } = answer;
        const { location = null } = headers;
        if (statusCode !== 200 && location === null) {
          reject(new Error(`${url} was answered ${statusCode} ${content}`));
          return;
        }
        const unpack = UNPACKED[headers['content-encoding'] ?? ''];
        const text = (unpack ? unpack(content) : content).toString('utf8');
        resolve({ bytes: content.length, ageMs: Number(headers.age ?? 0) * 1000, text, location });
      });
    });
    outgoing.on('error', reject).end();
  });
