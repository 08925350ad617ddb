import { isActive } from '../job.ts';
import { advance } from './advance.ts';
import type { RelayDependencies } from './dependencies.ts';
import { Unsettled } from './dependencies.ts';
import { ownSid } from './fingerprint.ts';
import { isNewsStill, type NoticeOrder } from './notice.ts';
import { CUSTOMER, emptyPlan } from './plan.ts';
import { quietUntil } from './quiet-hours.ts';
import { noticeText } from './text.ts';

/** So long the job's own write may take after its notice was put into the queue, in ms. */
const WRITTEN_WITHIN_MS = 120_000;

/**
 * Texts the customer what has become of their job, through the same effects as every other text: at most once per leg, never to
 * a number that has stopped, not in customers' quiet hours, and not when it is no news any more.
 * @throws Unsettled while the text is not settled, or the job's new state not written yet
 */
export const giveNotice = async (deps: RelayDependencies, { jobId, notice, eta }: NoticeOrder): Promise<void> => {
  const { what, stop, at } = notice;
  const sid = ownSid(`notice ${jobId} ${what} ${stop}`);
  const known = await deps.relay.plan(sid);
  if (known) return advance(deps, known, sid, 'again');
  const job = await deps.jobs.find(jobId);
  const now = deps.now();
  const isWritten = job?.notices.some((one) => one.what === what && one.stop === stop) ?? false;
  if (!job || !isWritten) {
    // Put in before the job is written, so that none is lost; when that write was given up, nothing has happened.
    if (now - at < WRITTEN_WITHIN_MS) throw new Unsettled([{ reason: 'the job is not written yet' }]);
    return;
  }
  const { company } = deps;
  const body = noticeText(
    what,
    company.name,
    job,
    eta,
    await deps.trackingLink(job, { messageSid: sid, receivedAt: at }),
    company.timeZone,
  );
  const isQuiet = quietUntil(company.policy.notices.quietHours, company.timeZone, now) !== null;
  const isWanted = isNewsStill(notice, now) && !isQuiet && (isActive(job.status) || what === 'completed');
  const recipients = isWanted ? [{ recipient: CUSTOMER, to: job.customer.phone, notBefore: now }] : [];
  const base = { scope: job.id, sender: 'company', from: job.customer.phone, receivedAt: at, begunAt: now };
  const plan = await deps.relay.pin(sid, { ...emptyPlan(base), kind: isWanted ? 'answer' : 'none', recipients, body });
  const message = { messageSid: sid, receivedAt: at, from: job.customer.phone, to: job.customer.phone, body };
  await deps.relay.record(plan, { ...message, pathJob: null, optOutType: null, media: [] });
  await advance(deps, plan, sid, 'new');
};
