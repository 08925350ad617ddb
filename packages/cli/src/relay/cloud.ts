import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectCloud, findQueue } from '@qdn/aws/operator';
import { CommandError } from '../connection.ts';
import { awsInWords, regionOf, stackOf, type Where } from '../deployed.ts';
import type { Surroundings } from '../surroundings.ts';

export type CloudOptions = Where & {
  bucket?: string;
  table?: string;
};

export const INBOUND_QUEUE = 'qdn-inbound-messages';
export const UNVERIFIED_QUEUE = 'qdn-unverified-messages';

type Local = {
  cloud?: { dynamodb: string; sqs: string; s3: string; jobsTable: string; logBucket: string; logs: string };
};

/** One installation's stores, with the names of what the relay keeps there. */
export type Cloud = ReturnType<typeof connectCloud> & {
  /** Where it is, for sentences. */
  place: string;
  tableName: string;
  logBucket: () => Promise<string>;
  /** Where the functions' logs are: a folder here, or a prefix of log groups. */
  functionLogs: { folder: string } | { groups: string };
};

/** @throws CommandError when there is none */
const findCloud = (options: CloudOptions, { environment, repository }: Surroundings): Cloud => {
  if (options.stage !== undefined) {
    const region = regionOf(options, environment);
    const clients = connectCloud({ region, endpoints: null });
    return {
      ...clients,
      place: `AWS in ${region}`,
      tableName: options.table ?? 'qdn-jobs',
      functionLogs: { groups: `/aws/lambda/${stackOf('sms-relay', options.stage)}-` },
      // Named after the account, which a queue's ARN tells.
      logBucket: async () => {
        if (options.bucket) return options.bucket;
        const { arn } = await findQueue(clients.sqs, INBOUND_QUEUE);
        return `qdn-message-log-${arn.split(':')[4]}-${region}`;
      },
    };
  }
  const file = join(repository, '.local', 'local.json');
  const { cloud }: Local = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  if (!cloud)
    throw new CommandError('Nothing runs here. Start it with npm start, or say which deployed system: --stage prod.');
  const { dynamodb, sqs, s3, jobsTable, logBucket, logs } = cloud;
  return {
    ...connectCloud({ region: 'us-east-1', endpoints: { dynamodb, sqs, s3 } }),
    place: 'the local system',
    tableName: options.table ?? jobsTable,
    functionLogs: { folder: logs },
    logBucket: async () => options.bucket ?? logBucket,
  };
};

/** What AWS's errors mean for the person at the terminal; null for what is no mistake of theirs. */
const inWords = (error: Error, place: string): string | null => {
  if (/NoSuchBucket/.test(error.name)) return `${place} has no such bucket. Name that of the log with --bucket.`;
  if (/QueueDoesNotExist|NonExistentQueue/.test(`${error.name} ${error.message}`))
    return `${place} has no such queue. Is sms-relay deployed there? Another region: --region.`;
  if (/ResourceNotFoundException/.test(error.name))
    return `${place} has no such table or log. Is sms-relay deployed there? Another region: --region.`;
  const byAws = awsInWords(error);
  if (byAws !== null) return byAws;
  if (/InvalidObjectState/.test(error.name))
    return 'A part of the log is archived where it cannot be read at once. Restore it in S3, or begin later with --from.';
  const code = 'code' in error ? String(error.code) : '';
  if (/ECONNREFUSED|ENOTFOUND|ETIMEDOUT|TimeoutError/.test(`${code} ${error.name}`))
    return `${place} does not answer. Is it running?`;
  return null;
};

/** Works with an installation's stores, and lets go of them in the end. @throws CommandError in words for a person */
export const withCloud = async <T>(
  options: CloudOptions,
  surroundings: Surroundings,
  work: (cloud: Cloud) => Promise<T>,
): Promise<T> => {
  const cloud = findCloud(options, surroundings);
  try {
    return await work(cloud);
  } catch (error) {
    const words = error instanceof Error && !(error instanceof CommandError) ? inWords(error, cloud.place) : null;
    throw words === null ? error : new CommandError(words, { cause: error });
  } finally {
    cloud.close();
  }
};
