import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { tableDefinition } from '@qdn/aws/testing';
import { sharedTemplates } from '@qdn/packaging/shared-templates';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

type Statement = { Action: string[]; Resource: unknown[] };
type Properties = Record<string, unknown> & {
  Policies?: Array<{ PolicyDocument: { Statement: Statement[] } }>;
  Environment?: { Variables: Record<string, unknown> };
};
type Resources = Record<string, { Type: string; Properties: Properties }>;

/** Returns the CloudFormation that would be deployed; needs no credentials and no network. */
const packageWith = async (params: Record<string, string> = {}): Promise<Resources> => {
  const { 'job-api': template } = await sharedTemplates(repository, ['job-api'], params);
  return template?.Resources as Resources;
};

let resources: Resources;
let shared: Resources;
beforeAll(async () => {
  resources = await packageWith();
  shared = await packageWith({
    httpApi: 'shared',
    httpApiId: 'abc123',
    publicUrl: 'https://track.example',
    edgeKvsArn: 'arn:aws:cloudfront::000000000000:key-value-store/k',
  });
}, 120_000);

const ofType = (all: Resources, type: string) => Object.values(all).filter((resource) => resource.Type === type);
const routes = (all: Resources) => ofType(all, 'AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties);
const functions = (all: Resources) =>
  ofType(all, 'AWS::Lambda::Function').map(({ Properties }) => ({
    name: String(Properties['FunctionName']),
    runtime: Properties['Runtime'],
    variables: Properties.Environment?.Variables ?? {},
  }));

describe('the packaged stack', () => {
  test('has the routes of the design, and a preflight for each path', () => {
    expect(
      routes(resources)
        .map(({ RouteKey }) => RouteKey)
        .sort(),
    ).toEqual([
      'DELETE /api/jobs/{job_id}/tracking-links/{link_id}',
      'GET /api/attention',
      'GET /api/conversations',
      'GET /api/conversations/{conversation_id}',
      'GET /api/jobs',
      'GET /api/jobs/{job_id}',
      'GET /api/jobs/{job_id}/location',
      'GET /api/places',
      'GET /api/trailers',
      'GET /api/trailers/{trailer_id}',
      'GET /api/trailers/{trailer_id}/track',
      'GET /api/visits',
      'OPTIONS /api/attention',
      'OPTIONS /api/consents',
      'OPTIONS /api/consents/find',
      'OPTIONS /api/conversations',
      'OPTIONS /api/conversations/{conversation_id}',
      'OPTIONS /api/jobs',
      'OPTIONS /api/jobs/{job_id}',
      'OPTIONS /api/jobs/{job_id}/location',
      'OPTIONS /api/jobs/{job_id}/tracking-links',
      'OPTIONS /api/jobs/{job_id}/tracking-links/{link_id}',
      'OPTIONS /api/places',
      'OPTIONS /api/trailers',
      'OPTIONS /api/trailers/{trailer_id}',
      'OPTIONS /api/trailers/{trailer_id}/track',
      'OPTIONS /api/visits',
      'PATCH /api/jobs/{job_id}',
      'POST /api/consents/find',
      'POST /api/conversations/{conversation_id}',
      'POST /api/jobs',
      'POST /api/jobs/{job_id}/tracking-links',
      'PUT /api/consents',
    ]);
  });

  test('adds its routes to the shared HTTP API, or creates its own', () => {
    expect(ofType(resources, 'AWS::ApiGatewayV2::Api')).toHaveLength(1);
    expect(ofType(shared, 'AWS::ApiGatewayV2::Api')).toEqual([]);
    for (const { ApiId } of routes(shared)) expect(ApiId).toBe('abc123');
    expect(routes(shared)).toHaveLength(routes(resources).length);
  });

  test('has the table that the tests use, under the product’s name, with point-in-time recovery and kept on deletion', () => {
    const [table] = ofType(resources, 'AWS::DynamoDB::Table');
    const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = tableDefinition('JobsTable');
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        TableName: 'qdn-jobs',
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        AttributeDefinitions,
        KeySchema,
        GlobalSecondaryIndexes,
      },
    });
  });

  test('gives each function only the configuration that it needs', () => {
    expect(functions(resources)).toHaveLength(18);
    for (const { name, runtime, variables } of functions(shared)) {
      expect(name.length).toBeLessThanOrEqual(64);
      expect(runtime).toBe('nodejs24.x');
      expect(variables['PUBLIC_URL']).toBe('https://track.example');
      expect('PLACES' in variables).toBe(name.includes('find-places'));
      expect('EDGE_KVS_ARN' in variables).toBe(name.includes('revoke-tracking-link'));
    }
  });

  test('gives each function only the permissions that it uses, each on one table, index, secret or store', () => {
    const may = Object.fromEntries(
      Object.entries(shared)
        .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
        .map(([name, { Properties }]) => [name, Properties.Policies?.[0]?.PolicyDocument.Statement]),
    );
    for (const statements of Object.values(may)) {
      for (const { Action, Resource } of statements ?? []) {
        expect(Action.join()).not.toContain('*');
        // The only `*` are a log group's streams; secrets end in six characters that AWS chooses.
        const arns = JSON.stringify(Resource).replace(/log-group:[^"]*:\*/g, '');
        expect(arns).not.toContain('*');
      }
    }
    const onTables = (role: string) =>
      (may[role] ?? []).flatMap(({ Action }) => Action).filter((action) => action.startsWith('dynamodb:'));
    expect(Object.fromEntries(Object.keys(may).map((role) => [role, onTables(role)]))).toEqual({
      GetJobRole: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Query'],
      GetLocationRole: ['dynamodb:GetItem', 'dynamodb:Query'],
      ListJobsRole: ['dynamodb:GetItem', 'dynamodb:Query'],
      ListTrailersRole: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Query'],
      GetAttentionRole: ['dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:Query'],
      ListConversationsRole: ['dynamodb:BatchGetItem', 'dynamodb:Query'],
      GetConversationRole: ['dynamodb:GetItem', 'dynamodb:Query'],
      ChangeConversationRole: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      GetTrackRole: ['dynamodb:Query'],
      ListVisitsRole: ['dynamodb:GetItem', 'dynamodb:Query'],
      FindConsentsRole: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:Query'],
      FindPlacesRole: ['dynamodb:GetItem', 'dynamodb:Query'],
      GetTrailerRole: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Query'],
      CreateJobRole: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      UpdateJobRole: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Query', 'dynamodb:Query'],
      CreateTrackingLinkRole: ['dynamodb:GetItem'],
      RevokeTrackingLinkRole: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      // It puts the consent into the queue of the relay.
      SetConsentRole: [],
    });
  });
});
