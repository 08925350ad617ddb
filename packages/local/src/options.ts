/** What `npm start` was asked for. `basePort` is the edge's; the others follow it. */
export type StartOptions = {
  fresh: boolean;
  demo: boolean;
  basePort: number;
  help: boolean;
  /** Texts go through Twilio itself, which reaches this machine at `publicUrl`. Without it the stand-in takes them. */
  realTwilio: { publicUrl: string } | null;
};

export const USAGE = `npm start -- [options]      starts all of QDN Relay on this machine

  --fresh        forget everything under .local/ and begin anew
  --no-demo      no demo jobs and no driving trailers
  --port BASE    use ports BASE to BASE+18 instead of 8080 to 8098
  --twilio real --public-url https://…
                 texts go through your Twilio account (.secrets/qdn.env) and cost money; the address
                 is that of a tunnel to port BASE. Otherwise nothing ever goes to Twilio
  --help         this text
`;

/** @throws Error with a sentence for the person at the terminal */
export const parseOptions = (args: readonly string[]): StartOptions => {
  const options: StartOptions = { fresh: false, demo: true, basePort: 8080, help: false, realTwilio: null };
  let isReal = false;
  let publicUrl: string | null = null;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === '--fresh') options.fresh = true;
    else if (arg === '--no-demo') options.demo = false;
    else if (arg === '--help' || arg === '-h') options.help = true;
    else if (arg === '--port') {
      const base = Number(args[++i]);
      if (!Number.isInteger(base) || base < 1024 || base > 65_500) {
        throw new Error(`--port takes a number from 1024 to 65500, not "${args[i] ?? ''}".`);
      }
      options.basePort = base;
    } else if (arg === '--twilio') {
      const kind = args[++i];
      if (kind !== 'real' && kind !== 'stand-in')
        throw new Error(`--twilio takes "stand-in" (as without it) or "real", not "${kind ?? ''}".`);
      isReal = kind === 'real';
    } else if (arg === '--public-url') {
      const url = args[++i] ?? '';
      if (!URL.canParse(url) || new URL(url).protocol !== 'https:' || new URL(url).pathname !== '/')
        throw new Error(
          `--public-url takes an address such as https://my-tunnel.example, without a path, not "${url}".`,
        );
      publicUrl = new URL(url).origin;
    } else throw new Error(`npm start does not know "${arg}".\n\n${USAGE}`);
  }
  if (isReal && publicUrl === null)
    throw new Error(
      `--twilio real needs --public-url https://…, the address of a tunnel that leads to port ${options.basePort} of this machine: Twilio calls it for each text that comes in, and texts carry links to it.`,
    );
  if (!isReal && publicUrl !== null) throw new Error('--public-url goes with --twilio real: nobody else calls it.');
  if (isReal && publicUrl !== null) options.realTwilio = { publicUrl };
  return options;
};

/** Every port of the local system, by what listens there. */
export const portsFrom = (base: number) => ({
  edge: base,
  twilio: base + 1,
  dynamodb: base + 2,
  storage: base + 3,
  secrets: base + 4,
  keyValues: base + 5,
  awsSms: base + 6,
  hostPage: base + 7,
  services: {
    'job-api': { http: base + 10, lambda: base + 11, websocket: base + 12 },
    'telemetry-ingest': { http: base + 13, lambda: base + 14, websocket: base + 15 },
    'sms-relay': { http: base + 16, lambda: base + 17, websocket: base + 18 },
  },
});

export type Ports = ReturnType<typeof portsFrom>;
