import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { CONFIGURATION_SET } from '@qdn/carrier-aws-sms/facts';
import { LONGEST_RUN_MS } from '@qdn/cli/twilio/commands';
import { templatesWith } from './templates.ts';

/* Packages all four services without credentials, and checks the templates that CloudFormation would get. */

type Resource = {
  Type: string;
  Properties?: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
};
const NAMES = ['job-api', 'telemetry-ingest', 'sms-relay', 'tracking-site'] as const;
const { checkedStage } = createRequire(import.meta.url)('../config/stage.cjs');

/** Maximum length of a name, by AWS's quotas of each service. */
const LONGEST: Readonly<Record<string, number>> = {
  'AWS::Lambda::Function': 64,
  'AWS::Logs::LogGroup': 512,
  'AWS::DynamoDB::Table': 255,
  'AWS::SQS::Queue': 80,
  'AWS::S3::Bucket': 63,
  'AWS::IAM::Role': 64,
  'AWS::ApiGatewayV2::Api': 128,
  'AWS::ApiGatewayV2::Stage': 128,
  'AWS::CloudFront::Function': 64,
  'AWS::CloudFront::KeyValueStore': 64,
  'AWS::CloudFront::CachePolicy': 128,
  'AWS::CloudFront::OriginRequestPolicy': 128,
  'AWS::CloudFront::ResponseHeadersPolicy': 128,
  'AWS::CloudFront::OriginAccessControl': 64,
  'AWS::CloudWatch::Alarm': 255,
  'AWS::CloudWatch::Dashboard': 255,
  'AWS::SNS::Topic': 256,
  'AWS::Events::Rule': 64,
  'AWS::Glue::Database': 255,
  'AWS::Glue::Table': 255,
  'AWS::Logs::MetricFilter': 512,
};
const NAME_PROPERTIES =
  /^(FunctionName|LogGroupName|TableName|QueueName|BucketName|RoleName|Name|TopicName|AlarmName|DashboardName|StageName|FilterName)$/;
/** The `FunctionName` of these resources refers to their function. */
const NAMES_ANOTHER = [
  'AWS::Logs::MetricFilter',
  'AWS::Lambda::Version',
  'AWS::Lambda::Permission',
  'AWS::Lambda::EventSourceMapping',
];
/** Returns a resource's own name: a top-level property, or for CloudFront and Glue one in a nested object. */
const nameIn = (properties: Record<string, unknown>): unknown =>
  [
    properties,
    ...Object.entries(properties).flatMap(([key, value]) => (/(Config|Input)$/.test(key) ? [Object(value)] : [])),
  ]
    .flatMap((one) => Object.entries(one))
    .find(([key]) => NAME_PROPERTIES.test(key))?.[1];

let templates: Record<string, { Resources: Record<string, Resource> }>;

beforeAll(async () => {
  templates = JSON.parse(JSON.stringify(await templatesWith()));
}, 240_000);

const all = (type: string) =>
  NAMES.flatMap((service) =>
    Object.entries(templates[service]?.Resources ?? {}).flatMap(([id, resource]) =>
      resource.Type === type ? [{ service, id, ...resource }] : [],
    ),
  );
const properties = (service: string, id: string): Record<string, unknown> =>
  templates[service]?.Resources[id]?.Properties ?? {};

