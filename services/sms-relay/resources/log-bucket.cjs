/*
 * The compliance log: its bucket, which outlives the stack, and a table for Athena. docs/compliance-log.md explains how to read it.
 */
const LOCK_MODES = ['none', 'GOVERNANCE', 'COMPLIANCE'];

/** Returns the checked params. @throws Error that says what is wrong with a param */
const settings = async (resolveVariable) => {
  const days = async (name, least) => {
    const value = await resolveVariable(`param:${name}`);
    const count = Number(value);
    if (!Number.isInteger(count) || count < least) {
      throw new Error(`The param ${name} is "${value}"; use a whole number of days, ${least} or more.`);
    }
    return count;
  };
  const archiveDays = await days('logArchiveDays', 30);
  const expireDays = await days('logExpireDays', 30);
  const lockDays = await days('logLockDays', 1);
  const lock = await resolveVariable('param:logObjectLock');
  if (!LOCK_MODES.includes(lock)) {
    throw new Error(`The param logObjectLock is "${lock}"; use one of ${LOCK_MODES.join(', ')}.`);
  }
  if (archiveDays >= expireDays) throw new Error('The param logArchiveDays must be less than logExpireDays.');
  if (lock !== 'none' && lockDays > expireDays)
    throw new Error('The param logLockDays must not be more than logExpireDays.');
  return { archiveDays, expireDays, lock, lockDays };
};

const lifecycle = ({ archiveDays, expireDays }) => ({
  Rules: [
    {
      Id: 'keep-then-expire',
      Status: 'Enabled',
      // Only the years: messages/begin.ndjson stays, because the verifier starts with it.
      Prefix: 'messages/2',
      // S3 does not move objects below 128 KB: they would cost more there.
      Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: archiveDays }],
      ExpirationInDays: expireDays,
      // A deleted object is kept for a year.
      NoncurrentVersionExpiration: { NoncurrentDays: 365 },
    },
    {
      Id: 'tidy',
      Status: 'Enabled',
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      ExpiredObjectDeleteMarker: true,
    },
  ],
});

const bucketArn = { 'Fn::GetAtt': ['ComplianceLog', 'Arn'] };
const objects = { 'Fn::Join': ['', [bucketArn, '/*']] };
const deny = (sid, action, resource, condition) => ({
  Sid: sid,
  Effect: 'Deny',
  Principal: '*',
  Action: action,
  Resource: resource,
  ...(condition ? { Condition: condition } : {}),
});

const bucketPolicy = [
  // No one can delete the bucket, not even an empty one, before this policy is removed.
  deny('NeverDelete', 's3:DeleteBucket', bucketArn),
  deny('TlsOnly', 's3:*', [bucketArn, objects], { Bool: { 'aws:SecureTransport': 'false' } }),
  // No one overwrites an object of the log, not even with permission to write.
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
  deny('NeverOverwrite', 's3:PutObject', objects, {
    Null: { 's3:if-none-match': 'true' },
    Bool: { 's3:ObjectCreationOperation': 'true' },
  }),
];

const column = (Name, Type) => ({ Name, Type });

const table = {
  DatabaseName: { Ref: 'LogDatabase' },
  CatalogId: { Ref: 'AWS::AccountId' },
  TableInput: {
    Name: 'messages',
    TableType: 'EXTERNAL_TABLE',
    Parameters: {
      EXTERNAL: 'TRUE',
      // Athena derives the folders from the hours that a query asks for: there is no crawler and nothing to update.
      'projection.enabled': 'true',
      'projection.hour.type': 'date',
      'projection.hour.format': 'yyyy/MM/dd/HH',
      'projection.hour.range': '2026/01/01/00,NOW+1HOURS',
      'projection.hour.interval': '1',
      'projection.hour.interval.unit': 'HOURS',
      // Cut in two, because serverless would read `${…}` as a variable of its own.
      'storage.location.template': { 'Fn::Join': ['', ['s3://', { Ref: 'ComplianceLog' }, '/messages/$', '{hour}/']] },
    },
    PartitionKeys: [column('hour', 'string')],
    StorageDescriptor: {
      Location: { 'Fn::Join': ['', ['s3://', { Ref: 'ComplianceLog' }, '/messages/']] },
      InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
      OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
      SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
      Columns: [
        column('schema', 'int'),
        column('sequence', 'bigint'),
        column('type', 'string'),
        column('id', 'string'),
        column('at', 'string'),
        column('sid', 'string'),
        column('timelineId', 'string'),
        // As JSON: its members depend on the type.
        column('data', 'string'),
        column('previous', 'string'),
        column('hash', 'string'),
      ],
    },
  },
};

module.exports = async ({ resolveVariable }) => {
  const log = await settings(resolveVariable);
  const isLocked = log.lock !== 'none';
  return {
    Resources: {
      ComplianceLog: {
        Type: 'AWS::S3::Bucket',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BucketName: await resolveVariable('self:custom.logBucket.own'),
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
          },
          VersioningConfiguration: { Status: 'Enabled' },
          LifecycleConfiguration: lifecycle(log),
          ...(isLocked
            ? {
                ObjectLockEnabled: true,
                ObjectLockConfiguration: {
                  ObjectLockEnabled: 'Enabled',
                  Rule: { DefaultRetention: { Mode: log.lock, Days: log.lockDays } },
                },
              }
            : {}),
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
          OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        },
      },
      ComplianceLogPolicy: {
        Type: 'AWS::S3::BucketPolicy',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          Bucket: { Ref: 'ComplianceLog' },
          PolicyDocument: { Version: '2012-10-17', Statement: bucketPolicy },
        },
      },
      LogDatabase: {
        Type: 'AWS::Glue::Database',
        Properties: { CatalogId: { Ref: 'AWS::AccountId' }, DatabaseInput: { Name: 'qdn_relay' } },
      },
      LogTable: { Type: 'AWS::Glue::Table', Properties: table },
    },
  };
};
