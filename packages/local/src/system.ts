import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { callWebhooks, inboundWebhooks } from '@qdn/carrier-twilio/webhook-addresses';
import type { Template } from '@qdn/cloudformation/template';
import { CompanyError, type CompanyFile, type FoundCompany, findCompany, readCompanyFile } from '@qdn/company';
import { DEFAULT_JOB_PREFIX } from '@qdn/domain';
import { clientSettings } from '@qdn/emulator-aws/client-settings';
import { type Cloud, startCloud } from '@qdn/emulator-aws/cloud';
import { KVS_ARN } from '@qdn/emulator-aws/key-value-store';
import type { CarrierEmulator } from '@qdn/emulator-carriers/emulator';
import { type Edge, readDistribution, readRoutes, startEdge } from '@qdn/emulator-cloudfront';
import { lockFolder } from '@qdn/local-server/folder-lock';
import { expectFree } from '@qdn/local-server/listen';
import { StartError } from '@qdn/local-server/start-error';
import { OWNER_FILE, type OwnerCredentials, readOwnerFile } from '@qdn/owner-credentials/owner-file';
import { packageServices } from '@qdn/packaging/package-services';
import type { LocalSite } from '@qdn/site-publishing/deploy';
import type { Running } from './banner.ts';
import { createApi } from './demo/api.ts';
import { PARKED_EXAMPLE } from './demo/fleet.ts';
import { startHostPage } from './demo/host-page.ts';
import { startDemo } from './demo/start-demo.ts';
import { carrierEnvironment, carrierParams, startLocalCarriers } from './local-carriers.ts';
import { ensureSecrets, type LocalSecrets, telnyxOf } from './local-secrets.ts';
import { localSite, nameOfBucket, publishLocalSite } from './local-site.ts';
import { createLocalTokens, type LocalTokens } from './local-tokens.ts';
import type { Ports } from './options.ts';
import type { RunningService } from './services/service-process.ts';
import { startServices } from './services/start-services.ts';
import { appendLog, markComplete, prepareStateFolder } from './state-folder.ts';
import { startTriggers } from './triggers.ts';

const API_SERVICES = ['job-api', 'telemetry-ingest', 'sms-relay'] as const;
const INBOUND_QUEUE = 'qdn-inbound-messages';
const UNVERIFIED_QUEUE = 'qdn-unverified-messages';

export type SystemOptions = {
  repository: string;
  /** Folder of all state: `.local` of the repository, or a folder of a test. */
  folder: string;
  ports: Ports;
  fresh: boolean;
  /** Folder of packaged templates; `packaged/` in the folder unless it is given. */
  packages?: string;
  demo: boolean;
  /** The owner's Twilio credentials (`.secrets/qdn.env`). Without a file, the credentials are generated. */
  ownerFile?: string;
  /** Sends texts through the real Twilio, with the owner's credentials. Without it they go to the emulator. */
  realTwilio?: { publicUrl: string } | null;
  /** For a drill: maximum time before a failed message is delivered to its function again, in s. */
  comeBackWithinS?: number;
  /** Takes one line for each step. */
  progress: (line: string) => void;
  /** Called when a part ends by itself, so that the system cannot continue. */
  onCrash: (sentence: string) => void;
};

export type System = Running & {
  /** Parts of the system, for drills that break them. */
  parts: {
    cloud: Cloud;
    secrets: LocalSecrets;
    edge: Edge;
    carrierEmulator: CarrierEmulator | null;
    services: readonly RunningService[];
  };
  stop(): Promise<void>;
};

type Templates = Readonly<Record<string, Template>>;

/** Returns the company. @throws StartError with every error in the company file */
const companyOf = (found: FoundCompany): CompanyFile => {
  try {
    return readCompanyFile(found);
  } catch (error) {
    if (error instanceof CompanyError) throw new StartError(error.message);
    throw error;
  }
};

