/*
 * Plays a day of the company on the running system, with as many faults as possible: requests and texts of customers,
 * dispatchers, trailers, viewers, operators and strangers.
 */
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type LinkId, parseAccountId, parseJobId, parseLinkId, parseTrailerId } from '@qdn/domain';
import { clientSettings } from '@qdn/emulator-aws/client-settings';
import type { CarrierEmulator } from '@qdn/emulator-carriers/emulator';
import { signatureOf } from '@qdn/emulator-carriers/twilio/signature';
import { signToken } from '@qdn/lambda/sign-token';
import { newTokenKeys } from '@qdn/lambda/testing';
import { createKeyring } from '@qdn/lambda/tokens';
import type { System } from '@qdn/local/system';
import { startQueueWatch } from '../queue-watch.ts';
import type { Canary, Place } from './search.ts';

const TEXT_NUMBER = '+15125550142';
const CUSTOMER = '+15125557361';
/** A dispatcher of the example company, since only known contacts may answer for it. */
const DISPATCHER = '+15125550171';
const STRANGER = '+15125558495';
const CUSTOMER_WORDS = 'the marmalade giraffe opens the gate';
const DISPATCHER_WORDS = 'a cobalt pelican drives tonight';
const STRANGER_WORDS = 'velvet anchors for sale';
const CUSTOMER_NAME = 'Zebulon Quillfeather';
const JOB = 'QDN-7301';
const SITE = { lat: 30.2747, lon: -97.7404 };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MOST_MS = 90_000;

