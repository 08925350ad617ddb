import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartError } from '@qdn/local-server/start-error';
import { OWNER_FILE } from '@qdn/owner-credentials/owner-file';
import { banner } from './banner.ts';
import { HelpRequested, parseOptions, portsFrom, usage } from './options.ts';
import { type System, startSystem } from './system.ts';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

const explain = (error: unknown): string =>
  error instanceof StartError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);

const main = async (): Promise<void> => {
  let options: ReturnType<typeof parseOptions>;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    if (error instanceof HelpRequested) {
      console.log(usage());
      return;
    }
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }

  let system: System | null = null;
  let ending = false;
  const end = async (code: number): Promise<void> => {
    if (ending) return;
    ending = true;
    // A part that does not stop must not delay the exit.
    setTimeout(() => process.exit(code), 10_000).unref();
    await system?.stop();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!ending) console.error('\nStopping …');
      void end(0);
    });
  }

  try {
    system = await startSystem({
      repository,
      folder: join(repository, '.local'),
      ports: portsFrom(options.basePort),
      fresh: options.fresh,
      demo: options.demo,
      ownerFile: join(repository, OWNER_FILE),
      realTwilio: options.realTwilio,
      progress: (line) => console.error(`  ${line} …`),
      onCrash: (sentence) => {
        if (ending) return;
        console.error(`\n${sentence}\n\nEverything else is stopped too.`);
        void end(1);
      },
    });
  } catch (error) {
    console.error(`\n${explain(error)}\n`);
    process.exit(1);
  }
  if (ending) {
    await system.stop();
    process.exit(0);
  }
  console.log(banner(system, process.stdout.isTTY === true));
};

await main();
