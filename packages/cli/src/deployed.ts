import type { Wire } from '@qdn/contracts';
import { validate as isTokenKeys } from '@qdn/contracts/validators/tokenKeys';
import { CommandError } from './command-error.ts';

/** Which installation. Without a stage, what `npm start` runs here. */
export type Where = { stage?: string; region?: string };

/** The AWS region: as said, as the AWS CLI is told, else where sls deploys by default. */
export const regionOf = ({ region }: Where, environment: NodeJS.ProcessEnv): string =>
  region ?? environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'] ?? 'us-east-1';

/** The services by the names that their stacks begin with (`service` in each serverless.yml), in the order of their deployment. */
export const STACKS = {
  'tracking-site': 'qdn-tracking-site',
  'job-api': 'job-api',
  'telemetry-ingest': 'telemetry-ingest',
  'sms-relay': 'sms-relay',
} as const;
export const stackOf = (service: keyof typeof STACKS, stage: string): string => `${STACKS[service]}-${stage}`;

/** The public address of a stage. @throws CommandError when it is not deployed */
export const readPublicUrl = async (region: string, stage: string): Promise<string> => {
  const { readOutputs } = await import('@qdn/site-publishing/deploy');
  try {
    return (await readOutputs({ region }, stackOf('tracking-site', stage))).PublicUrl;
  } catch (error) {
    if (error instanceof Error && /does not exist|has no output/.test(error.message))
      throw new CommandError(
        `There is no whole stack ${stackOf('tracking-site', stage)} in ${region}. Deploy it first: npm run deploy -- --stage ${stage}. Another stage: --stage, another region: --region.`,
        { cause: error },
      );
    throw error;
  }
};

/** The keys that tokens are signed with. @throws CommandError when there are none */
export const readTokenKeys = async (region: string): Promise<Wire<'tokenKeys'>> => {
  const { createSecretsClient } = await import('@qdn/aws/secrets');
  const { createSecretVersions } = await import('@qdn/aws/secret-versions');
  const keys: unknown = (await createSecretVersions(createSecretsClient({ region })).read('qdn/tokens', 'AWSCURRENT'))
    ?.value;
  if (isTokenKeys(keys)) return keys;
  throw new CommandError(
    `AWS Secrets Manager in ${region} has no secret qdn/tokens${keys === undefined ? '' : ' that can be used'}. Make it: ./qdn secrets push`,
  );
};

/** What AWS's errors mean for the person at the terminal; null for what is no mistake of theirs. */
export const awsInWords = (error: Error): string | null => {
  if (/CredentialsProviderError|CredentialsError/.test(error.name))
    return 'There are no AWS credentials here. Set AWS_PROFILE, or sign in with: aws sso login';
  if (
    /AccessDenied|UnrecognizedClient|InvalidClientTokenId|ExpiredToken|InvalidSignature|SignatureDoesNotMatch|Forbidden/.test(
      error.name,
    )
  )
    return `AWS refuses: ${error.message} (${error.name})`;
  return null;
};
