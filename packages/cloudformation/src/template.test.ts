import { describe, expect, test } from '@jest/globals';
import { resolve, resourcesOf, type Template } from './template.ts';

const sub = (pattern: string, variables?: object) => ({ 'Fn::Sub': variables ? [pattern, variables] : pattern });
/** Written apart, since a linter takes it for a forgotten template string. */
const variable = (name: string) => `\${${name}}`;

const TEMPLATE: Template = {
  Parameters: { Stage: { Default: 'dev' }, NoDefault: {} },
  Conditions: {
    IsHome: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
    IsAway: { 'Fn::Not': [{ Condition: 'IsHome' }] },
    IsBoth: { 'Fn::And': [{ Condition: 'IsHome' }, { Condition: 'IsAway' }] },
    IsEither: { 'Fn::Or': [{ Condition: 'IsAway' }, { Condition: 'IsHome' }] },
  },
  Resources: {
    Jobs: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'qdn-jobs' } },
    Log: { Type: 'AWS::S3::Bucket', Properties: { BucketName: sub(`log-${variable('AWS::AccountId')}`) } },
    Inbound: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'inbound' } },
    Unnamed: { Type: 'AWS::SQS::Queue' },
    RelayLambdaFunction: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'relay-dev-work' } },
    Site: { Type: 'AWS::CloudFront::Distribution', Properties: {} },
  },
};
const resolved = (value: unknown) => resolve(value, TEMPLATE);

describe('the values of a template on this machine', () => {
  test.each([
    ['a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['a parameter', { Ref: 'Stage' }, 'dev'],
    ['a table', { Ref: 'Jobs' }, 'qdn-jobs'],
    ['a bucket whose name is computed', { Ref: 'Log' }, 'log-000000000000'],
    ['a resource without a name', { Ref: 'Unnamed' }, 'Unnamed'],
    ['a table’s ARN', { 'Fn::GetAtt': ['Jobs', 'Arn'] }, 'arn:aws:dynamodb:us-east-1:000000000000:table/qdn-jobs'],
    ['a queue’s ARN', { 'Fn::GetAtt': ['Inbound', 'Arn'] }, 'arn:aws:sqs:us-east-1:000000000000:inbound'],
    ['a bucket’s ARN, with a dot', { 'Fn::GetAtt': 'Log.Arn' }, 'arn:aws:s3:::log-000000000000'],
    [
      'a function’s ARN',
      { 'Fn::GetAtt': ['RelayLambdaFunction', 'Arn'] },
      'arn:aws:lambda:us-east-1:000000000000:function:relay-dev-work',
    ],
    [
      'Sub with names and attributes',
      sub(`${variable('Jobs')} ${variable('Log.Arn')}`),
      'qdn-jobs arn:aws:s3:::log-000000000000',
    ],
    [
      'Sub with variables of its own',
      sub(`${variable('A')}-${variable('Stage')}`, { A: { Ref: 'Jobs' } }),
      'qdn-jobs-dev',
    ],
    ['Sub with a literal', sub(`${variable('!Jobs')}`), variable('Jobs')],
    ['Join', { 'Fn::Join': [':', ['a', { Ref: 'Stage' }, 3]] }, 'a:dev:3'],
    ['Select of Split', { 'Fn::Select': [1, { 'Fn::Split': ['-', { Ref: 'AWS::Region' }] }] }, 'east'],
    ['If', { 'Fn::If': ['IsHome', 'yes', 'no'] }, 'yes'],
    ['If not', { 'Fn::If': ['IsAway', 'yes', 'no'] }, 'no'],
    ['If all', { 'Fn::If': ['IsBoth', 'yes', 'no'] }, 'no'],
    ['If any', { 'Fn::If': ['IsEither', 'yes', 'no'] }, 'yes'],
    ['lists and objects', { a: [{ Ref: 'Stage' }], b: { c: 1 } }, { a: ['dev'], b: { c: 1 } }],
    [
      'no value, which is left out',
      { a: { Ref: 'AWS::NoValue' }, b: [{ 'Fn::If': ['IsAway', 1, { Ref: 'AWS::NoValue' }] }, 2] },
      { b: [2] },
    ],
    ['no value at all', { Ref: 'AWS::NoValue' }, undefined],
    ['an object that only looks like a function', { Ref: 'Stage', other: 1 }, { Ref: 'Stage', other: 1 }],
  ])('%s', (_, value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });

  test.each([
    ['a resource that is not there', { Ref: 'Nowhere' }, 'Nowhere'],
    ['an attribute of one that is not there', { 'Fn::GetAtt': ['Nowhere', 'Arn'] }, 'Nowhere'],
    ['a parameter without a default', { Ref: 'NoDefault' }, 'NoDefault'],
    ['an attribute that only AWS can give', { 'Fn::GetAtt': ['Site', 'DomainName'] }, 'Site.DomainName'],
    ['a function that is not known here', { 'Fn::ImportValue': 'x' }, 'Fn::ImportValue'],
    ['a condition that is not there', { 'Fn::If': ['IsNowhere', 1, 2] }, 'holds'],
    ['a join of what is no text', { 'Fn::Join': ['', [{ a: 1 }]] }, 'Fn::Join'],
  ])('%s is an error that names it, not a guess', (_, value, named) => {
    expect(() => resolved(value)).toThrow(named);
  });

  test('the branch of an If that is not taken may name what is not there', () => {
    expect(resolved({ 'Fn::If': ['IsHome', 1, { Ref: 'Nowhere' }] })).toBe(1);
  });

  test('resources come by their type, resolved', () => {
    expect(resourcesOf(TEMPLATE, 'AWS::S3::Bucket')).toEqual([
      { logicalId: 'Log', properties: { BucketName: 'log-000000000000' } },
    ]);
    expect(resourcesOf(TEMPLATE, 'AWS::SNS::Topic')).toEqual([]);
  });
});