/** @throws StartError when real texts are asked for without the owner's credentials */
const ownerOf = ({ ownerFile, realTwilio }: SystemOptions): OwnerCredentials | null => {
  const owner = ownerFile ? readOwnerFile(ownerFile) : null;
  if (realTwilio && !owner) {
    throw new StartError(
      `--twilio real needs your Twilio credentials in ${OWNER_FILE}. This command writes the file for you to fill in: ./qdn secrets init`,
    );
  }
  return owner;
};

const expectFreePorts = async ({ edge, storage, services }: Ports): Promise<void> => {
  await expectFree(edge, 'the edge');
  await expectFree(storage, 'SQS and S3');
  for (const [name, service] of Object.entries(services))
    for (const port of Object.values(service)) await expectFree(port, name);
};

/** Returns the stop for the example of a new job: one of the company's own. */
const exampleStop = ({ stops = [] }: CompanyFile, isDemo: boolean): Running['company']['stop'] => {
  const [first] = stops;
  return first && !isDemo ? { kind: first.kind, address: first.address, lat: first.lat, lon: first.lon } : null;
};

/** The place of the examples for a company without stops. */
const EXAMPLE_PLACE = { lat: 30.2747, lon: -97.7404 };

/** Returns the trailer of the examples, and a place where it can be. The demo has trailers of its own, whatever the company has. */
const exampleDevice = (
  { stops = [], trailers = [] }: CompanyFile,
  isDemo: boolean,
): Omit<Running['deviceToken'], 'token'> => {
  if (isDemo) return PARKED_EXAMPLE;
  const { lat, lon } = stops[0] ?? EXAMPLE_PLACE;
  return { trailerId: trailers[0]?.id ?? 'T1', place: { lat, lon } };
};

const templateOf = (templates: Readonly<Record<string, Template>>, name: string): Template => {
  const template = templates[name];
  if (!template) throw new Error(`${name} was not packaged`);
  return template;
};

/** Returns the environment without AWS credentials, and without a proxy for requests to this machine. */
const ownEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^AWS_|PROXY$/i.test(name)));

/** Starts the parts of the local system in order, and stops them in the opposite order. */
class SystemStarter {
  readonly #options: SystemOptions;
  readonly #stops: Array<() => Promise<void> | void> = [];
  readonly #edgeUrl: string;
  readonly #publicUrl: string;

  constructor(options: SystemOptions) {
    this.#options = options;
    this.#edgeUrl = `http://localhost:${options.ports.edge}`;
    this.#publicUrl = options.realTwilio?.publicUrl ?? this.#edgeUrl;
  }