const until = async <T>(what: () => Promise<T | undefined> | T | undefined, meaning: string): Promise<T> => {
  for (const deadline = Date.now() + MOST_MS; Date.now() < deadline; ) {
    const found = await what();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Timeout while waiting for ${meaning}`);
};

export type Day = {
  canaries: Canary[];
  /** Answers to refused requests, and to holders of only a tracking link. */
  answers: Place[];
};

type Ask = {
  method?: string;
  token?: string;
  json?: unknown;
  form?: URLSearchParams;
  headers?: Record<string, string>;
};

/** Returns a function that sends a request to the edge, or to a full URL, and keeps each refusal in `answers`. */
const createAsk =
  (edgeUrl: string, answers: Place[]) =>
  async (path: string, { method, token, json, form, headers = {} }: Ask = {}) => {
    const body = json === undefined ? form : JSON.stringify(json);
    const response = await fetch(path.startsWith('http') ? path : edgeUrl + path, {
      method: method ?? (body ? 'POST' : 'GET'),
      redirect: 'manual',
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const head = JSON.stringify([...response.headers]);
    if (response.status >= 400) answers.push({ name: `refusal ${response.status}`, content: `${head}\n${text}` });
    return { status: response.status, text, location: response.headers.get('location') ?? '' };
  };

type AddCanary = (kind: Canary['kind'], what: string, value: string) => string;

/** Returns functions that sign tokens with the current keyring, and record each as a canary. */
const createSigners = (keys: Parameters<typeof createKeyring>[0], canary: AddCanary) => {
  const signing = { keyring: createKeyring(keys) };
  const deviceFor = (trailer: string): string => {
    const trailerId = parseTrailerId(trailer);
    if (!trailerId) throw new Error(`${trailer} is not a trailer ID`);
    return canary(
      'token',
      'a device token',
      signToken({ kind: 'device', trailerId }, signing.keyring, Date.now() + DAY_MS),
    );
  };
  const linkFor = (id: string, expiresAt: number): string => {
    const [jobId, accountId, linkId] = [parseJobId(JOB), parseAccountId('quillfeather'), parseLinkId(id)];
    if (!jobId || !accountId || !linkId) throw new Error('No claims of a link');
    return canary(
      'token',
      'a tracking token',
      signToken({ kind: 'track', jobId, accountId, linkId }, signing.keyring, expiresAt),
    );
  };
  return { signing, deviceFor, linkFor };
};

/** Starts the clients of the system: requests, texts, tokens, and the canaries and answers that they leave. */
const createStage = (system: System, carrierEmulator: CarrierEmulator) => {
  const { cloud, secrets, services } = system.parts;
  const { edgeUrl, operatorToken } = system;
  const answers: Place[] = [];
  const canaries: Canary[] = [];
  const canary: AddCanary = (kind, what, value) => {
    canaries.push({ kind, what, value });
    return value;
  };
  const ask = createAsk(edgeUrl, answers);
  const asOperator = (path: string, rest: Ask = {}) => ask(path, { token: operatorToken, ...rest });
  const keepAnswer = (name: string, content: string): void => void answers.push({ name, content });
  const relayed = (words: string, to = DISPATCHER) =>
    until(
      () => carrierEmulator.messages().find((text) => text.to === to && text.body.includes(words)),
      `a text to ${to}: ${words}`,
    );
  const textIn = (from: string, body: string, photos = 0) => carrierEmulator.receive(from, TEXT_NUMBER, body, photos);
  /** Delivers an inbound text: Twilio's webhook is called until it gets an answer. */
  const arrive = async (from: string, body: string): Promise<void> => {
    const sid = textIn(from, body)?.sid ?? '';
    await until(() => {
      const webhook = carrierEmulator.messages().find((text) => text.sid === sid)?.webhook;
      if (webhook && webhook.status !== 200) carrierEmulator.repeat(sid);
      return webhook?.status === 200 ? true : undefined;
    }, `a webhook that is answered: ${body}`);
  };
  return {
    ...createSigners(secrets.tokens, canary),
    answers,
    canaries,
    canary,
    ask,
    asOperator,
    keepAnswer,
    relayed,
    textIn,
    arrive,
    carrierEmulator,
    cloud,
    secrets,
    services,
    edgeUrl,
    operatorToken,
    queues: startQueueWatch(cloud.endpoints.sqs, cloud.queueUrl),
    sqs: new SQSClient({ ...clientSettings(cloud.endpoints.sqs), useQueueUrlAsEndpoint: false }),
  };
};
type Stage = ReturnType<typeof createStage>;

const NEW_JOB = {
  id: JOB,
  accountId: 'quillfeather',
  kind: 'delivery',
  customer: { name: CUSTOMER_NAME, phone: CUSTOMER },
  stops: [{ kind: 'drop_off', address: '1100 Congress Ave', ...SITE }],
  trailers: ['T1'],
};

/** Returns the time now, as ISO 8601. */
const isoNow = () => new Date().toISOString();
/** Returns a fix of now, five kilometres from the site. */
const fix = () => ({ ...SITE, lat: SITE.lat - 0.05, at: isoNow(), accuracyM: 5, speedMps: 12 });
/** Returns a fix of now as the query of an OsmAnd client. */
const inQuery = () => `lat=30.23&lon=-97.74&timestamp=${Math.floor(Date.now() / 1000)}&speed=20&bearing=1&accuracy=5`;

/** Records the values that the system must keep to itself from the start. */
const plantCanaries = (stage: Stage): void => {
  const { canary, operatorToken, secrets } = stage;
  const { admin, sender, tokens } = secrets;
  canary('secret', 'the Auth Token', admin.authToken);
  canary('secret', 'the API key’s secret', sender.apiKeySecret);
  for (const [audience, { current }] of Object.entries(tokens))
    canary('secret', `the key of ${audience} tokens`, current.key);
  canary('number', 'the customer’s number', CUSTOMER);
  canary('number', 'the dispatcher’s number', DISPATCHER);
  canary('number', 'a stranger’s number', STRANGER);
  canary('words', 'the customer’s words', CUSTOMER_WORDS);
  canary('words', 'the dispatcher’s words', DISPATCHER_WORDS);
  canary('words', 'a stranger’s words', STRANGER_WORDS);
  canary('words', 'the customer’s name', CUSTOMER_NAME);
  canary('token', 'an operator token', operatorToken);
};

/** Creates a job, sends requests that are not valid, and creates a tracking link. @returns the link */
const createJob = async (stage: Stage): Promise<{ link: string; linkId: LinkId }> => {
  const { canary, asOperator } = stage;
  await asOperator('/api/jobs', { json: NEW_JOB });
  await asOperator('/api/jobs', { json: NEW_JOB });
  await asOperator('/api/jobs', {
    json: { ...NEW_JOB, id: CUSTOMER_WORDS, customer: { name: CUSTOMER_NAME, phone: `${CUSTOMER}x` } },
  });
  await asOperator('/api/jobs', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    form: new URLSearchParams({ x: CUSTOMER }),
  });
  await asOperator(`/api/jobs/${JOB}`, { method: 'PATCH', json: { status: 'in_transit' } });
  await asOperator('/api/jobs?status=nonsense');
  const minted = JSON.parse((await asOperator(`/api/jobs/${JOB}/tracking-links`, { json: {} })).text);
  const link = canary('token', 'a tracking token', minted.token);
  return { link, linkId: minted.linkId as LinkId };
};

/** Reports the position of a trailer in the format of each client. */
const reportFixes = async (stage: Stage, device: string): Promise<void> => {
  const { ask } = stage;
  const basic = { authorization: `Basic ${Buffer.from(`T1:${device}`).toString('base64')}` };
  await ask(`/api/jobs/${JOB}/location`, { token: device, json: fix() });
  await ask(`/api/jobs/${JOB}/location`, { token: device, json: { fixes: [fix(), fix()] } });
  await ask(`/api/jobs/${JOB}/location`, { token: device, json: { ...fix(), lat: CUSTOMER_WORDS } });
  await ask(`/api/trailers/T1/location?${inQuery()}`, { token: device });
  await ask(`/api/trailers/T1/location?${inQuery()}`, { method: 'POST', headers: basic });
  await ask(`/api/trailers/T1/location?${inQuery()}&token=${device}`);
  await ask(`/api/trailers/${device}/location?${inQuery()}`);
  await ask('/api/trailers/T1/location', { token: device, form: new URLSearchParams(`id=T1&${inQuery()}`) });
  const coords = { latitude: 30.24, longitude: -97.74, accuracy: 5, speed: 10, heading: 1 };
  await ask('/api/trailers/T1/location', {
    token: device,
    json: { device_id: 'T1', location: { timestamp: isoNow(), coords } },
  });
  const ownTracks = {
    _type: 'location',
    lat: 30.25,
    lon: -97.74,
    tst: Math.floor(Date.now() / 1000),
    acc: 5,
    vel: 30,
    tid: 'T1',
  };
  await ask('/api/trailers/T1/location', { json: ownTracks, headers: basic });
  await ask('/api/trailers/T1/location', { token: device, json: { ...ownTracks, lat: STRANGER_WORDS, topic: device } });
};

/** Opens the tracking link, as the customer and friends do; the edge caches the answers. */
const followLink = async (stage: Stage, link: string): Promise<void> => {
  const { ask, keepAnswer } = stage;
  for (const path of [
    `/track?job_id=${link}`,
    `/api/jobs/${link}/location`,
    `/api/jobs/${link}/location`,
    `/api/jobs/${link}`,
  ])
    keepAnswer('answer to a link', (await ask(path)).text);
  keepAnswer('answer to a link', (await ask(`/api/jobs/${JOB}/location`, { token: link })).text);
  await ask(`/api/jobs/${JOB}`, { token: link, headers: { 'x-qdn-tracking-token': link } });
  await ask(`/track?job_id=${link}&from=${encodeURIComponent(CUSTOMER)}`);
};

/** Sends every request that is refused for its token. */
const sendHostileTokens = async (stage: Stage, link: string, device: string): Promise<void> => {
  const { signing, deviceFor, linkFor, ask, secrets } = stage;
  const { tokens } = secrets;
  const wrong = createKeyring(newTokenKeys());
  signing.keyring = wrong;
  const forged = linkFor('forgedlink', Date.now() + DAY_MS);
  const forgedDevice = deviceFor('T1');
  signing.keyring = createKeyring(tokens);
  const expired = linkFor('expiredlink', Date.now() - HOUR_MS);
  const long = `${link}${'A'.repeat(4000)}`;
  for (const token of [forged, forgedDevice, expired, device, long, `${link}x`, link.slice(0, -3)]) {
    await ask(`/api/jobs/${token}/location`);
    await ask(`/api/jobs/${token}`);
    await ask(`/api/jobs/${JOB}`, { token });
    await ask(`/track?job_id=${token}`);
    await ask(`/api/trailers/${token}/location?${inQuery()}`);
    await ask(`/api/trailers/T1/location?${inQuery()}&token=${token}`);
    await ask(`/api/media/${token}`);
    await ask(`/t/${token}`);
  }
  await ask(`/api/jobs/QDN-1/location`, { token: link });
  await ask(`/api/jobs/${JOB}/location`, { token: deviceFor('T9'), json: fix() });
};

/** Sends texts in both directions, a picture, and a text from an unknown number. */
const exchangeTexts = async (stage: Stage): Promise<void> => {
  const { canary, ask, keepAnswer, relayed, textIn, carrierEmulator, edgeUrl } = stage;
  textIn(CUSTOMER, `${CUSTOMER_WORDS}, ${JOB}`, 1);
  const first = (await relayed(CUSTOMER_WORDS)).body;
  const short = /\/t\/([\w.-]+)/.exec(first)?.[1] ?? '';
  canary('secret', 'a short link', short);
  canary('secret', 'a short link', short.split('.')[0] ?? '');
  const opened = await ask(`/t/${short}`);
  canary('token', 'a tracking token', new URL(opened.location, edgeUrl).searchParams.get('job_id') ?? '');
  keepAnswer('answer to a link', (await ask(new URL(opened.location, edgeUrl).href)).text);
  await ask(`/t/${short.slice(0, -1)}x`);
  const pictured = await until(
    () => carrierEmulator.messages().find((text) => text.to === DISPATCHER && text.body.includes('/api/media/')),
    'a picture',
  );
  const media = canary('secret', 'a picture’s link', /\/api\/media\/([\w-]+)/.exec(pictured.body)?.[1] ?? '');
  await ask(`/api/media/${media}`);
  await ask(`/api/media/${[...media].reverse().join('')}`);
  textIn(DISPATCHER, DISPATCHER_WORDS);
  await relayed(DISPATCHER_WORDS, CUSTOMER);
  textIn(STRANGER, STRANGER_WORDS);
  await relayed(STRANGER_WORDS);
};

/** Sends webhooks that Twilio never sends, and some without a valid signature. */
const forgeWebhooks = async (stage: Stage): Promise<void> => {
  const { ask, edgeUrl, secrets } = stage;
  const { admin } = secrets;
  const form = {
    From: STRANGER,
    To: TEXT_NUMBER,
    Body: STRANGER_WORDS,
    MessageSid: `SM${'1'.repeat(32)}`,
    AccountSid: admin.accountSid,
  };
  const hook = `${edgeUrl}/api/jobs/inbound/messages`;
  const signed = (url: string, fields: Record<string, string>) =>
    ask(url, {
      form: new URLSearchParams(fields),
      headers: { 'x-twilio-signature': signatureOf(admin.authToken, url, fields) },
    });
  await ask(hook, {
    form: new URLSearchParams(form),
    headers: { 'x-twilio-signature': Buffer.alloc(20).toString('base64') },
  });
  await ask(`${edgeUrl}/api/fallback/jobs/inbound/messages`, {
    form: new URLSearchParams(form),
    headers: { 'x-twilio-signature': 'AAAA' },
  });
  await signed(hook, { ...form, MessageSid: STRANGER_WORDS, NumMedia: CUSTOMER });
  await signed(`${edgeUrl}/api/messages/${encodeURIComponent(CUSTOMER)}/status`, {
    MessageSid: STRANGER_WORDS,
    MessageStatus: STRANGER,
    AccountSid: admin.accountSid,
  });
  await signed(hook, { ...form, Body: 'x'.repeat(70_000) });
};

/** Lets the carrier fail: it answers errors, refuses the number or the key, or hides what it accepted. */
const breakCarrier = async (stage: Stage): Promise<void> => {
  const { textIn, arrive, carrierEmulator, queues } = stage;
  for (const [i, fault] of (
    ['error-500', 'accept-and-500', 'too-many-requests', 'accept-and-drop', 'unauthorized'] as const
  ).entries()) {
    carrierEmulator.setCarrierFault(fault, 1);
    await arrive(CUSTOMER, `${CUSTOMER_WORDS} (${i})`);
  }
  carrierEmulator.setCarrierFault(null);
  carrierEmulator.setPhoneFault(DISPATCHER, 'landline');
  textIn(CUSTOMER, `${CUSTOMER_WORDS} (landline)`);
  await queues.rest(1500);
  carrierEmulator.setPhoneFault(DISPATCHER, null);
};

/** Stops the stores while there is work, and kills the worker. */
const interruptStores = async (stage: Stage, link: string, device: string): Promise<void> => {
  const { ask, asOperator, relayed, textIn, arrive, carrierEmulator, cloud, services, queues } = stage;
  const away = cloud.interrupt('dynamodb', 1500);
  textIn(CUSTOMER, `${CUSTOMER_WORDS} (no tables)`);
  await Promise.all([
    ask(`/api/jobs/${link}`),
    asOperator('/api/jobs', { json: { ...NEW_JOB, id: 'QDN-7302' } }),
    ask(`/api/jobs/${JOB}/location`, { token: device, json: fix() }),
    ask(`/api/trailers/${device}/location?${inQuery()}`),
  ]);
  await away;
  // A message in flight while the queue stops is invisible for three minutes.
  await carrierEmulator.settled();
  await queues.rest(500);
  const noQueue = cloud.interrupt('storage', 1500);
  const late = arrive(CUSTOMER, `${CUSTOMER_WORDS} (no queue)`);
  await noQueue;
  await late;
  await arrive(CUSTOMER, `${CUSTOMER_WORDS} (a crash)`);
  const worker = services.find(({ name }) => name === 'sms-relay');
  if (worker?.pid !== undefined) process.kill(worker.pid, 'SIGKILL');
  await relayed('(a crash)');
};

/** Rotates the keys of tokens, and the API key that texts are sent with. @returns a link signed with the new key */
const rotateKeys = async (stage: Stage, link: string): Promise<string> => {
  const { signing, deviceFor, linkFor, canary, ask, keepAnswer, relayed, arrive, carrierEmulator, cloud, secrets } =
    stage;
  const { admin, sender, tokens } = secrets;
  const fresh = newTokenKeys();
  const rotated = {
    track: { current: fresh.track.current, previous: tokens.track.current },
    device: { current: fresh.device.current, previous: tokens.device.current },
    operator: { current: fresh.operator.current, previous: tokens.operator.current },
  };
  for (const [audience, { current }] of Object.entries(fresh))
    canary('secret', `the new key of ${audience} tokens`, current.key);
  const putSecret = (SecretId: string, value: object) =>
    ask(cloud.endpoints.secretsManager, {
      json: { SecretId, SecretString: JSON.stringify(value), ClientRequestToken: crypto.randomUUID() },
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.PutSecretValue' },
    });
  await putSecret('qdn/tokens', rotated);
  cloud.keyValues.put('track-keys', JSON.stringify(rotated.track));
  signing.keyring = createKeyring(rotated);
  const later = linkFor('laterlink', Date.now() + DAY_MS);
  for (const token of [later, link]) keepAnswer('answer to a link', (await ask(`/api/jobs/${token}/location`)).text);
  await ask(`/api/trailers/${deviceFor('T1')}/location?${inQuery()}`);
  const account = `${carrierEmulator.url}/2010-04-01/Accounts/${admin.accountSid}`;
  const asAdmin = {
    authorization: `Basic ${Buffer.from(`${admin.accountSid}:${admin.authToken}`).toString('base64')}`,
  };
  const key = JSON.parse(
    (await ask(`${account}/Keys.json`, { form: new URLSearchParams({ FriendlyName: 'new' }), headers: asAdmin })).text,
  );
  canary('secret', 'the new API key’s secret', key.secret);
  await putSecret('qdn/twilio-sender', { ...sender, apiKeySid: key.sid, apiKeySecret: key.secret });
  await ask(`${account}/Keys/${sender.apiKeySid}.json`, { method: 'DELETE', headers: asAdmin });
  await arrive(CUSTOMER, `${CUSTOMER_WORDS} (a new key)`);
  await relayed('(a new key)');
  return later;
};

/** Sends records that are not readable; they become dead letters. */
const sendUnreadableRecords = async (stage: Stage): Promise<void> => {
  const { cloud, queues, sqs } = stage;
  const letter = { schema: 1, kind: 'unheard-of', from: CUSTOMER, body: CUSTOMER_WORDS };
  for (const MessageBody of [JSON.stringify(letter), `no JSON: ${CUSTOMER} ${CUSTOMER_WORDS}`])
    await sqs.send(new SendMessageCommand({ QueueUrl: cloud.queueUrl('qdn-inbound-messages'), MessageBody }));
  await until(async () => ((await queues.depths()).deadLettered >= 2 ? true : undefined), 'two dead letters');
};

/** Reads everything as the operator, revokes the link, opts the customer out and closes the job. */
const closeJob = async (stage: Stage, link: string, linkId: LinkId, later: string): Promise<void> => {
  const { ask, asOperator, keepAnswer, textIn, carrierEmulator, queues } = stage;
  for (const path of [
    '/api/jobs',
    `/api/jobs/${JOB}`,
    `/api/jobs/${JOB}/location`,
    '/api/attention',
    '/api/trailers/T1',
  ])
    await asOperator(path);
  await asOperator(`/api/jobs/${JOB}/tracking-links/${linkId}`, { method: 'DELETE' });
  await ask(`/api/jobs/${link}/location`);
  textIn(CUSTOMER, 'STOP');
  await queues.rest(1500);
  await asOperator(`/api/jobs/${JOB}`, { method: 'PATCH', json: { status: 'completed' } });
  keepAnswer('answer to a link', (await ask(`/api/jobs/${later}/location`)).text);
  await carrierEmulator.settled();
  await queues.rest(1500);
};

/**
 * Plays the day on a running system.
 * @param carrierEmulator the carriers of the system
 */
export const liveADay = async (system: System, carrierEmulator: CarrierEmulator): Promise<Day> => {
  const stage = createStage(system, carrierEmulator);
  plantCanaries(stage);
  const { link, linkId } = await createJob(stage);
  const device = stage.deviceFor('T1');
  await reportFixes(stage, device);
  await followLink(stage, link);
  await sendHostileTokens(stage, link, device);
  await exchangeTexts(stage);
  await forgeWebhooks(stage);
  await breakCarrier(stage);
  await interruptStores(stage, link, device);
  const later = await rotateKeys(stage, link);
  await sendUnreadableRecords(stage);
  await closeJob(stage, link, linkId, later);
  stage.sqs.destroy();
  return { canaries: stage.canaries, answers: stage.answers };
};
