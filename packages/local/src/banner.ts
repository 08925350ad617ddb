/** What a person needs once everything runs. URLs without a trailing slash. */
export type Running = {
  edgeUrl: string;
  /** Null while texts go through Twilio itself. */
  phonesUrl: string | null;
  realTwilio: { accountSid: string; number: string; smsUrl: string; smsFallbackUrl: string } | null;
  /** The example of a customer's own site, with the widget and the frame in it. */
  hostPageUrl: string | null;
  /** Whose it is: the first of its trailers and of its stops serve as examples. */
  company: {
    name: string;
    file: string;
    isExample: boolean;
    jobPrefix: string;
    stop: { kind: string; address: string; lat: number; lon: number } | null;
  };
  jobs: Array<{ id: string; customer: string; status: string; trailers: string[]; link: string }>;
  operatorToken: string;
  deviceToken: { trailerId: string; token: string };
  logDirectory: string;
  seconds: number;
};

const bold = (text: string, colour: boolean) => (colour ? `\u001b[1m${text}\u001b[22m` : text);
const dim = (text: string, colour: boolean) => (colour ? `\u001b[2m${text}\u001b[22m` : text);

/** In single quotes, for a shell to paste into. */
const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * The text that `npm start` ends with: links to open, a token, and one `curl` for each endpoint, ready to paste.
 * Tokens are set as shell variables first, so that the commands stay readable.
 */
export const banner = (running: Running, colour: boolean): string => {
  const { edgeUrl, company, jobs, deviceToken, realTwilio } = running;
  const first = jobs[0];
  /** The job of the commands that create one and change it. */
  const newJobId = `${company.jobPrefix}-2001`;
  /** A job of the demo; without it, the one that the first command creates. */
  const jobId = first?.id ?? newJobId;
  const heading = (text: string) => `\n  ${bold(text, colour)}\n`;
  const curl = (what: string, ...parts: string[]) => `  ${dim(`# ${what}`, colour)}\n  ${parts.join(' \\\n    ')}\n`;
  const now = '$(date -u +%Y-%m-%dT%H:%M:%SZ)';
  const stop = company.stop ?? { kind: 'drop_off', address: '1100 Congress Ave', lat: 30.2747, lon: -97.7404 };
  const newJob = curl(
    'a new job',
    `curl -H "Authorization: Bearer $OPERATOR" -H 'Content-Type: application/json' ${edgeUrl}/api/jobs`,
    `-d ${shellQuoted(
      JSON.stringify({
        id: newJobId,
        accountId: 'walkins',
        kind: 'delivery',
        customer: { name: 'Ann', phone: '+15125550119' },
        stops: [stop],
        // The demo drives the first one.
        trailers: first ? ['T3'] : [deviceToken.trailerId],
      }),
    )}`,
  );
  return [
    `\n  ${bold('QDN Relay is running', colour)} (ready in ${running.seconds.toFixed(1)} s). Ctrl-C stops it; logs are in ${running.logDirectory}\n`,
    ...(realTwilio
      ? [
          heading('Twilio: real texts, to real phones, for money'),
          `  Account ${realTwilio.accountSid}. In its Console, the number ${realTwilio.number} needs these two under Messaging (./qdn twilio configure sets them):\n`,
          `  A message comes in     ${realTwilio.smsUrl}\n`,
          `  Primary handler fails  ${realTwilio.smsFallbackUrl}\n`,
        ]
      : []),
    company.isExample
      ? `  The company is an example, ${company.name}. To make it yours: ${bold('./qdn init', colour)}\n`
      : `  ${company.name}, by ${company.file}\n`,
    heading('Open'),
    running.phonesUrl
      ? `  Phones (text as a customer or dispatcher, make things fail)\n      ${running.phonesUrl}\n`
      : '',
    ...jobs.map(
      (job) =>
        `  ${job.id} · ${job.customer} · ${job.status.replaceAll('_', ' ')} · ${job.trailers.join(', ') || 'no trailer'}\n      ${job.link}\n`,
    ),
    running.hostPageUrl
      ? `  A customer’s own site, with the widget and the frame in it (another origin)\n      ${running.hostPageUrl}\n`
      : '',
    heading('Tokens, for the commands below (paste these first)'),
    `  OPERATOR=${running.operatorToken}\n`,
    `  DEVICE=${deviceToken.token}   ${dim(`# the GPS unit of ${deviceToken.trailerId}`, colour)}\n`,
    first
      ? `  TRACK=${new URL(first.link).searchParams.get('job_id')}   ${dim(`# ${first.id}’s tracking link`, colour)}\n`
      : `  TRACK=$(./qdn token track ${newJobId})   ${dim('# once there is a job: the first command', colour)}\n`,
    heading('One command for each endpoint'),
    newJob,
    curl(
      'status, arrival time and position, as the tracking page sees them',
      `curl -i ${edgeUrl}/api/jobs/$TRACK/location`,
    ),
    curl('a job with its messages: masked for the customer, whole for an operator', `curl ${edgeUrl}/api/jobs/$TRACK`),
    curl('', `curl -H "Authorization: Bearer $OPERATOR" ${edgeUrl}/api/jobs/${jobId}`).replace(/^.*\n/, ''),
    curl('jobs, by status', `curl -H "Authorization: Bearer $OPERATOR" "${edgeUrl}/api/jobs?status=scheduled"`),
    curl(
      'change its status',
      `curl -X PATCH -H "Authorization: Bearer $OPERATOR" -H 'Content-Type: application/json' ${edgeUrl}/api/jobs/${newJobId}`,
      // Without the demo it is the one job that there is.
      `-d '{"status":"${first ? 'cancelled' : 'in_transit'}"}'`,
    ),
    curl(
      'a tracking link (DELETE …/tracking-links/LINK_ID revokes it)',
      `curl -X POST -H "Authorization: Bearer $OPERATOR" -H 'Content-Type: application/json' -d '{}' ${edgeUrl}/api/jobs/${jobId}/tracking-links`,
    ),
    curl(
      `a position, as a trailer reports it${first ? ' (the demo drives this one too)' : ''}`,
      `curl -H "Authorization: Bearer $DEVICE" -H 'Content-Type: application/json' ${edgeUrl}/api/jobs/${jobId}/location`,
      `-d '{"lat":30.2672,"lon":-97.7431,"at":"'${now}'"}'`,
    ),
    curl(
      'the same from a Traccar Client, which knows only its trailer',
      `curl -X POST -H "Authorization: Bearer $DEVICE" "${edgeUrl}/api/trailers/${deviceToken.trailerId}/location?lat=30.2672&lon=-97.7431&timestamp=$(date +%s)"`,
    ),
    curl(
      'a preflight, as a browser on a customer’s own site sends it',
      `curl -i -X OPTIONS ${edgeUrl}/api/jobs/$TRACK/location`,
    ),
    curl(
      `Twilio’s webhook refuses whom Twilio did not sign (send a real one from ${running.phonesUrl ? 'Phones' : 'a phone'})`,
      `curl -i -d Body=hello ${edgeUrl}/api/jobs/inbound/messages`,
    ),
    `  More: ${bold('./qdn --help', colour)}\n`,
  ].join('');
};