describe('the packaged services', () => {
  test('serve every route, and a preflight for each path', () => {
    const routes = all('AWS::ApiGatewayV2::Route').map(({ Properties }) => String(Properties?.['RouteKey']));
    const expected = [
      'POST /api/jobs/{job_id}/messages',
      'POST /api/carriers/{carrier}/webhook',
      'POST /api/fallback/jobs/{job_id}/messages',
      'POST /api/messages/{message_id}/status',
      'POST /api/calls/{call_step}',
      'POST /api/fallback/calls',
      'GET /api/conversations',
      'GET /api/conversations/{conversation_id}',
      'POST /api/conversations/{conversation_id}',
      'POST /api/consents/find',
      'PUT /api/consents',
      'GET /api/media/{token}',
      'GET /api/jobs/{job_id}/location',
      'POST /api/jobs/{job_id}/location',
      'GET /api/trailers/{trailer_id}/location',
      'POST /api/trailers/{trailer_id}/location',
      'PUT /api/trailers/{trailer_id}/location',
      'HEAD /api/trailers/{trailer_id}/location',
      'GET /api/trailers',
      'GET /api/trailers/{trailer_id}/track',
      'GET /api/visits',
      'GET /api/places',
      'GET /api/jobs/{job_id}',
      'POST /api/jobs',
      'GET /api/jobs',
      'GET /api/attention',
      'GET /api/trailers/{trailer_id}',
      'PATCH /api/jobs/{job_id}',
      'POST /api/jobs/{job_id}/tracking-links',
      'DELETE /api/jobs/{job_id}/tracking-links/{link_id}',
    ];
    const preflights = [...new Set(expected.map((route) => `OPTIONS ${route.split(' ')[1]}`))];
    expect(routes.toSorted()).toEqual([...expected, ...preflights].toSorted());
  });

  test('keep both tables when a stack is removed, and expire fixes', () => {
    expect(properties('job-api', 'JobsTable')).toMatchObject({ TableName: 'qdn-jobs', BillingMode: 'PAY_PER_REQUEST' });
    expect(properties('telemetry-ingest', 'LocationsTable')).toMatchObject({
      TableName: 'qdn-job-locations',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
    for (const { DeletionPolicy } of all('AWS::DynamoDB::Table')) expect(DeletionPolicy).toBe('Retain');
  });

  test('buffer texts in a queue with a dead-letter queue, and retry failed messages of a batch singly', () => {
    expect(properties('sms-relay', 'InboundQueue')).toMatchObject({
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['InboundDeadLetterQueue', 'Arn'] }, maxReceiveCount: 11 },
    });
    expect(properties('sms-relay', 'UnverifiedQueue')).toMatchObject({
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['UnverifiedDeadLetterQueue', 'Arn'] } },
    });
    const mappings = all('AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties ?? {});
    expect(mappings.map(({ EventSourceArn }) => EventSourceArn)).toEqual([
      { 'Fn::GetAtt': ['UnverifiedQueue', 'Arn'] },
      { 'Fn::GetAtt': ['InboundQueue', 'Arn'] },
    ]);
    for (const mapping of mappings) {
      expect(mapping).toMatchObject({ BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    }
    expect(mappings.map(({ ScalingConfig }) => ScalingConfig)).toEqual([
      { MaximumConcurrency: 2 },
      { MaximumConcurrency: 5 },
    ]);
    // AWS advises six times the function's timeout.
    for (const [queue, worker] of [
      ['InboundQueue', 'relay-message'],
      ['UnverifiedQueue', 'admit-message'],
    ] as const) {
      const handler = Object.values(templates['sms-relay']?.Resources ?? {}).find(({ Properties }) =>
        String(Properties?.['Handler']).includes(worker),
      );
      expect(Number(properties('sms-relay', queue)['VisibilityTimeout'])).toBeGreaterThanOrEqual(
        6 * Number(handler?.Properties?.['Timeout']),
      );
    }
  });

  test('keep the compliance log encrypted, versioned and private', () => {
    expect(properties('sms-relay', 'ComplianceLog')).toMatchObject({
      BucketEncryption: expect.anything(),
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  test('run on Node 24 on arm64, each function with its own role and a log with a retention', () => {
    const functions = all('AWS::Lambda::Function');
    expect(functions.length).toBe(31);
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
      expect(String(Properties?.['FunctionName']).length).toBeLessThanOrEqual(64);
    }
    expect(
      new Set(functions.map(({ service, Properties }) => `${service} ${JSON.stringify(Properties?.['Role'])}`)).size,
    ).toBe(functions.length);
    for (const { Properties } of all('AWS::Logs::LogGroup')) expect(Properties?.['RetentionInDays']).toBeGreaterThan(0);
  });

  test('expose only the distribution and the HTTP API', () => {
    for (const { Properties } of all('AWS::S3::Bucket')) {
      expect(Properties).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      });
    }
    expect(all('AWS::Lambda::Url')).toEqual([]);
    const policies = ['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'].flatMap(all);
    for (const { id, Properties } of policies) {
      for (const { OutboundMessage, Principal, Condition } of Object(Properties?.['PolicyDocument']).Statement) {
        if (OutboundMessage !== 'Allow') continue;
        // An AWS service as the principal, limited to one resource of this account.
        expect([id, Object.keys(Object(Principal)), JSON.stringify(Condition)]).toEqual([
          id,
          ['Service'],
          expect.stringMatching(/aws:source(arn|account)/i),
        ]);
      }
    }
    for (const { Properties } of all('AWS::Lambda::Permission')) {
      // The HTTP API, and the clock.
      const by = expect.stringMatching(/^(apigateway|events)\.amazonaws\.com$/);
      expect(Properties).toMatchObject({ Principal: by, SourceArn: expect.anything() });
    }
  });

  test('keep the data after the removal of a stack, with deletion protection', () => {
    const tables = all('AWS::DynamoDB::Table');
    expect(tables.map(({ id }) => id)).toEqual(['JobsTable', 'LocationsTable']);
    for (const table of tables) {
      expect(table).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      });
    }
    const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
    expect(templates['sms-relay']?.Resources['ComplianceLog']).toMatchObject(kept);
    expect(templates['sms-relay']?.Resources['ComplianceLogPolicy']).toMatchObject(kept);
    expect(Object(properties('sms-relay', 'ComplianceLogPolicy')['PolicyDocument']).Statement).toContainEqual({
      Sid: 'NeverDelete',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:DeleteBucket',
      Resource: { 'Fn::GetAtt': ['ComplianceLog', 'Arn'] },
    });
  });

  test('have names within AWS’s limits, even with the longest stage name', () => {
    const longest = 'a-stage-of-20-letter';
    expect(checkedStage(longest)).toBe(longest);
    expect(() => checkedStage(`${longest}s`)).toThrow('1 to 20 small letters');
    const names = NAMES.flatMap((service) =>
      Object.entries(templates[service]?.Resources ?? {}).flatMap(([id, { Type, Properties }]) => {
        const given = nameIn(Properties ?? {});
        if (given === undefined || NAMES_ANOTHER.includes(Type)) return [];
        const text = JSON.stringify(given)
          .replaceAll(/\$\{AWS::StackName\}/g, `${service === 'tracking-site' ? 'qdn-tracking-site' : service}-dev`)
          .replaceAll(/\$\{AWS::AccountId\}/g, '123456789012')
          .replaceAll(/\$\{AWS::Region\}/g, 'ap-southeast-2')
          .replaceAll('-dev', `-${longest}`);
        const name = /^(?:\{"Fn::Sub":)?"([^"]+)"\}?$/.exec(text)?.[1];
        return [{ id: `${service} ${id}`, Type, length: name?.length ?? Number.POSITIVE_INFINITY }];
      }),
    );
    expect(names.filter(({ Type }) => !(Type in LONGEST)).map(({ id, Type }) => `${id}: ${Type}`)).toEqual([]);
    expect(names.filter(({ Type, length }) => length > (LONGEST[Type] ?? 0))).toEqual([]);
    // A stack's name is at most 128 long, and S3's made from it are cut by CloudFormation.
    expect(names.length).toBeGreaterThan(40);
  });

  test('grant no wildcard: actions are named, and only log streams and the random end of a secret’s ARN are open', () => {
    const statements = all('AWS::IAM::Role').flatMap(({ Properties }) => {
      const policies = Properties?.['Policies'] as Array<{
        PolicyDocument: { Statement: Array<{ Action: string[]; Resource: unknown[] }> };
      }>;
      return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    });
    expect(statements.length).toBeGreaterThan(20);
    for (const { Action, Resource } of statements) {
      expect(Action.join()).not.toContain('*');
      for (const resource of Resource.map((one) => JSON.stringify(one))) {
        const allowed =
          /log-group:[^*]+:\*"/.test(resource) ||
          /secret:[^*]+-\?{6}"/.test(resource) ||
          /ComplianceLog.*\/messages\/\*"/.test(resource);
        expect([resource, !resource.includes('*') || allowed]).toEqual([resource, true]);
      }
    }
  });

  test('let the webhook read only the Auth Token, and the worker only the API key', () => {
    const secrets = (role: string) =>
      [...JSON.stringify(properties('sms-relay', role)).matchAll(/secret:qdn\/([a-z-]+)-\?/g)].map(([, name]) => name);
    expect(secrets('ReceiveMessageRole')).toEqual(['twilio-admin']);
    expect(secrets('RecordDeliveryRole')).toEqual(['twilio-admin']);
    expect(secrets('ReceiveFallbackRole')).toEqual([]);
    expect(secrets('AdmitMessageRole')).toEqual(['twilio-admin']);
    expect(secrets('CheckAccountRole')).toEqual(['twilio-admin']);
    expect(secrets('GetMediaRole')).toEqual(['tokens', 'twilio-sender']);
    expect(secrets('RelayMessageRole')).toEqual(['twilio-sender', 'tokens']);
  });

  test('limit the run time of functions with Twilio credentials to the wait of a rotation', () => {
    const readers = all('AWS::Lambda::Function').filter(({ service, Properties }) => {
      const [role = ''] = Object(Properties?.['Role'])['Fn::GetAtt'] ?? [];
      return JSON.stringify(properties(service, role)).includes('secret:qdn/twilio-');
    });
    expect(readers.length).toBeGreaterThanOrEqual(5);
    for (const { Properties } of readers) {
      expect(Number(Properties?.['Timeout']) * 1000).toBeLessThanOrEqual(LONGEST_RUN_MS);
    }
  });

  test('let the webhooks send to their queue, and use no table', () => {
    const allowed = (role: string) => {
      const text = JSON.stringify(properties('sms-relay', role));
      return [...text.matchAll(/"(sqs|dynamodb|s3|secretsmanager):(\w+)"/g)].map(
        ([, service, action]) => `${service}:${action}`,
      );
    };
    const send = 'sqs:SendMessage';
    expect(allowed('ReceiveMessageRole')).toEqual(['secretsmanager:GetSecretValue', send]);
    expect(allowed('RecordDeliveryRole')).toEqual(['secretsmanager:GetSecretValue', send]);
    expect(allowed('ReceiveFallbackRole')).toEqual([send]);
    const queue = JSON.stringify(properties('sms-relay', 'ReceiveFallbackRole')['Policies']);
    expect(queue).toContain('UnverifiedQueue');
    expect(queue).not.toContain('InboundQueue');
  });
});

