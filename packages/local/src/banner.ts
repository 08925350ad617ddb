/** What a person needs once everything runs. URLs without a trailing slash. */
export type Running = {
  edgeUrl: string;
  /** Null while texts go through Twilio itself. */
  phonesUrl: string | null;
  realTwilio: { accountSid: string; number: string; smsUrl: string; smsFallbackUrl: string } | null;
  /** The example of a customer's own site, with the widget and the frame in it. */
  hostPageUrl: string | null;
  jobs: Array<{ id: string; customer: string; status: string; trailers: string[]; link: string }>;
  operatorToken: string;
  deviceToken: { trailerId: string; token: string };
  logDirectory: string;
  seconds: number;
};

const bold = (text: string, colour: boolean) => (colour ? `\u001b[1m${text}\u001b[22m` : text);
const dim = (text: string, colour: boolean) => (colour ? `\u001b[2m${text}\u001b[22m` : text);

/**
 * The text that `npm start` ends with: links to open, a token, and one `curl` for each endpoint, ready to paste.
 * Tokens are set as shell variables first, so that the commands stay readable.
 */
export const banner = (running: Running, colour: boolean): string => {
  const { edgeUrl, jobs, deviceToken, realTwilio } = running;
  const first = jobs[0];
  if (!first) throw new Error('The demo has no jobs');
  const heading = (text: string) => `\n  ${bold(text, colour)}\n`;
  const curl = (what: string, ...parts: string[]) => `  ${dim(`# ${what}`, colour)}\n  ${parts.join(' \\\n    ')}\n`;
  const now = '$(date -u +%Y-%m-%dT%H:%M:%SZ)';
  return [
    `\n  ${bold('QDN Relay is running', colour)} (ready in ${running.seconds.toFixed(1)} s). Ctrl-C stops it; logs are in ${running.logDirectory}\n`,
    ...(realTwilio
      ? [
          heading('Twilio: real texts, to real phones, for money'),
          `  Account ${realTwilio.accountSid}. In its Console, the number ${realTwilio.number} needs these two under Messaging (qdn twilio configure sets them):\n`,
          `  A message comes in     ${realTwilio.smsUrl}\n`,
          `  Primary handler fails  ${realTwilio.smsFallbackUrl}\n`,
        ]
      : []),
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
    `  TRACK=${new URL(first.link).searchParams.get('job_id')}   ${dim(`# ${first.id}’s tracking link`, colour)}\n`,
    heading('One command for each endpoint'),
    curl(
      'status, arrival time and position, as the tracking page sees them',
      `curl -i ${edgeUrl}/api/jobs/$TRACK/location`,
    ),
    curl('a job with its messages: masked for the customer, whole for an operator', `curl ${edgeUrl}/api/jobs/$TRACK`),
    curl('', `curl -H "Authorization: Bearer $OPERATOR" ${edgeUrl}/api/jobs/${first.id}`).replace(/^.*\n/, ''),
    curl('jobs, by status', `curl -H "Authorization: Bearer $OPERATOR" "${edgeUrl}/api/jobs?status=scheduled"`),
    curl(
      'a new job',
      `curl -H "Authorization: Bearer $OPERATOR" -H 'Content-Type: application/json' ${edgeUrl}/api/jobs`,
      `-d '{"id":"QDN-2001","accountId":"walkins","kind":"delivery","customer":{"name":"Ann","phone":"+15125550119"},"stops":[{"kind":"drop_off","address":"1100 Congress Ave","lat":30.2747,"lon":-97.7404}],"trailers":["T3"]}'`,
    ),
    curl(
      'change its status',
      `curl -X PATCH -H "Authorization: Bearer $OPERATOR" -H 'Content-Type: application/json' ${edgeUrl}/api/jobs/QDN-2001`,
      `-d '{"status":"cancelled"}'`,
    ),
    curl(
      'a tracking link (DELETE …/tracking-links/LINK_ID revokes it)',
      `curl -X POST -H "Authorization: Bearer $OPERATOR" -H 'Content-Type: application/json' -d '{}' ${edgeUrl}/api/jobs/${first.id}/tracking-links`,
    ),
    curl(
      'a position, as a trailer reports it (the demo drives this one too)',
      `curl -H "Authorization: Bearer $DEVICE" -H 'Content-Type: application/json' ${edgeUrl}/api/jobs/${first.id}/location`,
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
    `  More: ${bold('npm run qdn -- --help', colour)}\n`,
  ].join('');
};
