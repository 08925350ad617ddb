import { pathTo } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';

/** Facts about the running system that the banner prints. URLs have no trailing slash. */
export type Running = {
  edgeUrl: string;
  /** Null with the real Twilio. */
  phonesUrl: string | null;
  realTwilio: { accountSid: string; number: string; smsUrl: string; smsFallbackUrl: string } | null;
  /** Example of a customer's own site, which embeds the widget and the frame. */
  hostPageUrl: string | null;
  /** The company. Its first trailer and first stop are used in examples. */
  company: {
    name: string;
    file: string;
    isExample: boolean;
    jobPrefix: string;
    stop: { kind: string; address: string; lat: number; lon: number } | null;
  };
  jobs: Array<{ id: string; customer: string; status: string; trailers: string[]; link: string }>;
  operatorToken: string;
  /** A trailer that stands, and a place where it can be: a position there is not a jump. */
  deviceToken: { trailerId: string; token: string; place: { lat: number; lon: number } };
  logDirectory: string;
  seconds: number;
};

const bold = (text: string, colour: boolean) => (colour ? `\u001b[1m${text}\u001b[22m` : text);
const dim = (text: string, colour: boolean) => (colour ? `\u001b[2m${text}\u001b[22m` : text);

/** Quotes a text for a shell. */
const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const now = '$(date -u +%Y-%m-%dT%H:%M:%SZ)';
const JSON_TYPE = "-H 'Content-Type: application/json'";
const OPERATOR = '-H "Authorization: Bearer $OPERATOR"';
const DEVICE = '-H "Authorization: Bearer $DEVICE"';

/** The path of a customer's request. The link's token is a variable of the shell, which must not be escaped. */
const withLink = (route: typeof routes.getJob | typeof routes.getLocation): string =>
  pathTo(route, { job_id: 'TRACK' }).replace('TRACK', '$TRACK');

/** Formats one command under a comment. */
type Curl = (what: string, ...parts: string[]) => string;

/** Returns the ID of the job that the commands create and change. */
const newJobIdOf = ({ company }: Running): string => `${company.jobPrefix}-2001`;
/** Returns a job of the demo or, without the demo, the one that the first command creates. */
const jobIdOf = (running: Running): string => running.jobs[0]?.id ?? newJobIdOf(running);

const openings = ({ phonesUrl, jobs, hostPageUrl }: Running): string[] => [
  phonesUrl ? `  Phones (text as a customer or dispatcher, make things fail)\n      ${phonesUrl}\n` : '',
  ...jobs.map(
    (job) =>
      `  ${job.id} · ${job.customer} · ${job.status.replaceAll('_', ' ')} · ${job.trailers.join(', ') || 'no trailer'}\n      ${job.link}\n`,
  ),
  hostPageUrl
    ? `  A customer’s own site, with the widget and the frame in it (another origin)\n      ${hostPageUrl}\n`
    : '',
];

const realTwilioLines = ({ realTwilio }: Running): string[] =>
  realTwilio
    ? [
        `  Account ${realTwilio.accountSid}. In its Console, the number ${realTwilio.number} needs these two under Messaging (./qdn twilio configure sets them):\n`,
        `  A message comes in     ${realTwilio.smsUrl}\n`,
        `  Primary handler fails  ${realTwilio.smsFallbackUrl}\n`,
      ]
    : [];

const tokens = (running: Running, colour: boolean): string[] => {
  const [first] = running.jobs;
  const { operatorToken, deviceToken } = running;
  return [
    `  OPERATOR=${operatorToken}\n`,
    `  DEVICE=${deviceToken.token}   ${dim(`# the GPS unit of ${deviceToken.trailerId}`, colour)}\n`,
    first
      ? `  TRACK=${new URL(first.link).searchParams.get('job_id')}   ${dim(`# ${first.id}’s tracking link`, colour)}\n`
      : `  TRACK=$(./qdn token track ${newJobIdOf(running)})   ${dim('# after the first command has created the job', colour)}\n`,
  ];
};

const newJobCommand = (running: Running, curl: Curl): string => {
  const { edgeUrl, company, jobs, deviceToken } = running;
  const stop = company.stop ?? { kind: 'drop_off', address: '1100 Congress Ave', lat: 30.2747, lon: -97.7404 };
  const job = {
    id: newJobIdOf(running),
    accountId: 'walkins',
    kind: 'delivery',
    customer: { name: 'Ann', phone: '+15125550119' },
    stops: [stop],
    // The demo drives the first trailer.
    trailers: jobs[0] ? ['T3'] : [deviceToken.trailerId],
  };
  return curl(
    'a new job',
    `curl ${OPERATOR} ${JSON_TYPE} ${edgeUrl}${pathTo(routes.createJob)}`,
    `-d ${shellQuoted(JSON.stringify(job))}`,
  );
};

