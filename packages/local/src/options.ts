import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

/** The options of `npm start`. `basePort` is the edge's; the others follow it. */
export type StartOptions = {
  fresh: boolean;
  demo: boolean;
  basePort: number;
  /** Texts go through Twilio itself, which reaches this machine at `publicUrl`. Without it they go to the emulator. */
  realTwilio: { publicUrl: string } | null;
};

/** Thrown for `--help`, in place of options. */
export class HelpRequested extends Error {}

const toPort = (written: string): number => {
  const base = Number(written);
  if (Number.isInteger(base) && base >= 1024 && base <= 65_500) return base;
  throw new InvalidArgumentError('Use a number from 1024 to 65500.');
};

const toPublicUrl = (written: string): string => {
  if (URL.canParse(written)) {
    const { protocol, pathname, origin } = new URL(written);
    if (protocol === 'https:' && pathname === '/') return origin;
  }
  throw new InvalidArgumentError('Use an address such as https://my-tunnel.example, without a path.');
};

const createCommand = (): Command =>
  new Command('npm start --')
    .description('Starts all of QDN Relay on this machine.')
    .usage('[options]')
    .option('--fresh', 'delete everything under .local/ and start again', false)
    .option('--no-demo', 'no demo jobs and no driving trailers')
    .addOption(new Option('--port <base>', 'use ports BASE to BASE+18').argParser(toPort).default(8080, '8080 to 8098'))
    .addOption(
      new Option('--twilio <which>', 'real: texts go through your Twilio account (.secrets/qdn.env) and cost money')
        .choices(['emulator', 'real'])
        .default('emulator'),
    )
    .addOption(
      new Option(
        '--public-url <url>',
        'with --twilio real: the address of a tunnel to port BASE, which Twilio calls',
      ).argParser(toPublicUrl),
    )
    .helpOption('-h, --help', 'this text')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} });

/** The text of `npm start -- --help`. */
export const usage = (): string => createCommand().helpInformation();

type Parsed = { fresh: boolean; demo: boolean; port: number; twilio: 'emulator' | 'real'; publicUrl?: string };

const parse = (args: readonly string[]): Parsed => {
  try {
    return createCommand().parse(args, { from: 'user' }).opts<Parsed>();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') throw new HelpRequested();
    const sentence = error.message.replace(/^error: /, '');
    throw new Error(/unknown option|too many arguments/.test(sentence) ? `${sentence}\n\n${usage()}` : sentence);
  }
};

/**
 * Parses the arguments of `npm start`.
 * @throws HelpRequested for `--help`
 * @throws Error with a sentence for the person at the terminal
 */
export const parseOptions = (args: readonly string[]): StartOptions => {
  const { fresh, demo, port, twilio, publicUrl } = parse(args);
  const isReal = twilio === 'real';
  if (isReal && publicUrl === undefined)
    throw new Error(
      `--twilio real needs --public-url https://…, the address of a tunnel to port ${port} of this machine: Twilio calls it for each inbound text, and texts contain links to it.`,
    );
  if (!isReal && publicUrl !== undefined)
    throw new Error('--public-url goes with --twilio real: only Twilio calls it.');
  const realTwilio = isReal && publicUrl !== undefined ? { publicUrl } : null;
  return { fresh, demo, basePort: port, realTwilio };
};

/** Returns every port of the local system, by listener. */
export const portsFrom = (base: number) => ({
  edge: base,
  twilio: base + 1,
  dynamodb: base + 2,
  storage: base + 3,
  secrets: base + 4,
  keyValues: base + 5,
  awsSms: base + 6,
  hostPage: base + 7,
  telnyx: base + 8,
  services: {
    'job-api': { http: base + 10, lambda: base + 11, websocket: base + 12 },
    'telemetry-ingest': { http: base + 13, lambda: base + 14, websocket: base + 15 },
    'sms-relay': { http: base + 16, lambda: base + 17, websocket: base + 18 },
  },
});

export type Ports = ReturnType<typeof portsFrom>;
