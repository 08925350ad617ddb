const { allow, index, queue, rolesFor, table } = require('../../../config/roles.cjs');

module.exports = rolesFor('telemetry-ingest', ({ jobsTable, locationsTable }) => {
  const report = [
    allow(['dynamodb:GetItem', 'dynamodb:PutItem'], table(jobsTable)),
    allow(['dynamodb:Query'], index(jobsTable, 'by-trailer')),
    allow(['dynamodb:Query', 'dynamodb:PutItem'], table(locationsTable)),
    // Notices to customers go through sms-relay's worker.
    allow(['sqs:SendMessage'], queue('qdn-inbound-messages')),
  ];
  return {
    'report-location': report,
    'report-trailer-location': report,
    'keep-days': [allow(['dynamodb:Query', 'dynamodb:PutItem'], table(locationsTable))],
    'watch-trailers': [
      allow(['dynamodb:GetItem', 'dynamodb:PutItem'], table(jobsTable)),
      allow(['dynamodb:Query'], index(jobsTable, 'by-trailer'), index(jobsTable, 'by-status'), table(locationsTable)),
      allow(['sqs:SendMessage'], queue('qdn-inbound-messages')),
    ],
  };
});
