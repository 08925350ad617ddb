import { isJsonObject } from '@qdn/json';

/** A packaged CloudFormation template, as `sls package` leaves it. */
export type Template = {
  Resources: Record<string, Resource>;
  Parameters?: Record<string, { Default?: unknown }>;
  Conditions?: Record<string, unknown>;
  Outputs?: Record<string, { Value: unknown }>;
};
export type Resource = { Type: string; Properties?: Record<string, unknown> };

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/** Values of the pseudo parameters on this machine. */
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'local',
  'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/local/local`,
};

/** The property that names a resource; a queue's `Ref` is its URL on AWS, which here depends on a port. */
const NAME_PROPERTY: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::Lambda::Function': 'FunctionName',
};
const ARN_PREFIX: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/`,
  'AWS::SQS::Queue': `arn:aws:sqs:${REGION}:${ACCOUNT}:`,
  'AWS::S3::Bucket': 'arn:aws:s3:::',
  'AWS::Lambda::Function': `arn:aws:lambda:${REGION}:${ACCOUNT}:function:`,
};

/** Value of `AWS::NoValue`: the property or list item is left out. */
const NO_VALUE = Symbol('AWS::NoValue');

const text = (value: unknown, where: string): string => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`The packaged template has ${JSON.stringify(value)} where ${where} takes text.`);
};

const list = (value: unknown, where: string): unknown[] => {
  if (Array.isArray(value)) return value;
  throw new Error(`The packaged template has ${JSON.stringify(value)} where ${where} takes a list.`);
};

/**
 * Resolves a value of a template on this machine: account 000000000000, region us-east-1, resources under their own
 * names, parameters at their defaults.
 * @throws Error that names the function or attribute that is not known here, rather than to create something else than AWS would
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
export const resolve = (value: unknown, template: Template): unknown => {
  const resolved = resolveAny(value, template);
  return resolved === NO_VALUE ? undefined : resolved;
};

const resolveAny = (value: unknown, template: Template): unknown => {
  if (Array.isArray(value)) return value.map((item) => resolveAny(item, template)).filter((item) => item !== NO_VALUE);
  if (!isJsonObject(value)) return value;
  const [[name, argument] = [], second] = Object.entries(value);
  if (name !== undefined && second === undefined && (name === 'Ref' || name.startsWith('Fn::'))) {
    return intrinsic(name, argument, template);
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, resolveAny(item, template)] as const)
      .filter(([, item]) => item !== NO_VALUE),
  );
};

const intrinsic = (name: string, argument: unknown, template: Template): unknown => {
  const items = (): unknown[] => list(resolveAny(argument, template), name);
  switch (name) {
    case 'Ref':
      return argument === 'AWS::NoValue' ? NO_VALUE : reference(text(argument, name), template);
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = Array.isArray(argument) ? argument : text(argument, name).split(/\.(.*)/s);
      return attributeOf(text(logicalId, name), text(attribute, name), template);
    }
    case 'Fn::Sub':
      return substitute(argument, template);
    case 'Fn::Join': {
      const [separator, parts] = items();
      return list(parts, name)
        .map((part) => text(part, name))
        .join(text(separator, name));
    }
    case 'Fn::Split': {
      const [separator, whole] = items();
      return text(whole, name).split(text(separator, name));
    }
    case 'Fn::Select': {
      const [index, from] = items();
      return list(from, name)[Number(index)];
    }
    case 'Fn::If': {
      // Only the branch taken is resolved: the other may name what does not exist.
      const [condition, yes, no] = list(argument, name);
      return resolveAny(holds(template.Conditions?.[text(condition, name)], template) ? yes : no, template);
    }
    default:
      throw new Error(`The local cloud does not know ${name}, which a packaged template uses.`);
  }
};

const holds = (condition: unknown, template: Template): boolean => {
  const [[name, argument] = []] = isJsonObject(condition) ? Object.entries(condition) : [];
  const each = (): boolean[] => list(argument, String(name)).map((item) => holds(item, template));
  switch (name) {
    case 'Fn::Equals': {
      const [left, right] = list(resolveAny(argument, template), name);
      return text(left, name) === text(right, name);
    }
    case 'Fn::Not':
      return !each()[0];
    case 'Fn::And':
      return each().every(Boolean);
    case 'Fn::Or':
      return each().some(Boolean);
    case 'Condition':
      return holds(template.Conditions?.[text(argument, name)], template);
    default:
      throw new Error(`The local cloud cannot tell whether ${JSON.stringify(condition)} holds.`);
  }
};

const substitute = (argument: unknown, template: Template): string => {
  const [pattern, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const own = resolveAny(variables, template);
  return text(pattern, 'Fn::Sub').replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (isJsonObject(own) && name in own) return text(own[name], 'Fn::Sub');
    const [logicalId = '', attribute] = name.split(/\.(.*)/s);
    return attribute === undefined
      ? text(reference(name, template), name)
      : attributeOf(logicalId, attribute, template);
  });
};

const nameOf = (logicalId: string, template: Template): string => {
  const resource = template.Resources[logicalId];
  const property = resource && NAME_PROPERTY[resource.Type];
  const name = property ? resource.Properties?.[property] : undefined;
  // CloudFormation makes a name up for a resource without one; here its logical ID does.
  return name === undefined ? logicalId : text(resolve(name, template), `${logicalId}.${property}`);
};

const reference = (name: string, template: Template): unknown => {
  const pseudo = PSEUDO[name];
  if (pseudo !== undefined) return pseudo;
  const parameter = template.Parameters?.[name];
  if (parameter?.Default !== undefined) return parameter.Default;
  if (!template.Resources[name]) throw new Error(`A packaged template refers to ${name}, which it does not have.`);
  return nameOf(name, template);
};

const attributeOf = (logicalId: string, attribute: string, template: Template): string => {
  const resource = template.Resources[logicalId];
  if (!resource) throw new Error(`A packaged template refers to ${logicalId}, which it does not have.`);
  const prefix = ARN_PREFIX[resource.Type];
  if (attribute === 'Arn' && prefix) return `${prefix}${nameOf(logicalId, template)}`;
  if (attribute === 'QueueName' && resource.Type === 'AWS::SQS::Queue') return nameOf(logicalId, template);
  throw new Error(`The local cloud does not know ${logicalId}.${attribute} (${resource.Type}).`);
};

/** Properties, resolved, of every resource of a type. */
export const resourcesOf = (
  template: Template,
  type: string,
): Array<{ logicalId: string; properties: Record<string, unknown> }> =>
  Object.entries(template.Resources).flatMap(([logicalId, resource]) => {
    if (resource.Type !== type) return [];
    const properties = resolve(resource.Properties ?? {}, template);
    return [{ logicalId, properties: isJsonObject(properties) ? properties : {} }];
  });
