const { carriers, factsOf } = require('./carriers.cjs');
const { allow, index, readSecret, router, rolesFor, table } = require('../../../config/roles.cjs');

const queue = { 'Fn::GetAtt': ['InboundQueue', 'Arn'] };
const unverifiedQueue = { 'Fn::GetAtt': ['UnverifiedQueue', 'Arn'] };
const consume = (from) =>
  allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'], from);
const logObjects = { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['ComplianceLog', 'Arn'] }, '/messages/*']] };
// The worker finds the last object of the log by listing. The permission has no condition: S3 reports a missing object only to callers
// that may list the whole bucket.
const listLog = allow(['s3:ListBucket'], { 'Fn::GetAtt': ['ComplianceLog', 'Arn'] });

/** Returns the secrets that the carriers' webhooks are checked with. */
const webhookSecrets = (list) => list.flatMap((carrier) => factsOf(carrier).secrets.webhook ?? []);

/** Returns the permissions for sending with a carrier: reading its secret, or actions on its identity. */
const sendStatements = (carrier) => {
  const { secrets, sendActions } = factsOf(carrier);
  return [
    ...(secrets.sending ? [readSecret(secrets.sending)] : []),
    ...(sendActions.length > 0 ? [allow([...sendActions], carrier.identity)] : []),
  ];
};

// The webhooks can read only the Auth Token (through their authentication), the worker only the API key, the fallback nothing.
module.exports = rolesFor('sms-relay', async ({ jobsTable, locationsTable }, resolveVariable) => ({
  'receive-message': [allow(['sqs:SendMessage'], queue)],
  'receive-fallback': [allow(['sqs:SendMessage'], unverifiedQueue)],
  'admit-message': [readSecret('qdn/twilio-admin'), consume(unverifiedQueue), allow(['sqs:SendMessage'], queue)],
  'record-delivery': [allow(['sqs:SendMessage'], queue)],
  // Reads the name of a caller, and the call that a dispatcher asked for.
  'receive-call': [
    allow(['sqs:SendMessage'], queue),
    allow(['dynamodb:GetItem'], table(jobsTable)),
    allow(['dynamodb:Query'], index(jobsTable, 'by-phone')),
  ],
  'check-account': [readSecret('qdn/twilio-admin')],
  'receive-carrier-webhook': [
    ...webhookSecrets(await carriers(resolveVariable)).map(readSecret),
    allow(['sqs:SendMessage'], queue),
  ],
  'get-media': [readSecret('qdn/twilio-sender')],
  'relay-message': [
    ...(await carriers(resolveVariable)).flatMap(sendStatements),
    readSecret('qdn/tokens'),
    consume(queue),
    // Follow-ups: the queue keeps them until they are due.
    allow(['sqs:SendMessage'], queue),
    allow(
      ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
      table(jobsTable),
    ),
    allow(
      ['dynamodb:Query'],
      // By trailer: the jobs that a driver's text is about.
      ...['by-phone', 'by-recipient', 'by-attention', 'by-trailer'].map((name) => index(jobsTable, name)),
      table(locationsTable),
    ),
    ...router,
    allow(['s3:PutObject', 's3:GetObject'], logObjects),
    listLog,
  ],
}));
