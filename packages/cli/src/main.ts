import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { CommandError } from './connection.ts';
import { UnhealthyError } from './doctor/commands.ts';
import { printable } from './printable.ts';
import { createProgram } from './program.ts';

const program = createProgram({
  environment: process.env,
  repository: join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..'),
  print: (text) => console.log(text),
  // On a terminal, the next line overwrites a line that starts with \r.
  note: (text) => {
    if (!text.startsWith('\r')) console.error(text);
    else if (process.stderr.isTTY) process.stderr.write(`${text}\r`);
  },
  ...(process.stdin.isTTY && process.stdout.isTTY
    ? { form: async (title: string) => (await import('./company/terminal.ts')).createTerminal(title) }
    : {}),
  ask: async (question) => {
    if (!process.stdin.isTTY) return null;
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await terminal.question(question);
    } finally {
      terminal.close();
    }
  },
});

// As in `./qdn log show | head`: the reader has closed the pipe.
process.stdout.on('error', (error) => {
  if (!('code' in error) || error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  await program.parseAsync();
} catch (error) {
  const known = error instanceof CommandError || error instanceof Error;
  if (!(error instanceof UnhealthyError))
    console.error(known && !program.opts<{ debug?: boolean }>().debug ? printable(error.message) : error);
  process.exitCode = 1;
}
