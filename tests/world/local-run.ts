import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCompany, readCompanyFile } from '@qdn/company';
import { validate as isTokenKeys } from '@qdn/contracts/validators/tokenKeys';
import { DEFAULT_JOB_PREFIX } from '@qdn/domain';
import { readSecrets } from '@qdn/emulator-aws/secrets-manager';
import { openRunningSystem, type RunningSystem } from '@qdn/local/testing/running-system';
import { play, type Scoreboard, SHORT_SCRIPT_MS, shortScript, type WorldCompany } from '@qdn/world';

/** An error with a sentence for the person at the terminal. */
export class NotRunning extends Error {}

type Addresses = { edgeUrl: string; phonesUrl: string | null; secretsFile: string };

/** Returns the company that the local system runs for. */
const companyOf = (repository: string): WorldCompany => {
  const file = readCompanyFile(findCompany(repository, process.env));
  return {
    ...{ name: file.name, textNumber: file.textNumber, timeZone: file.timeZone },
    jobPrefix: file.jobPrefix ?? DEFAULT_JOB_PREFIX,
    dispatchers: file.contacts.map(({ id, name, phone }) => ({ id, name, phone })),
    ...{ operator: file.operator ?? null, trailerIds: [], stops: [] },
    cascade: { order: file.relay?.cascade?.order ?? 'all', minutes: file.relay?.cascade?.minutes ?? 15 },
  };
};

/** Finds the system that `npm start` has started. @throws NotRunning */
const findRunning = async (repository: string): Promise<RunningSystem> => {
  const file = join(repository, '.local', 'local.json');
  const advice = 'The local system is not running. Start it with: npm start';
  if (!existsSync(file)) throw new NotRunning(advice);
  const { edgeUrl, phonesUrl, secretsFile } = JSON.parse(readFileSync(file, 'utf8')) as Addresses;
  if (phonesUrl === null) throw new NotRunning('The local system sends real texts. Start it without --twilio real.');
  const tokens = readSecrets(secretsFile)['qdn/tokens']?.['AWSCURRENT'];
  if (!isTokenKeys(tokens)) throw new NotRunning(advice);
  const answer = await fetch(`${phonesUrl}/state`).catch(() => null);
  if (!answer?.ok) throw new NotRunning(advice);
  return { edgeUrl, phonesUrl, tokens };
};

/** Plays the short script against the running local system, through HTTP and in real time. @throws NotRunning */
export const playLocally = async (repository: string, seed: number): Promise<Scoreboard> => {
  const company = companyOf(repository);
  const system = await openRunningSystem(await findRunning(repository));
  const startAt = system.now();
  // Each run needs a job of its own, because the local system keeps those of earlier runs. A job's number has nine digits at most.
  const jobId = `${company.jobPrefix}-${100_000 + (Math.floor(startAt / 1000) % 900_000)}`;
  const script = shortScript(company, startAt, jobId);
  await play(system, [script.source], { until: startAt + SHORT_SCRIPT_MS });
  return { days: 0, trailers: 1, seed, faults: 'none', figures: script.figures(system) };
};
