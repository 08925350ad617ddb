import type { Template } from '@qdn/cloudformation/template';

/*
 * Draws a service from its packaged template, in Mermaid's flowchart syntax: the triggers of each function and the resources
 * that its role allows.
 */

type Resources = Template['Resources'];
type Edge = { from: string; to: string; label: string };
type Shape = (id: string, name: string) => string;

const SHAPES = {
  function: (id, name) => `${id}(["${name}"])`,
  table: (id, name) => `${id}[("${name}")]`,
  queue: (id, name) => `${id}[["${name}"]]`,
  bucket: (id, name) => `${id}[/"${name}"/]`,
  secret: (id, name) => `${id}{{"${name}"}}`,
  other: (id, name) => `${id}["${name}"]`,
} satisfies Record<string, Shape>;
type Kind = keyof typeof SHAPES;
export type Node = { kind: Kind; name: string };

/** Returns the short name of a resource: without account, region and stage. */
const nameOf = (id: string, resources: Resources): Node | null => {
  const { Type = '', Properties = {} } = resources[id] ?? {};
  const text = (property: string): string => {
    const value: unknown = Properties[property];
    return typeof value === 'string' ? value : String(Object(value)['Fn::Sub'] ?? '');
  };
  switch (Type) {
    case 'AWS::Lambda::Function':
      return { kind: 'function', name: text('FunctionName').replace(/^.*-dev-/, '') };
    case 'AWS::DynamoDB::Table':
      return { kind: 'table', name: text('TableName') };
    case 'AWS::SQS::Queue':
      return { kind: 'queue', name: text('QueueName') };
    case 'AWS::S3::Bucket':
      // Bucket of sls for deployment packages.
      return id === 'ServerlessDeploymentBucket'
        ? null
        : { kind: 'bucket', name: text('BucketName').replace(/-\$\{.*$/, '') };
    case 'AWS::SNS::Topic':
      return { kind: 'other', name: `topic ${text('TopicName') || 'of the alarms'}` };
    case 'AWS::CloudFront::Function':
      return { kind: 'function', name: 'viewer-request' };
    case 'AWS::CloudFront::Distribution':
      return { kind: 'other', name: 'CloudFront' };
    case 'AWS::CloudFront::KeyValueStore':
      return { kind: 'other', name: 'KeyValueStore' };
    case 'AWS::ApiGatewayV2::Api':
      return { kind: 'other', name: 'HTTP API' };
    default:
      return null;
  }
};

/** Returns the node that an IAM resource points at, if the picture has it. */
const targetOf = (resource: unknown, resources: Resources): Node | null => {
  const text = JSON.stringify(resource);
  const logical = /"Fn::GetAtt":\["(\w+)"/.exec(text)?.[1] ?? /"Ref":"(\w+)"/.exec(text)?.[1] ?? '';
  const own = nameOf(logical, resources);
  if (own) return own;
  const secret = /secret:(qdn\/[\w-]*\w)/.exec(text)?.[1];
  if (secret) return { kind: 'secret', name: secret };
  const table = /table\/([\w-]+)/.exec(text)?.[1];
  if (table) return { kind: 'table', name: table };
  const queue = /:sqs:[^"]*:([\w-]+)"/.exec(text)?.[1];
  if (queue) return { kind: 'queue', name: queue };
  const bucket = /(qdn-compliance-log)/.exec(text)?.[1];
  if (bucket) return { kind: 'bucket', name: bucket };
  if (/sms-voice/.test(text)) return { kind: 'other', name: 'AWS End User Messaging' };
  if (/geo-routes/.test(text)) return { kind: 'other', name: 'Amazon Location' };
  if (/cloudfront.*key-value-store|edgeKvs|kvs/i.test(text)) return { kind: 'other', name: 'KeyValueStore' };
  return null;
};

const READS = /:(Get|Query|BatchGet|Describe|List|Receive|Scan)/;
/** Every consumer of a queue has these actions, so they say nothing about the function. */
const PLUMBING = /^(logs|xray|kms):|sqs:(DeleteMessage|GetQueueAttributes|ReceiveMessage|ChangeMessageVisibility)/;

const verbOf = (actions: readonly string[]): string => {
  if (actions.some((action) => /sqs:SendMessage/.test(action))) return 'sends';
  const reads = actions.some((action) => READS.test(action));
  const writes = actions.some((action) => !READS.test(action));
  return reads && writes ? 'reads, writes' : writes ? 'writes' : 'reads';
};

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/** Returns the resources that a function's role allows, with the kind of access. */
const reachOf = (fn: Record<string, unknown>, resources: Resources): Array<{ to: Node; verb: string }> => {
  const role = /"Fn::GetAtt":\["(\w+)"/.exec(JSON.stringify(fn['Role']))?.[1] ?? '';
  const actions = new Map<string, { to: Node; actions: string[] }>();
  for (const policy of listOf(resources[role]?.Properties?.['Policies']))
    for (const statement of listOf(Object(Object(policy).PolicyDocument).Statement)) {
      const allowed = listOf(Object(statement).Action)
        .map(String)
        .filter((action) => !PLUMBING.test(action));
      if (allowed.length === 0) continue;
      for (const resource of listOf(Object(statement).Resource)) {
        const to = targetOf(resource, resources);
        if (!to) continue;
        const known = actions.get(to.name) ?? { to, actions: [] };
        known.actions.push(...allowed);
        actions.set(to.name, known);
      }
    }
  return [...actions.values()].map(({ to, actions: all }) => ({ to, verb: verbOf(all) }));
};

const idOf = (name: string): string => name.replaceAll(/[^\w-]+/g, '_').replaceAll('-', '_');

/** Returns everything that the picture shows of a template. */
export const graphOf = (template: Template): { nodes: Node[]; edges: Edge[] } => {
  const resources = template.Resources;
  const nodes = new Map<string, Node>();
  const edges: Edge[] = [];
  const node = (one: Node): string => {
    nodes.set(one.name, nodes.get(one.name) ?? one);
    return one.name;
  };
  const link = (from: Node, to: Node, label: string): void =>
    void edges.push({ from: node(from), to: node(to), label });
  const api: Node = { kind: 'other', name: 'HTTP API' };
  const refersTo = (value: unknown): Node | null => targetOf(value, resources);

  for (const [id, { Type, Properties = {} }] of Object.entries(resources)) {
    const self = nameOf(id, resources);
    if (self) node(self);
    if (Type === 'AWS::Lambda::Function' && self)
      for (const { to, verb } of reachOf(Properties, resources)) link(self, to, verb);
    if (Type === 'AWS::ApiGatewayV2::Route') {
      const integration = JSON.stringify(Properties['Target']).match(/"Ref":"(\w+)"/)?.[1] ?? '';
      const fn = refersTo(resources[integration]?.Properties?.['IntegrationUri']);
      const key = String(Properties['RouteKey']);
      if (fn && !key.startsWith('OPTIONS')) link(api, fn, key);
    }
    if (Type === 'AWS::Lambda::EventSourceMapping') {
      const [queue, fn] = [refersTo(Properties['EventSourceArn']), refersTo(Properties['FunctionName'])];
      if (queue && fn) link(queue, fn, 'calls');
    }
    if (Type === 'AWS::Events::Rule') {
      const schedule: Node = {
        kind: 'other',
        name: `every ${/rate\((.*)\)/.exec(String(Properties['ScheduleExpression']))?.[1]}`,
      };
      for (const target of listOf(Properties['Targets'])) {
        const to = refersTo(Object(target).Arn);
        if (to) link(schedule, to, to.kind === 'queue' ? 'sends' : 'calls');
      }
    }
    if (Type === 'AWS::SNS::Subscription') {
      const [topic, to] = [refersTo(Properties['TopicArn']), refersTo(Properties['Endpoint'])];
      if (topic) link(topic, to ?? { kind: 'other', name: 'the owner’s mail' }, 'sends');
    }
    if (Type === 'AWS::CloudFront::Distribution' && self) {
      const text = JSON.stringify(Properties);
      for (const [other, { Type: type }] of Object.entries(resources)) {
        const to = nameOf(other, resources);
        if (!to || !text.includes(`"${other}`)) continue;
        if (type === 'AWS::S3::Bucket') link(self, to, 'page, widget, streets');
        if (type === 'AWS::CloudFront::Function') link(self, to, 'asks before its cache');
      }
      link(self, api, '/api/*');
    }
    if (
      Type === 'AWS::CloudFront::Function' &&
      self &&
      JSON.stringify(Properties).includes('KeyValueStoreAssociations')
    )
      link(self, { kind: 'other', name: 'KeyValueStore' }, 'reads');
    const redrive = Object(Properties['RedrivePolicy']).deadLetterTargetArn;
    const dead = redrive ? refersTo(redrive) : null;
    if (self && dead) link(self, dead, 'gives up');
  }
  return { nodes: [...nodes.values()], edges };
};

/** Returns the service as a Mermaid flowchart. Arrows between the same two nodes are merged, with all their labels. */
export const drawService = (template: Template): string => {
  const { nodes, edges } = graphOf(template);
  const merged = new Map<string, Edge & { labels: string[] }>();
  for (const edge of edges) {
    const key = `${edge.from} ${edge.to}`;
    const known = merged.get(key) ?? { ...edge, labels: [] };
    if (!known.labels.includes(edge.label)) known.labels.push(edge.label);
    merged.set(key, known);
  }
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
  const lines = [...merged.values()].map(
    ({ from, to, labels }) => `  ${idOf(from)} -->|"${labels.toSorted().join('<br>')}"| ${idOf(to)}`,
  );
  return [
    'flowchart LR',
    ...nodes.toSorted(byName).map(({ kind, name }) => `  ${SHAPES[kind](idOf(name), name)}`),
    ...lines.toSorted(),
  ].join('\n');
};
