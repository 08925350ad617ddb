import type { Wire } from '@qdn/contracts';
import { validate as isTokenKeys } from '@qdn/contracts/validators/tokenKeys';
import { CommandError } from './command-error.ts';

/** The selected installation. Without a stage, it is the local system. */
export type Where = { stage?: string; region?: string };

/** Returns the AWS region: the option, the AWS CLI's setting, else the default of sls. */
export const regionOf = ({ region }: Where, environment: NodeJS.ProcessEnv): string =>
  region ?? environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'] ?? 'us-east-1';

/** The services with the prefixes of their stacks' names (`service` in each serverless.yml), in the order of deployment. */
export const STACKS = {
  'tracking-site': 'qdn-tracking-site',
  'job-api': 'job-api',
  'telemetry-ingest': 'telemetry-ingest',
  'sms-relay': 'sms-relay',
} as const;
export const stackOf = (service: keyof typeof STACKS, stage: string): string => `${STACKS[service]}-${stage}`;

/** Returns the public address of a stage. @throws CommandError when it is not deployed */
export const readPublicUrl = async (region: string, stage: string): Promise<string> => {
  const { readOutputs } = await import('@qdn/site-publishing/deploy');
  try {
    return (await readOutputs({ region }, stackOf('tracking-site', stage))).PublicUrl;
  } catch (error) {
    if (error instanceof Error && /does not exist|has no output/.test(error.message))
      throw new CommandError(
        `The stack ${stackOf('tracking-site', stage)} in ${region} is missing or not complete. Deploy it with: npm run deploy -- --stage ${stage}. Or choose another --stage or --region.`,
        { cause: error },
      );
    throw error;
  }
};

/** Returns the signing keys of tokens. @throws CommandError when there are none */
export const readTokenKeys = async (region: string): Promise<Wire<'tokenKeys'>> => {
  const { createSecretsClient } = await import('@qdn/aws/secrets');
  const { createSecretVersions } = await import('@qdn/aws/secret-versions');
  const keys: unknown = (await createSecretVersions(createSecretsClient({ region })).read('qdn/tokens', 'AWSCURRENT'))
    ?.value;
  if (isTokenKeys(keys)) return keys;
  throw new CommandError(
    `AWS Secrets Manager in ${region} has no ${keys === undefined ? '' : 'valid '}secret qdn/tokens. Create it with: ./qdn secrets push`,
  );
};

/** Returns the message for an error of AWS that the user can act on; null for any other error. */
export const awsInWords = (error: Error): string | null => {
  if (/CredentialsProviderError|CredentialsError/.test(error.name))
    return 'No AWS credentials were found. Set AWS_PROFILE, or sign in with: aws sso login';
  if (
    /AccessDenied|UnrecognizedClient|InvalidClientTokenId|ExpiredToken|InvalidSignature|SignatureDoesNotMatch|Forbidden/.test(
      error.name,
    )
  )
    return `AWS refuses: ${error.message} (${error.name})`;
  return null;
};
