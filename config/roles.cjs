/*
 * Creates one IAM role per function, without wildcards. A function behind a route may read the secrets that its authentication
 * needs
 * (config/routes.cjs). resources/roles.cjs of its service adds the rest:
 *
 *     module.exports = rolesFor('job-api', ({ jobsTable }) => ({ 'get-job': [allow(['dynamodb:GetItem'], table(jobsTable))] }));
 */
const { company } = require('./company.cjs');
const { authenticationSecrets, roleId } = require('./routes.cjs');
const { checkedStage } = require('./stage.cjs');

const arn = (resource) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:${resource}` });
const regional = (service, resource) => arn(`${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`);

const allow = (actions, ...resources) => ({ Effect: 'Allow', Action: actions, Resource: resources });
const table = (name) => regional('dynamodb', `table/${name}`);
const queue = (name) => regional('sqs', name);
const index = (name, indexName) => regional('dynamodb', `table/${name}/index/${indexName}`);
// Secrets Manager appends six random characters to the name in a secret's ARN. This pattern for them is the documented one.
const secret = (name) => regional('secretsmanager', `secret:${name}-??????`);
const readSecret = (name) => allow(['secretsmanager:GetSecretValue'], secret(name));

// Arrival times use Amazon Location when config/company.json says so.
const router =
  company?.router?.engine === 'amazon-location'
    ? [allow(['geo-routes:CalculateRoutes'], arn(`geo-routes:\${AWS::Region}::provider/default`))]
    : [];

// Addresses are looked up with Amazon Location unless config/company.json names another geocoder.
const geocoder =
  (company?.geocoder?.engine ?? 'amazon-location') === 'amazon-location'
    ? [allow(['geo-places:Geocode', 'geo-places:SearchText'], arn(`geo-places:\${AWS::Region}::provider/default`))]
    : [];

const role = (service, functionName, statements) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    Policies: [
      {
        PolicyName: 'own',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            // The suffix matches the log streams of this one group.
            allow(
              ['logs:CreateLogStream', 'logs:PutLogEvents'],
              regional('logs', `log-group:/aws/lambda/${service}-${functionName}:*`),
            ),
            ...statements,
          ],
        },
      },
    ],
  },
});

/** Params that statements may use, with their defaults. */
const PARAMS = {
  jobsTable: 'qdn-jobs',
  locationsTable: 'qdn-job-locations',
  edgeKvsArn: 'none',
};

/**
 * Returns a resources file for serverless.yml: `${file(resources/roles.cjs)}`.
 * @param functions takes the params, returns each function's statements; a function of a route without any may be left out
 */
const rolesFor =
  (service, functions) =>
  async ({ resolveVariable }) => {
    const stage = checkedStage(await resolveVariable('sls:stage'));
    const params = {};
    for (const [name, fallback] of Object.entries(PARAMS))
      params[name] = await resolveVariable(`param:${name}, '${fallback}'`);
    const secrets = authenticationSecrets(service);
    const statements = {
      ...Object.fromEntries(Object.keys(secrets).map((name) => [name, []])),
      ...(await functions(params, resolveVariable)),
    };
    return {
      Resources: Object.fromEntries(
        Object.entries(statements).map(([name, own]) => [
          roleId(name),
          role(`${service}-${stage}`, name, [...(secrets[name] ?? []).map(readSecret), ...own]),
        ]),
      ),
    };
  };

module.exports = { allow, regional, table, index, queue, readSecret, router, geocoder, rolesFor };
