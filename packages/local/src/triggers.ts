import type { SQSClient } from '@aws-sdk/client-sqs';
import { eventSourceMappingsOf, schedulesOf } from '@qdn/cloudformation/resources';
import type { Template } from '@qdn/cloudformation/template';
import { startEventSourceMapping } from '@qdn/emulator-aws/event-source-mapping';
import { invokeOver } from '@qdn/emulator-aws/lambda';
import { startSchedules } from '@qdn/emulator-aws/schedules';
import type { RunningService } from './services/service-process.ts';

export type TriggersOptions = {
  services: readonly RunningService[];
  templates: Readonly<Record<string, Template>>;
  sqs: SQSClient;
  queueUrl: (name: string) => string;
  /** For a drill: maximum time before a failed message is delivered to its function again, in s. */
  comeBackWithinS?: number;
  log: (name: 'trigger' | 'schedule', line: string) => void;
};

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Starts the triggers of the functions: queues and schedules. @returns a function that stops each */
export const startTriggers = (options: TriggersOptions): Array<() => Promise<void> | void> => {
  const { services, templates, sqs, queueUrl, comeBackWithinS, log } = options;
  const urlOf = (arn: string): string => queueUrl(arn.slice(arn.lastIndexOf(':') + 1));
  const mappings = services.flatMap(({ name, lambdaUrl }) => {
    const template = templates[name];
    return (template ? eventSourceMappingsOf(template) : []).map((mapping) =>
      startEventSourceMapping({
        mapping,
        queueUrl: urlOf(mapping.queueArn),
        sqs,
        invoke: invokeOver(lambdaUrl),
        ...(comeBackWithinS === undefined ? {} : { comeBackWithinS }),
        onError: (error) => log('trigger', reasonOf(error)),
      }),
    );
  });
  const schedules = Object.values(templates).flatMap(schedulesOf);
  const stopSchedules = startSchedules(schedules, urlOf, sqs, (error) => log('schedule', reasonOf(error)));
  return [...mappings.map((mapping) => () => mapping.stop()), stopSchedules];
};
