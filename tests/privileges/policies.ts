import { resolve, resourcesOf, type Template } from '@qdn/cloudformation/template';

/** An action on a resource, both with the wildcards `*` and `?`. */
export type Permission = { action: string; resource: string };

type Statement = { Effect: string; Action: string[]; Resource: string[] };

/** Actions that Lambda and its event source mappings use with a function's role. The function itself uses none of them. */
const POLLING = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const LOGGING = ['logs:CreateLogStream', 'logs:PutLogEvents'];

const nameOf = (text: unknown): string => String(text).replace(/^[a-z-]+?-dev-/, '');

/** Returns the functions of a packaged service, with their name in serverless.yml, logical ID, role, entry and variables. */
export const functionsOf = (template: Template) =>
  resourcesOf({ ...template, Resources: withoutRoles(template) }, 'AWS::Lambda::Function').map(
    ({ logicalId, properties }) => {
      const role = Object(template.Resources[logicalId]?.Properties?.['Role'])['Fn::GetAtt']?.[0];
      return {
        logicalId,
        name: nameOf(properties['FunctionName']),
        deployedName: String(properties['FunctionName']),
        role: String(role),
        handler: String(properties['Handler']),
        variables: Object(Object(properties['Environment']).Variables) as Record<string, string>,
      };
    },
  );

/** `Role` is a GetAtt of a resource that has no ARN on this machine. */
const withoutRoles = ({ Resources }: Template): Template['Resources'] =>
  Object.fromEntries(
    Object.entries(Resources).map(([id, resource]) =>
      resource.Type === 'AWS::Lambda::Function'
        ? [id, { ...resource, Properties: { ...resource.Properties, Role: 'none', Code: 'none' } }]
        : [id, resource],
    ),
  );

/** Returns the permissions of a role, one by one. */
export const permissionsOf = (template: Template, role: string): Permission[] => {
  const policies = resolve(template.Resources[role]?.Properties?.['Policies'], template);
  if (!Array.isArray(policies)) throw new Error(`The role ${role} has no policies`);
  const statements: Statement[] = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  return statements.flatMap(({ Effect, Action, Resource }) => {
    if (Effect !== 'Allow') throw new Error(`The role ${role} has a statement that is not Allow`);
    return Action.flatMap((action) => Resource.map((resource) => ({ action, resource })));
  });
};

/** Returns Lambda's own calls for a function: writing its log, and reading the queue that triggers it. */
export const doneByLambda = (template: Template, logicalId: string, deployedName: string): Permission[] => {
  const queues = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping')
    .filter(({ Properties }) => JSON.stringify(Properties?.['FunctionName']).includes(`"${logicalId}"`))
    .map(({ Properties }) => String(resolve(Properties?.['EventSourceArn'], template)));
  return [
    ...LOGGING.map((action) => ({
      action,
      resource: `arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/${deployedName}:*`,
    })),
    ...queues.flatMap((resource) => POLLING.map((action) => ({ action, resource }))),
  ];
};

/** Returns whether a permission allows this call. */
export const permits = ({ action, resource }: Permission, call: Permission): boolean => {
  const source = resource
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return action === call.action && new RegExp(`^${source}$`).test(call.resource);
};