  async stop(): Promise<void> {
    for (const one of this.#stops.splice(0).reverse()) await one();
  }

  async start(): Promise<System> {
    const { repository, folder, ports, progress, realTwilio = null, demo } = this.#options;
    const began = performance.now();
    const found = findCompany(repository, process.env);
    const company = companyOf(found);
    const { jobPrefix = DEFAULT_JOB_PREFIX } = company;
    const owner = ownerOf(this.#options);
    this.#stops.push(lockFolder(folder));
    const startedAt = prepareStateFolder(folder, this.#options.fresh);
    await expectFreePorts(ports);

    const templates = await this.#package();
    const cloud = await this.#startCloud(templates);
    const secrets = this.#ensureSecrets(cloud, owner);
    const { endpoints } = cloud;
    const sqs = new SQSClient({ ...clientSettings(endpoints.sqs), useQueueUrlAsEndpoint: false });
    this.#stops.push(() => sqs.destroy());
    const webhooks = { ...inboundWebhooks(this.#publicUrl), ...callWebhooks(this.#publicUrl) };
    const publish = async (body: string): Promise<void> => {
      await sqs.send(new SendMessageCommand({ QueueUrl: cloud.queueUrl(INBOUND_QUEUE), MessageBody: body }));
    };
    if (!realTwilio) {
      const credentials = owner ? `, with the credentials of ${OWNER_FILE}` : '';
      progress(`Emulators of Twilio and AWS SMS, with the Phones page${credentials}`);
      if (telnyxOf(owner) || company.deployment?.carriers?.some(({ name }) => name === 'telnyx'))
        progress('Telnyx: a number and a key of this machine. Your own are not used, and not copied');
    }
    const carrierEmulator = realTwilio
      ? null
      : this.#keep(
          await startLocalCarriers({
            folder,
            ports,
            company,
            jobPrefix,
            secrets,
            webhooks,
            publish,
            publicUrl: this.#publicUrl,
          }),
        );

    progress('The tracking page');
    const site = localSite(templateOf(templates, 'tracking-site'), this.#edgeUrl, endpoints);
    await publishLocalSite(site, join(folder, 'site'));
    const services = await this.#startServices(templates, cloud, sqs, carrierEmulator);
    const edge = await this.#startEdge(templates, cloud, services, site);

    const tokens = createLocalTokens(secrets.tokens);
    const operatorToken = tokens.operator();
    const jobs = demo ? await this.#startDemo(tokens, operatorToken, jobPrefix, startedAt) : [];
    const hostPageUrl = await this.#startHostPage(jobs);
    this.#writeAddresses(
      cloud,
      carrierEmulator,
      site,
      nameOfBucket(templateOf(templates, 'sms-relay'), 'ComplianceLog'),
    );
    markComplete(folder, startedAt);
    const device = exampleDevice(company, demo);
    return {
      edgeUrl: this.#edgeUrl,
      phonesUrl: carrierEmulator?.url ?? null,
      hostPageUrl,
      realTwilio: realTwilio ? { accountSid: secrets.admin.accountSid, number: company.textNumber, ...webhooks } : null,
      jobs,
      operatorToken,
      company: {
        name: company.name,
        file: found.name,
        isExample: found.isExample,
        jobPrefix,
        stop: exampleStop(company, demo),
      },
      deviceToken: { ...device, token: tokens.device(device.trailerId) },
      logDirectory: relative(repository, join(folder, 'logs')),
      seconds: (performance.now() - began) / 1000,
      parts: { cloud, secrets, edge, carrierEmulator, services },
      stop: () => this.stop(),
    };
  }

  #keep<T extends { close(): Promise<void> | void }>(started: T): T {
    this.#stops.push(() => started.close());
    return started;
  }

  #log(name: string, line: string): void {
    appendLog(this.#options.folder, name, line);
  }

  #package(): Promise<Templates> {
    const { repository, folder, packages, progress } = this.#options;
    progress('Reading the services’ templates (the first start packages them)');
    const names = [...API_SERVICES, 'tracking-site'];
    return packageServices(repository, names, packages ?? join(folder, 'packaged'), progress);
  }

  async #startCloud(templates: Templates): Promise<Cloud> {
    const { folder, ports, progress } = this.#options;
    progress('DynamoDB, SQS, S3, secrets');
    return this.#keep(await startCloud({ folder, ports, templates: Object.values(templates) }));
  }

  /** Fills the emulated Secrets Manager, and gives the edge its token keys. */
  #ensureSecrets({ keyValues }: Cloud, owner: OwnerCredentials | null): LocalSecrets {
    const { folder, realTwilio } = this.#options;
    const secrets = ensureSecrets(join(folder, 'secrets.json'), owner, realTwilio ? 'real' : 'emulator');
    keyValues.put('track-keys', JSON.stringify(secrets.tokens.track));
    return secrets;
  }

