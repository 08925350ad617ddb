const { allow, index, queue, router, rolesFor, secret, table } = require('../../../config/roles.cjs');

module.exports = rolesFor('job-api', ({ jobsTable, locationsTable, edgeKvsArn }) => {
  const tokens = allow(['secretsmanager:GetSecretValue'], secret('qdn/tokens'));
  const job = (...actions) =>
    allow(
      actions.map((action) => `dynamodb:${action}`),
      table(jobsTable),
    );
  // What customers are told goes out by sms-relay's worker.
  const notices = allow(['sqs:SendMessage'], queue('qdn-inbound-messages'));
  const fixes = allow(['dynamodb:Query'], table(locationsTable));
  return {
    // GetItem is for what the company's drives have taught.
    'get-job': [tokens, job('GetItem', 'Query'), fixes, ...router],
    'get-location': [tokens, job('GetItem'), fixes, ...router],
    'list-jobs': [tokens, allow(['dynamodb:Query'], index(jobsTable, 'by-status'))],
    'get-attention': [tokens, job('GetItem', 'Query'), allow(['dynamodb:Query'], index(jobsTable, 'by-attention'))],
    'get-trailer': [
      tokens,
      job('GetItem'),
      allow(['dynamodb:Query'], index(jobsTable, 'by-trailer')),
      allow(['dynamodb:Query'], index(jobsTable, 'by-status')),
      fixes,
    ],
    'create-job': [tokens, job('GetItem', 'PutItem')],
    'update-job': [tokens, job('GetItem', 'PutItem', 'Query'), fixes, notices, ...router],
    'create-tracking-link': [tokens, job('GetItem')],
    'revoke-tracking-link': [
      tokens,
      job('GetItem', 'PutItem'),
      ...(edgeKvsArn === 'none'
        ? []
        : [allow(['cloudfront-keyvaluestore:DescribeKeyValueStore', 'cloudfront-keyvaluestore:PutKey'], edgeKvsArn)]),
    ],
  };
});
