const { allow, index, router, rolesFor, secret, table } = require('../../../config/roles.cjs');

const queue = { 'Fn::GetAtt': ['InboundQueue', 'Arn'] };
const unverifiedQueue = { 'Fn::GetAtt': ['UnverifiedQueue', 'Arn'] };
const consume = (from) =>
  allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'], from);
const logObjects = { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['MessageLog', 'Arn'] }, '/messages/*']] };
// The last object of the log is found by listing. Without a condition: S3 tells that an object is not there only to those who may
// list the whole bucket.
const listLog = allow(['s3:ListBucket'], { 'Fn::GetAtt': ['MessageLog', 'Arn'] });
const readSecret = (name) => allow(['secretsmanager:GetSecretValue'], secret(name));

// The webhooks can read only the Auth Token, the worker only the API key, the fallback nothing.
module.exports = rolesFor('sms-relay', ({ jobsTable, locationsTable, secondCarrier, secondCarrierIdentity }) => ({
  'receive-message': [readSecret('qdn/twilio-admin'), allow(['sqs:SendMessage'], queue)],
  'receive-fallback': [allow(['sqs:SendMessage'], unverifiedQueue)],
  'admit-message': [readSecret('qdn/twilio-admin'), consume(unverifiedQueue), allow(['sqs:SendMessage'], queue)],
  'record-delivery': [readSecret('qdn/twilio-admin'), allow(['sqs:SendMessage'], queue)],
  'check-account': [readSecret('qdn/twilio-admin')],
  'get-media': [readSecret('qdn/tokens'), readSecret('qdn/twilio-sender')],
  'relay-message': [
    readSecret('qdn/twilio-sender'),
    readSecret('qdn/tokens'),
    consume(queue),
    // Follow-ups, which the queue keeps until they are due.
    allow(['sqs:SendMessage'], queue),
    allow(
      ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
      table(jobsTable),
    ),
    allow(
      ['dynamodb:Query'],
      ...['by-phone', 'by-recipient', 'by-attention'].map((name) => index(jobsTable, name)),
      table(locationsTable),
    ),
    ...router,
    allow(['s3:PutObject', 's3:GetObject'], logObjects),
    listLog,
    ...(secondCarrier === 'none' ? [] : [allow(['sms-voice:SendTextMessage'], secondCarrierIdentity)]),
  ],
}));
