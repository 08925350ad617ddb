/** A packaged CloudFormation template, as `sls package` leaves it. */
export type Template = { Resources: Record<string, Resource>; Outputs?: Record<string, { Value: unknown }> };
export type Resource = { Type: string; Properties?: Record<string, unknown> };

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

const PSEUDO: Record<string, string> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands for `Ref` of a resource: its name, and for a queue its name too, since a URL depends on who asks. */
const NAME_PROPERTY: Record<string, string> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::Lambda::Function': 'FunctionName',
};
const ARN_SERVICE: Record<string, string> = {
  'AWS::DynamoDB::Table': `dynamodb:${REGION}:${ACCOUNT}:table/`,
  'AWS::SQS::Queue': `sqs:${REGION}:${ACCOUNT}:`,
  'AWS::S3::Bucket': 's3:::',
  'AWS::Lambda::Function': `lambda:${REGION}:${ACCOUNT}:function:`,
};

/** Replaces `Ref`, `Fn::GetAtt … Arn`, `Fn::Sub` and `Fn::Join` by what they come to on the laptop; leaves other functions as they are. */
export const resolve = (value: unknown, template: Template): unknown => {
  if (Array.isArray(value)) return value.map((item) => resolve(item, template));
  if (!isRecord(value)) return value;
  if (typeof value['Ref'] === 'string') return reference(value['Ref'], template);
  if (Array.isArray(value['Fn::GetAtt'])) return attribute(value['Fn::GetAtt'].map(String), template);
  if (typeof value['Fn::Sub'] === 'string') {
    return value['Fn::Sub'].replace(/\$\{([^}]+)\}/g, (_, name: string) =>
      String(name.includes('.') ? attribute(name.split('.'), template) : reference(name, template)),
    );
  }
  const join = value['Fn::Join'];
  if (Array.isArray(join) && Array.isArray(join[1])) return join[1].map((item) => resolve(item, template)).join(String(join[0]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, template)]));
};

const nameOf = (logicalId: string, template: Template): string => {
  const resource = template.Resources[logicalId];
  const property = resource && NAME_PROPERTY[resource.Type];
  return property ? String(resolve(resource.Properties?.[property] ?? logicalId, template)) : logicalId;
};

const reference = (name: string, template: Template): string => PSEUDO[name] ?? nameOf(name, template);

const attribute = ([logicalId = '', name]: string[], template: Template): string => {
  const resource = template.Resources[logicalId];
  const service = resource && ARN_SERVICE[resource.Type];
  return name === 'Arn' && service ? `arn:aws:${service}${nameOf(logicalId, template)}` : `${logicalId}.${name}`;
};

/** Properties, resolved, of every resource of a type. */
export const resourcesOf = (template: Template, type: string): Array<{ logicalId: string; properties: Record<string, unknown> }> =>
  Object.entries(template.Resources).flatMap(([logicalId, resource]) => {
    if (resource.Type !== type) return [];
    const properties = resolve(resource.Properties ?? {}, template);
    return [{ logicalId, properties: isRecord(properties) ? properties : {} }];
  });
