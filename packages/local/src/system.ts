import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { inboundWebhooks } from '@qdn/carrier-twilio/webhooks';
import { bucketsOf, eventSourceMappingsOf, schedulesOf } from '@qdn/cloudformation/resources';
import { ACCOUNT, REGION, type Template } from '@qdn/cloudformation/template';
import { CompanyError, type CompanyFile, type FoundCompany, findCompany, readCompanyFile } from '@qdn/company';
import { type AccountId, DEFAULT_JOB_PREFIX, type LinkId, parseJobId, parseTrailerId } from '@qdn/domain';
import { clientSettings } from '@qdn/emulator-aws/client-settings';
import { type Cloud, startCloud } from '@qdn/emulator-aws/cloud';
import { startEventSourceMapping } from '@qdn/emulator-aws/event-source-mapping';
import { KVS_ARN } from '@qdn/emulator-aws/key-value-store';
import { invokeOver } from '@qdn/emulator-aws/lambda';
import { startSchedules } from '@qdn/emulator-aws/schedules';
import { awsSms } from '@qdn/emulator-carriers/aws-sms';
import { type CarrierEmulator, startCarrierEmulator } from '@qdn/emulator-carriers/emulator';
import { type Edge, readDistribution, readRoutes, startEdge } from '@qdn/emulator-cloudfront';
import { createKeyring, signToken } from '@qdn/lambda';
import { lockFolder } from '@qdn/local-server/folder-lock';
import { expectFree } from '@qdn/local-server/listen';
import { StartError } from '@qdn/local-server/start-error';
import { OWNER_FILE, readOwnerFile } from '@qdn/owner-credentials/owner-file';
import { packageServices } from '@qdn/packaging/package-services';
import { buildSite } from '@qdn/site-publishing/build';
import { connectLocal, type LocalSite, publishSite } from '@qdn/site-publishing/deploy';
import type { Running } from './banner.ts';
import { createApi } from './demo/api.ts';
import { type Api, startFleet, stateOfT1 } from './demo/fleet.ts';
import { startHostPage } from './demo/host-page.ts';
import { demoCustomers, demoJobIds, demoJobs } from './demo/jobs.ts';
import type { Ports } from './options.ts';
import type { RunningService } from './services/service-process.ts';
import { startServices } from './services/start-services.ts';

const API_SERVICES = ['job-api', 'telemetry-ingest', 'sms-relay'] as const;
const YEAR_MS = 365 * 24 * 3_600_000;
const DEMO_LINK_MS = 30 * 24 * 3_600_000;

/** The second carrier's account on this machine: when Twilio is broken on the Phones page, it takes over. */
const SECOND_CARRIER = {
  identity: `arn:aws:sms-voice:${REGION}:${ACCOUNT}:phone-number/phone-local`,
  number: '+15125550143',
  configurationSet: 'qdn-relay',
} as const;

export type SystemOptions = {
  repository: string;
  /** Where everything is kept: `.local` of the repository, or a folder of a test. */
  folder: string;
  ports: Ports;
  fresh: boolean;
  /** Folder of packaged templates; `packaged/` in the folder unless it is given. */
  packages?: string;
  demo: boolean;
  /** The owner's Twilio credentials (`.secrets/qdn.env`); without that file, or without a name for it, they are made up. */
  ownerFile?: string;
  /** Texts go through Twilio itself, with the owner's credentials. Without it the stand-in takes them, whosever they are. */
  realTwilio?: { publicUrl: string } | null;
  /** For a drill: the longest that a message that failed stays away from its function, in s. */
  comeBackWithinS?: number;
  /** What is happening, a line each. */
  progress: (line: string) => void;
  /** Something that was running has ended by itself; nothing can go on. */
  onCrash: (sentence: string) => void;
};

export type System = Running & {
  /** What it is made of, for drills that break it. */
  parts: { cloud: Cloud; edge: Edge; carrierEmulator: CarrierEmulator | null; services: readonly RunningService[] };
  stop(): Promise<void>;
};

/** Written when the first start is complete: a folder without it was left half-written. */
const COMPLETE = 'complete.json';

const prepareFolder = (folder: string, fresh: boolean): { startedAt: number; isNew: boolean } => {
  if (fresh) {
    for (const part of ['data', 'site', COMPLETE, 'secrets.json', 'edge.json', 'twilio.json', 'local.json', 'logs']) {
      rmSync(join(folder, part), { recursive: true, force: true });
    }
  }
  mkdirSync(join(folder, 'logs'), { recursive: true });
  try {
    const { startedAt } = JSON.parse(readFileSync(join(folder, COMPLETE), 'utf8'));
    if (typeof startedAt === 'number') return { startedAt, isNew: false };
  } catch {
    // Absent on the first start, or not complete: told apart below.
  }
  const begun = ['data', 'secrets.json', 'edge.json', COMPLETE].filter((part) => exists(join(folder, part)));
  if (begun.length > 0) {
    throw new StartError(
      `An earlier start was cut off and left ${folder} half-written (${begun.join(', ')}). Begin anew: npm start -- --fresh`,
    );
  }
  return { startedAt: Date.now(), isNew: true };
};

