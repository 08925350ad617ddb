import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from '@qdn/cloudformation/template';
import { packageServices } from '@qdn/packaging/package-services';
import { drawService } from './draw.ts';

export const SERVICES = ['tracking-site', 'job-api', 'telemetry-ingest', 'sms-relay'] as const;

/** As they are deployed with everything that can be had: the second carrier, and somebody to tell of alarms. */
const PARAMS = {
  httpApi: 'shared',
  httpApiId: 'api',
  publicUrl: 'https://track.example.com',
  edgeKvsArn: 'arn:aws:cloudfront::000000000000:key-value-store/kvs',
  secondCarrier: 'aws',
  secondCarrierIdentity: 'arn:aws:sms-voice:us-east-1:000000000000:phone-number/phone-1',
  secondCarrierNumber: '+15125550143',
  alarmEmail: 'owner@example.com',
};

/** The services' templates, packaged. @param folder to package into */
export const packaged = (repository: string, folder: string): Promise<Record<string, Template>> =>
  packageServices(repository, [...SERVICES], folder, undefined, PARAMS);

export const readPage = (repository: string): string =>
  readFileSync(join(repository, 'docs', 'architecture.md'), 'utf8');

/** The page with each service's picture drawn anew, between its two marks. */
export const redrawn = (page: string, templates: Readonly<Record<string, Template>>): string =>
  page.replaceAll(
    /(<!-- drawn: ([\w-]+) -->\n```mermaid\n)[\s\S]*?(\n```)/g,
    (whole, begin: string, service: string, end: string) => {
      const template = templates[service];
      return template ? `${begin}${drawService(template)}${end}` : whole;
    },
  );