describe('AWS End User Messaging as a second carrier', () => {
  const identity = 'arn:aws:sms-voice:us-east-1:123456789012:phone-number/phone-1';
  const list = [{ name: 'twilio' }, { name: 'aws', identity, number: '+15125550143' }];
  const sender = (service: typeof templates) =>
    Object.values(service['sms-relay']?.Resources ?? {}).find(({ Properties }) =>
      String(Properties?.['Handler']).includes('relay-message'),
    );
  let withCarrier: Record<string, Resource>;
  beforeAll(async () => {
    const params = { carriers: JSON.stringify(list) };
    const packaged: typeof templates = JSON.parse(JSON.stringify(await templatesWith(params, ['sms-relay'])));
    withCarrier = packaged['sms-relay']?.Resources ?? {};
  }, 120_000);

  test('is absent by default', () => {
    expect(all('AWS::SNS::Topic').map(({ id }) => id)).toEqual(['AlarmTopic']);
    expect(all('AWS::SMSVOICE::ConfigurationSet')).toEqual([]);
    expect(JSON.stringify(properties('sms-relay', 'RelayMessageRole'))).not.toContain('sms-voice');
    expect(JSON.stringify(properties('sms-relay', 'InboundQueuePolicy'))).not.toContain('sns');
    expect(sender(templates)?.Properties).toMatchObject({
      Environment: { Variables: { CARRIERS: '[{"name":"twilio"}]' } },
    });
  });

  test('sends only from its own number', () => {
    expect(JSON.stringify(withCarrier['RelayMessageRole'])).toContain(
      JSON.stringify({ Effect: 'Allow', Action: ['sms-voice:SendTextMessage'], Resource: [identity] }),
    );
  });

  test('sends its events unchanged to the relay’s queue, and undeliverable ones to the dead-letter queue', () => {
    for (const topic of ['SmsEvents', 'SmsInbound']) {
      expect(withCarrier[`${topic}ToQueue`]?.Properties).toEqual({
        TopicArn: { Ref: topic },
        Protocol: 'sqs',
        Endpoint: { 'Fn::GetAtt': ['InboundQueue', 'Arn'] },
        RawMessageDelivery: true,
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['InboundDeadLetterQueue', 'Arn'] } },
      });
    }
  });

  test('only the schedule and these two topics may send to that queue', () => {
    const statements = (id: string) =>
      Object(withCarrier[id]?.Properties?.['PolicyDocument']).Statement.map(
        (statement: { Principal: unknown; Action: unknown; Condition: unknown }) => [
          statement.Principal,
          statement.Action,
          statement.Condition,
        ],
      );
    const topics = [
      { Service: 'sns.amazonaws.com' },
      'sqs:SendMessage',
      { ArnEquals: { 'aws:SourceArn': [{ Ref: 'SmsEvents' }, { Ref: 'SmsInbound' }] } },
    ];
    expect(statements('InboundQueuePolicy')).toEqual([
      [
        { Service: 'events.amazonaws.com' },
        'sqs:SendMessage',
        { ArnEquals: { 'aws:SourceArn': [{ 'Fn::GetAtt': ['Sweep', 'Arn'] }] } },
      ],
      topics,
    ]);
    expect(statements('InboundDeadLetterQueuePolicy')).toEqual([topics]);
    for (const topic of ['SmsEvents', 'SmsInbound']) {
      const [[principal, action, condition]] = statements(`${topic}Policy`);
      expect([principal, action]).toEqual([{ Service: 'sms-voice.amazonaws.com' }, 'sns:Publish']);
      expect(condition).toMatchObject({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
    }
  });

  test('reports over the worker’s configuration set', () => {
    const { ConfigurationSetName } = withCarrier['SmsConfigurationSet']?.Properties ?? {};
    const variables = Object(
      sender({ 'sms-relay': { Resources: withCarrier } })?.Properties?.['Environment'],
    ).Variables;
    expect(JSON.parse(variables.CARRIERS)).toEqual(list);
    expect(ConfigurationSetName).toBe(CONFIGURATION_SET);
    expect(JSON.stringify(withCarrier['SmsEventsPolicy'])).toContain(`configuration-set/${ConfigurationSetName}`);
  });

  test.each([
    ['name', { name: 'pigeon' }],
    ['identity', { name: 'aws', number: '+15125550143' }],
    ['number', { name: 'aws', identity, number: '5125550143' }],
  ])('is not deployed with a wrong %s', async (setting, carrier) => {
    const { carriers } = createRequire(import.meta.url)('../services/sms-relay/resources/carriers.cjs');
    const resolveVariable = async () => [{ name: 'twilio' }, carrier];
    await expect(carriers(resolveVariable)).rejects.toThrow(`The param carriers[1].${setting} `);
  });
});
