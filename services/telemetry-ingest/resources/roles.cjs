const { allow, index, rolesFor, secret, table } = require('../../../config/roles.cjs');

module.exports = rolesFor('telemetry-ingest', ({ jobsTable, locationsTable }) => {
  const report = [
    allow(['secretsmanager:GetSecretValue'], secret('qdn/tokens')),
    allow(['dynamodb:GetItem', 'dynamodb:PutItem'], table(jobsTable)),
    allow(['dynamodb:Query', 'dynamodb:PutItem'], table(locationsTable)),
  ];
  return {
    'report-location': report,
    'report-trailer-location': [...report, allow(['dynamodb:Query'], index(jobsTable, 'by-trailer'))],
  };
});
