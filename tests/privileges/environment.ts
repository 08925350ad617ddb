/** A deployed function's variables, and the values that differ on this machine. */
export type Deployed = {
  name: string;
  variables: Readonly<Record<string, unknown>>;
  given: Readonly<Record<string, string>>;
  /** Address of the recorder in front of the emulated AWS. */
  aws: string;
  /** Address of the Twilio emulator. */
  twilioUrl: string;
  /** Addresses of the emulators of other carriers, by carrier. */
  otherUrls?: Readonly<Record<string, string>>;
};

/** Returns the carriers of a deployment as JSON, each at its emulator. */
const carriersAt = (carriers: unknown, urls: Readonly<Record<string, string>>): string =>
  JSON.stringify(
    (JSON.parse(String(carriers)) as Array<{ name: string }>).map((carrier) => {
      const apiUrl = urls[carrier.name];
      return apiUrl === undefined ? carrier : { ...carrier, apiUrl };
    }),
  );

/** Returns the environment of a function: only the variables that it is deployed with, and the AWS SDK's. The access key ID is its name. */
export const environmentOf = ({
  name,
  variables,
  given,
  aws,
  twilioUrl,
  otherUrls = {},
}: Deployed): Record<string, string> => {
  const values: Record<string, string> = { ...given, TWILIO_API_URL: twilioUrl };
  if ('CARRIERS' in variables)
    values['CARRIERS'] = carriersAt(variables['CARRIERS'], { ...otherUrls, twilio: twilioUrl });
  return {
    ...Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, values[key] ?? String(value)])),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: name,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: aws,
  };
};