  /** Starts the services, and the queues and schedules that trigger their functions. */
  async #startServices(
    templates: Templates,
    { queueUrl, environment }: Cloud,
    sqs: SQSClient,
    carriers: CarrierEmulator | null,
  ): Promise<readonly RunningService[]> {
    const { repository, folder, ports, onCrash, progress, comeBackWithinS } = this.#options;
    progress('The services');
    const { services, stop } = await startServices({
      repository,
      folder,
      services: Object.fromEntries(
        API_SERVICES.map((name) => [name, { template: templateOf(templates, name), ports: ports.services[name] }]),
      ),
      params: {
        httpApi: 'shared',
        httpApiId: 'local',
        publicUrl: this.#publicUrl,
        edgeKvsArn: KVS_ARN,
        storage: 'given',
        queueUrl: queueUrl(INBOUND_QUEUE),
        unverifiedQueueUrl: queueUrl(UNVERIFIED_QUEUE),
        logBucket: nameOfBucket(templateOf(templates, 'sms-relay'), 'ComplianceLog'),
        ...carrierParams(carriers),
      },
      environment: { ...ownEnvironment(), ...environment, ...carrierEnvironment(carriers) },
      onCrash,
      onRestart: progress,
      watch: true,
      onBundleError: progress,
    });
    this.#stops.push(stop);
    const log = (name: string, line: string): void => this.#log(name, line);
    const drill = comeBackWithinS === undefined ? {} : { comeBackWithinS };
    this.#stops.push(...startTriggers({ services, templates, sqs, queueUrl, log, ...drill }));
    return services;
  }

  async #startEdge(
    templates: Templates,
    { keyValues, endpoints, invalidations }: Cloud,
    services: readonly RunningService[],
    site: LocalSite,
  ): Promise<Edge> {
    const { ports, progress } = this.#options;
    progress('The edge');
    const edge = this.#keep(
      await startEdge({
        port: ports.edge,
        distribution: readDistribution(templateOf(templates, 'tracking-site')),
        kvs: keyValues,
        apiOrigins: services.map(({ name, httpUrl }) => ({
          service: name,
          url: httpUrl,
          routes: readRoutes(templates[name]),
        })),
        siteOrigin: `${endpoints.s3}/${site.SiteBucketName}`,
        log: (line) => this.#log('edge', line),
      }),
    );
    invalidations.listen(edge.invalidate);
    return edge;
  }

  async #startDemo(
    tokens: LocalTokens,
    operatorToken: string,
    jobPrefix: string,
    startedAt: number,
  ): Promise<Running['jobs']> {
    this.#options.progress('The demo: three jobs, four trailers');
    const edgeUrl = this.#edgeUrl;
    const api = createApi({ edgeUrl, operatorToken, deviceToken: tokens.device });
    const onError = (error: unknown): void => this.#log('demo', error instanceof Error ? error.message : String(error));
    const { jobs, stop } = await startDemo({ api, tokens, edgeUrl, jobPrefix, startedAt, onError });
    this.#stops.push(stop);
    return jobs;
  }

  /** Starts a page of another site that has the widget of one of the jobs in it. */
  async #startHostPage(jobs: Running['jobs']): Promise<string | null> {
    const shown = jobs.find(({ status }) => status === 'in_transit') ?? jobs[0];
    const token = shown && new URL(shown.link).searchParams.get('job_id');
    if (!token) return null;
    return this.#keep(await startHostPage(this.#options.ports.hostPage, this.#edgeUrl, token)).url;
  }

  /** Writes `local.json`, from which commands find the local system. */
  #writeAddresses({ endpoints }: Cloud, carriers: CarrierEmulator | null, site: LocalSite, logBucket: string): void {
    const { folder } = this.#options;
    const addresses = {
      edgeUrl: this.#edgeUrl,
      publicUrl: this.#publicUrl,
      phonesUrl: carriers?.url ?? null,
      secretsFile: join(folder, 'secrets.json'),
      secretsUrl: endpoints.secretsManager,
      site,
      twilioUrl: carriers?.url ?? null,
      telnyxUrl: carriers?.urlOf('telnyx') ?? null,
      cloud: {
        dynamodb: endpoints.dynamodb,
        sqs: endpoints.sqs,
        s3: endpoints.s3,
        jobsTable: 'qdn-jobs',
        logBucket,
        logs: join(folder, 'logs'),
      },
    };
    writeFileSync(join(folder, 'local.json'), JSON.stringify(addresses, null, 2));
  }
}

/**
 * Starts everything on this machine: the emulators, the services, the tracking site and the demo.
 * @throws StartError with a sentence for the person at the terminal; the parts that had started are stopped again
 */
export const startSystem = async (options: SystemOptions): Promise<System> => {
  const starter = new SystemStarter(options);
  try {
    return await starter.start();
  } catch (error) {
    await starter.stop();
    throw error;
  }
};
