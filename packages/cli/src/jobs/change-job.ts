import { bodyMistakes } from '@qdn/company';
import { pathTo, type Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { validate as isPatchJob } from '@qdn/contracts/validators/patchJob';
import { DEFAULT_JOB_PREFIX, isActive, jobIdOf } from '@qdn/domain';
import { knownTo, tryToRead } from '../company/company.ts';
import { ApiError, CommandError } from '../connection.ts';
import type { OperatorContext } from '../operator-context.ts';
import { oneLine, printableJson } from '../printable.ts';
import { changedLines } from './job-changes.ts';

type JobState = Wire<'jobState'>;
type Patch = Wire<'patchJob'>;

/** Reads of a job before a change is given up: between two, another writer was first each time. */
const MAX_READS = 4;

/** Returns a job's ID by itself or by its number. */
export const jobIdMeant = (typed: string, context: OperatorContext): string => {
  const company = tryToRead(() => knownTo(context))?.company;
  return jobIdOf(company?.jobPrefix ?? DEFAULT_JOB_PREFIX, typed.trim()) ?? typed.trim();
};

const fieldsOf = (job: JobState, patch: Patch): string =>
  JSON.stringify(Object.keys(patch).map((name) => job[name as keyof JobState] ?? null));

/** @throws CommandError with a sentence for each mistake in the patch */
const checkPatch = (patch: Patch, context: OperatorContext): void => {
  if (isPatchJob(patch)) return;
  const company = tryToRead(() => knownTo(context))?.company;
  throw new CommandError(bodyMistakes('patchJob', isPatchJob.errors ?? [], patch, company).join('\n'));
};

/**
 * Changes a job at the version that was read. A write in between that left the changed fields alone, as a trailer's arrival does, is not
 * a conflict.
 * @param patchOf returns the change, or null for none
 * @throws CommandError when another person has changed the same fields
 */
const patchJob = async (
  id: string,
  patchOf: (job: JobState) => Patch | null | Promise<Patch | null>,
  context: OperatorContext,
): Promise<{ before: JobState; after: JobState }> => {
  const { api, time } = context;
  const path = pathTo(routes.updateJob, { job_id: id });
  const before = await api<JobState>('GET', path);
  const patch = await patchOf(before);
  if (patch === null) return { before, after: before };
  checkPatch(patch, context);
  let newest = before;
  for (let reads = 1; ; reads += 1) {
    try {
      return { before: newest, after: await api<JobState>('PATCH', path, { ...patch, version: newest.version }) };
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409 || reads >= MAX_READS) throw error;
    }
    newest = await api<JobState>('GET', path);
    if (fieldsOf(newest, patch) === fieldsOf(before, patch)) continue;
    throw new CommandError(
      `${id} was changed by someone else in the meantime, so it was left alone:\n${changedLines(before, newest, time())
        .map((line) => `  ${line}`)
        .join('\n')}\nIf your change is still right, run the command again.`,
    );
  }
};

/** Changes a job, and prints what has changed, or the answer of the API with `json`. */
export const changeJob = async (
  typed: string,
  patchOf: (job: JobState) => Patch | null | Promise<Patch | null>,
  context: OperatorContext,
  json: boolean | undefined,
): Promise<void> => {
  const id = jobIdMeant(typed, context);
  const { before, after } = await patchJob(id, patchOf, context);
  if (json) {
    context.print(printableJson(after));
    return;
  }
  const lines = changedLines(before, after, context.time());
  const title = oneLine(`${id} for ${after.customer.name}`);
  if (lines.length === 0) {
    context.print(`${title}: nothing to change.`);
    return;
  }
  const isOver = !isActive(after.status);
  const remark = isOver && before.status === after.status ? [`The job is ${after.status}, and stays so.`] : [];
  context.print([title, ...lines.map((line) => `  ${line}`), ...remark].join('\n'));
};
