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

/** The stores of one installation, with the names of the relay's resources in them. */
export type Cloud = ReturnType<typeof connectCloud> & {
  /** Name of the installation, as errors print it. */
  place: string;
  tableName: string;
  logBucket: () => Promise<string>;
  /** Logs of the functions: a folder on this machine, or a prefix of log groups. */
  functionLogs: { folder: string } | { groups: string };
};

/** Returns the stores that the options name. @throws CommandError when the local system is not running */
const findCloud = (options: CloudOptions, { environment, repository }: Surroundings): Cloud => {
  if (options.stage !== undefined) {
    const region = regionOf(options, environment);
    const clients = connectCloud({ region, endpoints: null });
    return {
      ...clients,
      place: `AWS in ${region}`,
      tableName: options.table ?? 'qdn-jobs',
      functionLogs: { groups: `/aws/lambda/${stackOf('sms-relay', options.stage)}-` },
      // The bucket's name has the account ID, which is in a queue's ARN.
      logBucket: async () => {
        if (options.bucket) return options.bucket;
        const { arn } = await findQueue(clients.sqs, INBOUND_QUEUE);
        return `qdn-compliance-log-${arn.split(':')[4]}-${region}`;
      },
    };
  }
  const file = join(repository, '.local', 'local.json');
  const { cloud }: Local = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  if (!cloud)
    throw new CommandError(
      'The local system is not running. Start it with: npm start. Or name a deployed system: --stage prod.',
    );
  const { dynamodb, sqs, s3, jobsTable, logBucket, logs } = cloud;
  return {
    ...connectCloud({ region: 'us-east-1', endpoints: { dynamodb, sqs, s3 } }),
    place: 'the local system',
    tableName: options.table ?? jobsTable,
    functionLogs: { folder: logs },
    logBucket: async () => options.bucket ?? logBucket,
  };
};

/** Returns the message for an error of AWS that the user can act on; null for any other error. */
const inWords = (error: Error, place: string): string | null => {
  if (/NoSuchBucket/.test(error.name))
    return `${place} has no bucket of that name. Name the bucket of the log with --bucket.`;
  if (/QueueDoesNotExist|NonExistentQueue/.test(`${error.name} ${error.message}`))
    return `${place} has no queue of that name. Check that sms-relay is deployed there, or choose another region with --region.`;
  if (/ResourceNotFoundException/.test(error.name))
    return `${place} has no table or log of that name. Check that sms-relay is deployed there, or choose another region with --region.`;
  const byAws = awsInWords(error);
  if (byAws !== null) return byAws;
  if (/InvalidObjectState/.test(error.name))
    return 'A part of the log is in an archive tier that cannot be read immediately. Restore it in S3, or start later with --from.';
  const code = 'code' in error ? String(error.code) : '';
  if (/ECONNREFUSED|ENOTFOUND|ETIMEDOUT|TimeoutError/.test(`${code} ${error.name}`))
    return `${place} does not answer. Check that it is running.`;
  return null;
};

/** Runs `work` with the stores of an installation, then closes them. @throws CommandError for an error that the user can act on */
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
