const { allow, geocoder, index, queue, router, rolesFor, table } = require('../../../config/roles.cjs');

module.exports = rolesFor('job-api', ({ jobsTable, locationsTable, edgeKvsArn }) => {
  const job = (...actions) =>
    allow(
      actions.map((action) => `dynamodb:${action}`),
      table(jobsTable),
    );
  // Notices to customers, and changes of a consent, go through the worker of sms-relay.
  const relayQueue = allow(['sqs:SendMessage'], queue('qdn-inbound-messages'));
  const fixes = allow(['dynamodb:Query'], table(locationsTable));
  return {
    // GetItem reads the travel-time model.
    'get-job': [job('GetItem', 'Query'), fixes, ...router],
    'get-location': [job('GetItem'), fixes, ...router],
    'list-jobs': [job('GetItem'), allow(['dynamodb:Query'], index(jobsTable, 'by-status'))],
    'get-attention': [job('BatchGetItem', 'Query'), allow(['dynamodb:Query'], index(jobsTable, 'by-attention'))],
    'list-conversations': [job('BatchGetItem'), allow(['dynamodb:Query'], index(jobsTable, 'by-attention'))],
    'get-conversation': [job('GetItem', 'Query')],
    // Closing marks the texts that wait as answered.
    'change-conversation': [job('GetItem', 'PutItem', 'UpdateItem')],
    'find-consents': [
      job('GetItem', 'BatchGetItem', 'Query'),
      allow(['dynamodb:Query'], index(jobsTable, 'by-attention')),
    ],
    // The worker is the only writer of consents: this function reads no table.
    'set-consent': [relayQueue],
    'find-places': [
      job('GetItem'),
      allow(['dynamodb:Query'], index(jobsTable, 'by-status'), index(jobsTable, 'by-phone')),
      ...geocoder,
    ],
    'get-trailer': [job('GetItem'), allow(['dynamodb:Query'], index(jobsTable, 'by-trailer')), fixes],
    'list-trailers': [job('GetItem'), allow(['dynamodb:Query'], index(jobsTable, 'by-trailer')), fixes],
    'get-track': [fixes],
    'list-visits': [job('GetItem'), allow(['dynamodb:Query'], index(jobsTable, 'by-status'))],
    'create-job': [job('GetItem', 'PutItem')],
    // An undo looks at the trailer's other jobs.
    'update-job': [
      job('GetItem', 'PutItem', 'Query'),
      allow(['dynamodb:Query'], index(jobsTable, 'by-trailer')),
      fixes,
      relayQueue,
      ...router,
    ],
    'create-tracking-link': [job('GetItem')],
    'revoke-tracking-link': [
      job('GetItem', 'PutItem'),
      ...(edgeKvsArn === 'none'
        ? []
        : [allow(['cloudfront-keyvaluestore:DescribeKeyValueStore', 'cloudfront-keyvaluestore:PutKey'], edgeKvsArn)]),
    ],
  };
});