const exists = (path: string): boolean => {
  try {
    readFileSync(path);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EISDIR';
  }
};

/**
 * Starts everything on this machine: the embedded cloud, the services, the Twilio stand-in, the edge and the demo.
 * @throws StartError with a sentence for the person at the terminal; what had been started is stopped again
 */
export const startSystem = async (options: SystemOptions): Promise<System> => {
  const { repository, folder, ports, progress } = options;
  const began = performance.now();
  const stops: Array<() => Promise<void> | void> = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  const keep = <T extends { close(): Promise<void> | void }>(started: T): T => {
    stops.push(() => started.close());
    return started;
  };
  try {
    const found = findCompany(repository, process.env);
    const company = companyOf(found);
    const { jobPrefix = DEFAULT_JOB_PREFIX } = company;
    const owner = options.ownerFile ? readOwnerFile(options.ownerFile) : null;
    if (options.realTwilio && !owner) {
      throw new StartError(
        `--twilio real needs your Twilio credentials in ${OWNER_FILE}. To have the file written that you only fill in: ./qdn secrets init`,
      );
    }
    stops.push(lockFolder(folder));
    const { startedAt } = prepareFolder(folder, options.fresh);
    await expectFree(ports.edge, 'the edge');
    await expectFree(ports.storage, 'SQS and S3');
    for (const [name, service] of Object.entries(ports.services))
      for (const port of Object.values(service)) await expectFree(port, name);

    progress('Reading the services’ templates (the first time they are packaged)');
    const names = [...API_SERVICES, 'tracking-site'];
    const templates = await packageServices(repository, names, options.packages ?? join(folder, 'packaged'), progress);
    const siteTemplate = templateOf(templates, 'tracking-site');

    progress('DynamoDB, SQS, S3, secrets');
    const cloud = keep(
      await startCloud({
        folder,
        ports,
        templates: Object.values(templates),
        owner,
        twilio: options.realTwilio ? 'real' : 'stand-in',
      }),
    );
    const { endpoints, keyValues, queueUrl, secrets } = cloud;
    keyValues.put('track-keys', JSON.stringify(secrets.tokens.track));

    const sqs = new SQSClient({ ...clientSettings(endpoints.sqs), useQueueUrlAsEndpoint: false });
    stops.push(() => sqs.destroy());

    const edgeUrl = `http://localhost:${ports.edge}`;
    const publicUrl = options.realTwilio?.publicUrl ?? edgeUrl;
    const webhooks = inboundWebhooks(publicUrl);
    const startStandIn = async (): Promise<CarrierEmulator> => {
      progress(
        `Stand-ins for Twilio and AWS’s SMS, with the Phones page${owner ? `; it takes the credentials of ${OWNER_FILE}` : ''}`,
      );
      const { admin, pendingAdmin, sender, generation } = secrets;
      return keep(
        await startCarrierEmulator({
          port: ports.twilio,
          statePath: join(folder, 'twilio.json'),
          accountSid: admin.accountSid,
          generation,
          authTokens: [admin.authToken, ...(pendingAdmin ? [pendingAdmin.authToken] : [])],
          apiKeys: [{ sid: sender.apiKeySid, secret: sender.apiKeySecret }],
          numbers: [{ number: company.textNumber, name: company.name, ...webhooks }],
          phones: [
            ...demoCustomers(jobPrefix).map((customer) => ({ ...customer, role: 'customer' as const })),
            ...company.contacts.map(({ name, phone }) => ({ name, number: phone, role: 'dispatcher' as const })),
            ...(company.operator ? [{ name: 'Operator', number: company.operator, role: 'dispatcher' as const }] : []),
          ],
          others: [
            awsSms({
              ...SECOND_CARRIER,
              port: ports.awsSms,
              name: `${company.name} over AWS`,
              // The topics' subscription: raw, into the relay's queue.
              publish: async (body) => {
                await sqs.send(
                  new SendMessageCommand({ QueueUrl: queueUrl('qdn-inbound-messages'), MessageBody: body }),
                );
              },
            }),
          ],
        }),
      );
    };
    const carrierEmulator = options.realTwilio ? null : await startStandIn();

    progress('The tracking page');
    const bucket = nameOfBucket(siteTemplate, 'SiteBucket');
    const site: LocalSite = {
      SiteBucketName: bucket,
      DistributionId: 'LOCAL',
      EdgeKvsArn: KVS_ARN,
      PublicUrl: edgeUrl,
      s3: endpoints.s3,
      keyValues: endpoints.keyValueStore,
      cloudFront: endpoints.keyValueStore,
      secretsManager: endpoints.secretsManager,
    };
    await publish(site, join(folder, 'site'));

    progress('The services');
    const params = {
      httpApi: 'shared',
      httpApiId: 'local',
      publicUrl,
      edgeKvsArn: KVS_ARN,
      storage: 'given',
      queueUrl: queueUrl('qdn-inbound-messages'),
      unverifiedQueueUrl: queueUrl('qdn-unverified-messages'),
      logBucket: nameOfBucket(templateOf(templates, 'sms-relay'), 'MessageLog'),
      ...(carrierEmulator
        ? {
            twilioApiUrl: carrierEmulator.url,
            carriers: JSON.stringify([
              { name: 'twilio' },
              { name: 'aws', identity: SECOND_CARRIER.identity, number: SECOND_CARRIER.number },
            ]),
          }
        : {}),
    };
    const { services, stop: stopServices } = await startServices({
      repository,
      folder,
      services: Object.fromEntries(
        API_SERVICES.map((name) => [name, { template: templateOf(templates, name), ports: ports.services[name] }]),
      ),
      params,
      environment: {
        ...ownEnvironment(),
        ...cloud.environment,
        ...(carrierEmulator ? { AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: carrierEmulator.urlOf('aws') ?? '' } : {}),
      },
      onCrash: options.onCrash,
      onRestart: progress,
      watch: true,
      onBundleError: progress,
    });
    stops.push(stopServices);

    for (const service of services) {
      for (const mapping of eventSourceMappingsOf(templateOf(templates, service.name))) {
        const trigger = startEventSourceMapping({
          mapping,
          queueUrl: queueUrl(mapping.queueArn.slice(mapping.queueArn.lastIndexOf(':') + 1)),
          sqs,
          invoke: invokeOver(service.lambdaUrl),
          ...(options.comeBackWithinS === undefined ? {} : { comeBackWithinS: options.comeBackWithinS }),
          onError: (error) => log(folder, 'trigger', error instanceof Error ? error.message : String(error)),
        });
        stops.push(() => trigger.stop());
      }
    }

    const onScheduleError = (error: unknown) =>
      log(folder, 'schedule', error instanceof Error ? error.message : String(error));
    const schedules = Object.values(templates).flatMap(schedulesOf);
    stops.push(startSchedules(schedules, (arn) => queueUrl(arn.slice(arn.lastIndexOf(':') + 1)), sqs, onScheduleError));

    progress('The edge');
    const edge = keep(
      await startEdge({
        port: ports.edge,
        distribution: readDistribution(siteTemplate),
        kvs: keyValues,
        apiOrigins: services.map(({ name, httpUrl }) => ({
          service: name,
          url: httpUrl,
          routes: readRoutes(templates[name]),
        })),
        siteOrigin: `${endpoints.s3}/${bucket}`,
        log: (line) => log(folder, 'edge', line),
      }),
    );
    cloud.invalidations.listen(edge.invalidate);

    const keyring = createKeyring(secrets.tokens);
    const operatorToken = signToken({ kind: 'operator', label: 'npm start' }, keyring, Date.now() + YEAR_MS);
    const deviceToken = (trailerId: string): string => {
      const id = parseTrailerId(trailerId);
      if (!id) throw new Error(`${trailerId} is no trailer ID`);
      return signToken({ kind: 'device', trailerId: id }, keyring, Date.now() + YEAR_MS);
    };
    const api = createApi({ edgeUrl, operatorToken, deviceToken });
    let jobs: Running['jobs'] = [];
    if (options.demo) {
      progress('The demo: three jobs, four trailers');
      const ids = demoJobIds(jobPrefix);
      await seed(api, ids, startedAt);
      const fleet = startFleet(api, ids, startedAt, (error) =>
        log(folder, 'demo', error instanceof Error ? error.message : String(error)),
      );
      stops.push(() => fleet.stop());
      const listed = await api.listJobs();
      jobs = listed.map((job) => ({
        id: job.id,
        customer: job.customerName,
        status: job.status,
        trailers: [...job.trailers],
        link: `${edgeUrl}/track?job_id=${trackingToken(keyring, job.id, job.accountId, startedAt)}`,
      }));
    }
    // The demo drives its own trailers, whoever the company is.
    const ownTrailer = (options.demo ? undefined : company.trailers?.[0]?.id) ?? 'T1';
    const shown = jobs.find(({ status }) => status === 'in_transit') ?? jobs[0];
    const shownToken = shown && new URL(shown.link).searchParams.get('job_id');
    const hostPage = shownToken ? keep(await startHostPage(ports.hostPage, edgeUrl, shownToken)) : null;
    writeFileSync(
      join(folder, 'local.json'),
      JSON.stringify(
        {
          edgeUrl,
          publicUrl,
          phonesUrl: carrierEmulator?.url ?? null,
          secretsFile: join(folder, 'secrets.json'),
          secretsUrl: endpoints.secretsManager,
          site,
          twilioUrl: carrierEmulator?.url ?? null,
          cloud: {
            dynamodb: endpoints.dynamodb,
            sqs: endpoints.sqs,
            s3: endpoints.s3,
            jobsTable: 'qdn-jobs',
            logBucket: params.logBucket,
            logs: join(folder, 'logs'),
          },
        },
        null,
        2,
      ),
    );
    writeFileSync(join(folder, COMPLETE), JSON.stringify({ startedAt }));
    return {
      edgeUrl,
      phonesUrl: carrierEmulator?.url ?? null,
      hostPageUrl: hostPage?.url ?? null,
      realTwilio: options.realTwilio
        ? { accountSid: secrets.admin.accountSid, number: company.textNumber, ...webhooks }
        : null,
      jobs,
      operatorToken,
      company: {
        name: company.name,
        file: found.name,
        isExample: found.isExample,
        jobPrefix,
        stop: exampleStop(company, options.demo),
      },
      deviceToken: { trailerId: ownTrailer, token: deviceToken(ownTrailer) },
      logDirectory: relative(repository, join(folder, 'logs')),
      seconds: (performance.now() - began) / 1000,
      parts: { cloud, edge, carrierEmulator, services },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** @throws StartError with everything that is wrong with the company file */
const companyOf = (found: FoundCompany): CompanyFile => {
  try {
    return readCompanyFile(found);
  } catch (error) {
    if (error instanceof CompanyError) throw new StartError(error.message);
    throw error;
  }
};

/** A place for the example of a new job: one of the company's own, without what only its file has. */
const exampleStop = ({ stops = [] }: CompanyFile, isDemo: boolean): Running['company']['stop'] => {
  const [first] = stops;
  return first && !isDemo ? { kind: first.kind, address: first.address, lat: first.lat, lon: first.lon } : null;
};

const templateOf = (templates: Readonly<Record<string, Template>>, name: string): Template => {
  const template = templates[name];
  if (!template) throw new Error(`${name} was not packaged`);
  return template;
};

const nameOfBucket = (template: Template, logicalId: string): string => {
  const bucket = bucketsOf(template).find((each) => each.logicalId === logicalId);
  if (!bucket) throw new Error(`No service has the bucket ${logicalId}`);
  return bucket.name;
};

/** This process's environment without real credentials, and without a proxy on the way to this machine. */
const ownEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^AWS_|PROXY$/i.test(name)));

/** Builds the page and publishes it as a deployment does; a page that is rolled out to some of the jobs stays so. */
const publish = async (local: LocalSite, outDirectory: string): Promise<void> => {
  const site = await buildSite(outDirectory);
  const connected = connectLocal(local);
  const { candidate = null, percent = 0, pages = {} } = (await connected.to.rollout.read()) ?? {};
  const isCandidate = candidate !== null && pages[candidate] === site.hash;
  await publishSite(site, connected.to, isCandidate ? percent : 100, Date.now());
};

/** Creates the demo's jobs through the API, unless an earlier start did, and puts each into its state. */
const seed = async (
  api: Api & Pick<ReturnType<typeof createApi>, 'createJob'>,
  ids: ReturnType<typeof demoJobIds>,
  startedAt: number,
): Promise<void> => {
  for (const job of demoJobs(startedAt, ids)) await api.createJob(job);
  await api.setState(ids.t1, stateOfT1(startedAt, Date.now()));
  await api.setState(ids.t2, { status: 'at_site', currentStop: 0 });
};

/** The same link at each start, so that an open page goes on working. */
const trackingToken = (
  keyring: ReturnType<typeof createKeyring>,
  id: string,
  accountId: string,
  startedAt: number,
): string => {
  const jobId = parseJobId(id);
  if (!jobId) throw new Error(`${id} is no job ID`);
  return signToken(
    { kind: 'track', jobId, accountId: accountId as AccountId, linkId: 'demolink' as LinkId },
    keyring,
    startedAt + DEMO_LINK_MS,
  );
};

const log = (folder: string, name: string, line: string): void => {
  writeFileSync(join(folder, 'logs', `${name}.log`), `${new Date().toISOString()} ${line}\n`, { flag: 'a' });
};
