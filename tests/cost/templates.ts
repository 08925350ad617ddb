import { eventSourceMappingsOf } from '@qdn/cloudformation/resources';
import type { Template } from '@qdn/cloudformation/template';
import type { Stack } from '@qdn/cost';
import { KVS_ARN } from '@qdn/emulator-aws/key-value-store';
import { functionsOf } from '../privileges/policies.ts';

/* Reads the billed resources from the packaged templates. */

export const PARAMS = { httpApi: 'shared', httpApiId: 'cost', publicUrl: 'replaced', edgeKvsArn: KVS_ARN };

/** A schedule that calls a function, or sends its input to the relay's queue. `everyMin` is the interval in minutes. */
export type Schedule = { everyMin: number; functionName: string | null; input: string };

/** Returns the schedules of a service. @throws Error for a schedule that is not a rate in minutes */
export const schedulesOf = (template: Template): Schedule[] => {
  const functions = functionsOf(template);
  return Object.values(template.Resources).flatMap(({ Type, Properties }) => {
    if (Type !== 'AWS::Events::Rule') return [];
    const [, minutes] = /^rate\((\d+) minutes?\)$/.exec(String(Properties?.['ScheduleExpression'])) ?? [];
    if (!minutes)
      throw new Error(
        `The schedule ${Properties?.['ScheduleExpression']} is unknown. Add it to tests/cost/templates.ts`,
      );
    const targets = JSON.stringify(Properties?.['Targets']);
    const functionName = functions.find(({ logicalId }) => targets.includes(`"${logicalId}"`))?.name ?? null;
    const input = String(Object(Properties?.['Targets'])[0]?.Input ?? '{}');
    return [{ everyMin: Number(minutes), functionName, input }];
  });
};

/** Returns the memory of each function in MB, by name. */
export const memoriesOf = (template: Template): Map<string, number> =>
  new Map(
    functionsOf(template).map(({ name, logicalId }) => [
      name,
      Number(template.Resources[logicalId]?.Properties?.['MemorySize']),
    ]),
  );

/** Returns the resources with a monthly price. */
export const stackOf = (templates: Readonly<Record<string, Template>>): Stack => {
  const all = Object.values(templates);
  const ofType = (type: string) =>
    all.flatMap((template) => Object.values(template.Resources)).filter(({ Type }) => Type === type);
  const watched = ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => {
    const several: unknown = Properties?.['Metrics'];
    return Array.isArray(several) ? several.filter(({ MetricStat }) => MetricStat).length : 1;
  });
  const functions = ofType('AWS::Lambda::Function');
  const secrets = [...JSON.stringify(functions).matchAll(/"[A-Z_]+_SECRET_ID":"([^"]+)"/g)].map(([, name]) => name);
  return {
    alarmMetrics: watched.reduce((sum, one) => sum + one, 0),
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
    secrets: new Set(secrets).size,
    polledQueues: all.flatMap(eventSourceMappingsOf).length,
    memoryMb: Math.max(...functions.map(({ Properties }) => Number(Properties?.['MemorySize']))),
  };
};
