/*
 * Sources of records in the relay's queue besides the service's own functions: the clock, and the two topics of AWS End User Messaging
 * if it is among the carriers: delivery events, and texts to its number. They go straight into the queue, with no function in between
 * that could fail (docs/adr/0011-second-carrier.md).
 */
const { regional } = require('../../../config/roles.cjs');
const { CONFIGURATION_SET } = require('../../../packages/carrier-aws-sms/src/facts.ts');
const { awsSms } = require('./carriers.cjs');

const arnOf = (logicalId) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const policy = (...statements) => ({ Version: '2012-10-17', Statement: statements });
const mayPut = (sid, service, queue, ...sources) => ({
  Sid: sid,
  Effect: 'Allow',
  Principal: { Service: service },
  Action: 'sqs:SendMessage',
  Resource: arnOf(queue),
  Condition: { ArnEquals: { 'aws:SourceArn': sources } },
});
const queuePolicy = (queue, ...statements) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: { Queues: [{ Ref: queue }], PolicyDocument: policy(...statements) },
});

// Every quarter of an hour the worker looks for messages with an unknown outcome.
const sweep = {
  Type: 'AWS::Events::Rule',
  Properties: {
    ScheduleExpression: 'rate(15 minutes)',
    Targets: [{ Id: 'queue', Arn: arnOf('InboundQueue'), Input: '{"schema":1,"kind":"sweep"}' }],
  },
};
const sweepMayPut = mayPut('Sweep', 'events.amazonaws.com', 'InboundQueue', arnOf('Sweep'));

/** A topic that the carrier may publish to, for this account and, with `sourceArn`, for one resource of it. */
const topic = (logicalId, name, sourceArn) => ({
  [logicalId]: { Type: 'AWS::SNS::Topic', Properties: { TopicName: name } },
  [`${logicalId}Policy`]: {
    Type: 'AWS::SNS::TopicPolicy',
    Properties: {
      Topics: [{ Ref: logicalId }],
      PolicyDocument: policy({
        Sid: 'Carrier',
        Effect: 'Allow',
        Principal: { Service: 'sms-voice.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: { Ref: logicalId },
        Condition: {
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
          ...(sourceArn ? { ArnEquals: { 'aws:SourceArn': sourceArn } } : {}),
        },
      }),
    },
  },
  [`${logicalId}ToQueue`]: {
    Type: 'AWS::SNS::Subscription',
    DependsOn: ['InboundQueuePolicy', 'InboundDeadLetterQueuePolicy'],
    Properties: {
      TopicArn: { Ref: logicalId },
      Protocol: 'sqs',
      Endpoint: arnOf('InboundQueue'),
      RawMessageDelivery: true,
      // Nor is a message lost that SNS cannot put into the queue.
      RedrivePolicy: { deadLetterTargetArn: arnOf('InboundDeadLetterQueue') },
    },
  },
});

const carrierResources = () => {
  const topics = [{ Ref: 'SmsEvents' }, { Ref: 'SmsInbound' }];
  return {
    InboundQueuePolicy: queuePolicy(
      'InboundQueue',
      sweepMayPut,
      mayPut('AwsSms', 'sns.amazonaws.com', 'InboundQueue', ...topics),
    ),
    InboundDeadLetterQueuePolicy: queuePolicy(
      'InboundDeadLetterQueue',
      mayPut('AwsSms', 'sns.amazonaws.com', 'InboundDeadLetterQueue', ...topics),
    ),
    ...topic('SmsEvents', 'qdn-sms-events', regional('sms-voice', `configuration-set/${CONFIGURATION_SET}`)),
    // AWS does not document the source ARN of an inbound text, only its account.
    ...topic('SmsInbound', 'qdn-sms-inbound', null),
    SmsConfigurationSet: {
      Type: 'AWS::SMSVOICE::ConfigurationSet',
      DependsOn: 'SmsEventsPolicy',
      Properties: {
        ConfigurationSetName: CONFIGURATION_SET,
        EventDestinations: [
          {
            EventDestinationName: 'relay',
            Enabled: true,
            MatchingEventTypes: ['TEXT_ALL'],
            SnsDestination: { TopicArn: { Ref: 'SmsEvents' } },
          },
        ],
      },
    },
  };
};

module.exports = async ({ resolveVariable }) => {
  if (!(await awsSms(resolveVariable)))
    return { Resources: { Sweep: sweep, InboundQueuePolicy: queuePolicy('InboundQueue', sweepMayPut) } };
  return {
    Resources: { Sweep: sweep, ...carrierResources() },
    Outputs: {
      SmsInboundTopic: {
        Description: 'The two-way channel of the AWS number (services/sms-relay/README.md)',
        Value: { Ref: 'SmsInbound' },
      },
    },
  };
};
