/** A deployed function's variables, and the values that differ on this machine. */
export type Deployed = {
  name: string;
  variables: Readonly<Record<string, unknown>>;
  given: Readonly<Record<string, string>>;
  /** Address of the recorder in front of the emulated AWS. */
  aws: string;
  /** Address of the Twilio emulator. */
  twilioUrl: string;
};

/** Returns the carriers of a deployment as JSON, with Twilio at its emulator. */
const carriersAt = (carriers: unknown, twilioUrl: string): string =>
  JSON.stringify(
    (JSON.parse(String(carriers)) as Array<{ name: string }>).map((carrier) =>
      carrier.name === 'twilio' ? { ...carrier, apiUrl: twilioUrl } : carrier,
    ),
  );

/** Returns the environment of a function: only the variables that it is deployed with, and the AWS SDK's. The access key ID is its name. */
export const environmentOf = ({ name, variables, given, aws, twilioUrl }: Deployed): Record<string, string> => {
  const values: Record<string, string> = { ...given, TWILIO_API_URL: twilioUrl };
  if ('CARRIERS' in variables) values['CARRIERS'] = carriersAt(variables['CARRIERS'], twilioUrl);
  return {
    ...Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, values[key] ?? String(value)])),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: name,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: aws,
  };
};
