/*
 * One IAM role per function, without wildcards. A service's resources/roles.cjs says what each function may do:
 *
 *     module.exports = rolesFor({ 'get-job': [allow(['dynamodb:GetItem'], table('jobsTable'))] });
 */
const { company } = require('./company.cjs');
const { checkedStage } = require('./stage.cjs');

const arn = (resource) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:${resource}` });
const regional = (service, resource) => arn(`${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`);

const allow = (actions, ...resources) => ({ Effect: 'Allow', Action: actions, Resource: resources });
const table = (name) => regional('dynamodb', `table/${name}`);
const queue = (name) => regional('sqs', name);
const index = (name, indexName) => regional('dynamodb', `table/${name}/index/${indexName}`);
// Secrets Manager appends six random characters to a secret's name in its ARN; this is the documented way to name one.
const secret = (name) => regional('secretsmanager', `secret:${name}-??????`);

// Arrival times ask Amazon Location where config/company.json says so.
const router =
  company?.router?.engine === 'amazon-location'
    ? [allow(['geo-routes:CalculateRoutes'], arn(`geo-routes:\${AWS::Region}::provider/default`))]
    : [];

const logicalId = (functionName) =>
  `${functionName.replace(/(^|-)(\w)/g, (_, __, letter) => letter.toUpperCase())}Role`;

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
            // The suffix stands for the log streams of this one group.
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

/** What the statements may be about, with each param's default. */
const PARAMS = {
  jobsTable: 'qdn-jobs',
  locationsTable: 'qdn-job-locations',
  edgeKvsArn: 'none',
  secondCarrier: 'none',
  secondCarrierIdentity: 'none',
};

/** A resources file for serverless.yml: `${file(resources/roles.cjs)}`. `functions` maps each function to its statements. */
const rolesFor =
  (service, functions) =>
  async ({ resolveVariable }) => {
    const stage = checkedStage(await resolveVariable('sls:stage'));
    const params = {};
    for (const [name, fallback] of Object.entries(PARAMS))
      params[name] = await resolveVariable(`param:${name}, '${fallback}'`);
    const Resources = {};
    for (const [name, statements] of Object.entries(functions(params))) {
      Resources[logicalId(name)] = role(`${service}-${stage}`, name, statements);
    }
    return { Resources };
  };

module.exports = { allow, regional, table, index, queue, secret, router, rolesFor };
