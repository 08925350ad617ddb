const { allow, index, queue, rolesFor, secret, table } = require('../../../config/roles.cjs');

module.exports = rolesFor('telemetry-ingest', ({ jobsTable, locationsTable }) => {
  const report = [
    allow(['secretsmanager:GetSecretValue'], secret('qdn/tokens')),
    allow(['dynamodb:GetItem', 'dynamodb:PutItem'], table(jobsTable)),
    allow(['dynamodb:Query', 'dynamodb:PutItem'], table(locationsTable)),
    // What customers are told goes out by sms-relay's worker.
    allow(['sqs:SendMessage'], queue('qdn-inbound-messages')),
  ];
  return {
    'report-location': report,
    'report-trailer-location': [...report, allow(['dynamodb:Query'], index(jobsTable, 'by-trailer'))],
    'watch-trailers': [allow(['dynamodb:Query'], index(jobsTable, 'by-status'), table(locationsTable))],
  };
});
