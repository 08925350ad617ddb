import { fileURLToPath } from 'node:url';
import type { Template } from '@qdn/cloudformation/template';
import { KVS_ARN } from '@qdn/emulator-aws/key-value-store';
import { sharedTemplates } from '@qdn/packaging/shared-templates';

/* The packaged templates, packaged once for all suites. */

const repository = fileURLToPath(new URL('..', import.meta.url));

export const SERVICES = ['tracking-site', 'job-api', 'telemetry-ingest', 'sms-relay'] as const;

/** ARN of the phone number that the second carrier sends from. */
export const SECOND_IDENTITY = 'arn:aws:sms-voice:us-east-1:000000000000:phone-number/phone-1';
export const SECOND_NUMBER = '+15125550143';

/** Params of a deployment with every option: one shared HTTP API, all carriers, alarms by email. */
export const EVERYTHING = {
  httpApi: 'shared',
  httpApiId: 'api',
  publicUrl: 'https://track.example.com',
  edgeKvsArn: KVS_ARN,
  carriers: JSON.stringify([{ name: 'twilio' }, { name: 'aws', identity: SECOND_IDENTITY, number: SECOND_NUMBER }]),
  alarmEmail: 'owner@example.com',
};

/** Returns the services' templates with these params, as new objects. */
export const templatesWith = (
  params: Readonly<Record<string, string>> = {},
  services: readonly string[] = SERVICES,
): Promise<Record<string, Template>> => sharedTemplates(repository, services, params);