const jobCommands = (running: Running, curl: Curl): string[] => {
  const { edgeUrl } = running;
  const isDemo = running.jobs[0] !== undefined;
  const jobId = jobIdOf(running);
  return [
    newJobCommand(running, curl),
    curl(
      'status, arrival time and position, as the tracking page sees them',
      `curl -i ${edgeUrl}${withLink(routes.getLocation)}`,
    ),
    curl(
      'a job with its messages: masked for the customer, whole for an operator',
      `curl ${edgeUrl}${withLink(routes.getJob)}`,
    ),
    `  curl ${OPERATOR} ${edgeUrl}${pathTo(routes.getJob, { job_id: jobId })}\n`,
    curl('jobs, by status', `curl ${OPERATOR} "${edgeUrl}${pathTo(routes.listJobs)}?status=scheduled"`),
    curl(
      'change its status',
      `curl -X PATCH ${OPERATOR} ${JSON_TYPE} ${edgeUrl}${pathTo(routes.updateJob, { job_id: newJobIdOf(running) })}`,
      // Without the demo this is the only job, so it is not cancelled.
      `-d '{"status":"${isDemo ? 'cancelled' : 'in_transit'}"}'`,
    ),
    curl(
      'a tracking link (DELETE …/tracking-links/LINK_ID revokes it)',
      `curl -X POST ${OPERATOR} ${JSON_TYPE} -d '{}' ${edgeUrl}${pathTo(routes.createTrackingLink, { job_id: jobId })}`,
    ),
  ];
};

const otherCommands = (running: Running, curl: Curl): string[] => {
  const { edgeUrl, deviceToken, phonesUrl } = running;
  const { trailerId, place } = deviceToken;
  const isDemo = running.jobs[0] !== undefined;
  const ownJob = running.jobs.find(({ trailers }) => trailers.includes(trailerId))?.id ?? jobIdOf(running);
  return [
    curl(
      `a position, as a trailer reports it${isDemo ? ' (the demo reports this one too)' : ''}`,
      `curl ${DEVICE} ${JSON_TYPE} ${edgeUrl}${pathTo(routes.reportLocation, { job_id: ownJob })}`,
      `-d '{"lat":${place.lat},"lon":${place.lon},"at":"'${now}'"}'`,
    ),
    curl(
      'the same from a Traccar Client, which knows only its trailer',
      `curl -X POST ${DEVICE} "${edgeUrl}${pathTo(routes.postTrailerLocation, { trailer_id: trailerId })}?lat=${place.lat}&lon=${place.lon}&timestamp=$(date +%s)"`,
    ),
    curl(
      'a preflight, as a browser on a customer’s own site sends it',
      `curl -i -X OPTIONS ${edgeUrl}${withLink(routes.getLocation)}`,
    ),
    curl(
      `the webhook refuses a request without Twilio’s signature (send a real text from ${phonesUrl ? 'Phones' : 'a phone'})`,
      `curl -i -d Body=hello ${edgeUrl}${pathTo(routes.receiveMessage, { job_id: 'inbound' })}`,
    ),
  ];
};

/**
 * Returns the final output of `npm start`: links, tokens, and one `curl` command for each endpoint. Tokens become shell variables
 * first, so that the commands stay readable.
 */
export const banner = (running: Running, colour: boolean): string => {
  const { company } = running;
  const heading = (text: string): string => `\n  ${bold(text, colour)}\n`;
  const curl: Curl = (what, ...parts) => `  ${dim(`# ${what}`, colour)}\n  ${parts.join(' \\\n    ')}\n`;
  return [
    `\n  ${bold('QDN Relay is running', colour)} (ready in ${running.seconds.toFixed(1)} s). Ctrl-C stops it; logs are in ${running.logDirectory}\n`,
    ...(running.realTwilio ? [heading('Twilio: real texts, to real phones, for money')] : []),
    ...realTwilioLines(running),
    company.isExample
      ? `  The company is an example, ${company.name}. To make it yours: ${bold('./qdn init', colour)}\n`
      : `  ${company.name}, by ${company.file}\n`,
    heading('Open'),
    ...openings(running),
    heading('Tokens, for the commands below (paste these first)'),
    ...tokens(running, colour),
    heading('One command for each endpoint'),
    ...jobCommands(running, curl),
    ...otherCommands(running, curl),
    `  More: ${bold('./qdn --help', colour)}\n`,
  ].join('');
};
