import { type CustomerView, customerView, ETA_OVERDUE_MS, isComing, isPresent } from '../customer/customer-view.ts';
import type { Wording } from '../customer/stage-words.ts';
import type { NoticeKind } from '../job.ts';
import { LOST_MS } from '../movement/freshness.ts';
import { advance } from './advance.ts';
import { personKey } from './conversation/person-key.ts';
import { noticeText, withWayOut } from './customer-wording.ts';
import type { RelayDependencies } from './dependencies.ts';
import { RelayIncomplete } from './dependencies.ts';
import { ownSid } from './fingerprint.ts';
import { isRecentNotice, type NoticeOrder } from './notice.ts';
import { noticeTurn } from './notice-turn.ts';
import { sendOwnText } from './own-text.ts';
import { CUSTOMER, emptyPlan } from './plan.ts';
import { customerLanguage } from './planning/customer-language.ts';
import { quietUntil } from './quiet-hours.ts';
import { segments } from './segments.ts';

/** Maximum time between the queueing of a notice and the write of its job, in ms. */
const MAX_JOB_WRITE_MS = 120_000;

/** Returns the delay until a moment in whole seconds, one at least. */
const delayUntil = (at: number, now: number): number => Math.max(1, Math.ceil((at - now) / 1000));

/** Tests whether a notice agrees with the page of this moment: the trailer may have arrived, or left, since it was due. */
const isStillTrue = (what: NoticeKind, { stage }: CustomerView): boolean => {
  if (what === 'completed') return stage === 'done';
  if (what === 'could-not') return stage === 'failed';
  return what === 'arrived' ? isPresent(stage) : isComing(stage);
};

/**
 * Sends a notice to the customer through the same outbound messages as every other text: at most once per leg, never to a
 * number that opted out, not in customers' quiet hours, and not when it is too old. One whose turn has not come goes back to the queue.
 * @throws RelayIncomplete while the text is neither accepted nor rejected, or the job's new state is not written yet
 */
export const giveNotice = async (deps: RelayDependencies, order: NoticeOrder): Promise<void> => {
  const { jobId, notice, eta, turnAt = null } = order;
  const { what, stop, at, visit = 0 } = notice;
  const sid = ownSid(`notice ${jobId} ${what} ${stop}${visit > 0 ? ` visit ${visit}` : ''}`);
  const known = await deps.relay.plan(sid);
  if (known) return advance(deps, known, sid, 'again');
  const job = await deps.jobs.find(jobId);
  const now = deps.now();
  const isWritten =
    job?.notices.some((one) => one.what === what && one.stop === stop && (one.visit ?? 0) === visit) ?? false;
  if (!job || !isWritten) {
    // The notice is queued before the job is written. Without that write there is nothing to announce.
    if (now - at < MAX_JOB_WRITE_MS) throw new RelayIncomplete([{ reason: 'the job is not written yet' }]);
    return;
  }
  const { company } = deps;
  const wording: Wording = { now, language: await customerLanguage(deps, job), timeZone: company.timeZone };
  const view = customerView(job, { fixes: [], eta: null }, now);
  const link = await deps.trackingLink(job, { messageSid: sid, receivedAt: at });
  // The arrival is as old as its notice.
  const isEtaKnown = eta !== null && now <= eta.latest + ETA_OVERDUE_MS && now - at <= LOST_MS;
  const isQuiet = quietUntil(company.policy.notices.quietHours, company.timeZone, now) !== null;
  const isWanted = isRecentNotice(notice, now) && !isQuiet && isStillTrue(what, view);
  const text = noticeText(what, company.name, { job, view, link }, isEtaKnown ? eta : null, wording);
  if (isWanted) {
    const turn = await noticeTurn(deps, segments(text), turnAt);
    const { turnAt: _, ...again } = order;
    if (turn) return deps.notices.send(turn.isTaken ? { ...again, turnAt: turn.at } : again, delayUntil(turn.at, now));
  }
  // The first text that a number has not asked for says how to end them.
  const isFirst = isWanted && (await deps.relay.introduce(personKey(job.customer.phone), sid));
  const body = isFirst ? withWayOut(text, wording.language) : text;
  const recipients = isWanted ? [{ recipient: CUSTOMER, to: job.customer.phone, notBefore: now }] : [];
  const base = { timelineId: job.id, sender: 'company', from: job.customer.phone, receivedAt: at, begunAt: now };
  await sendOwnText(deps, sid, { ...emptyPlan(base), kind: isWanted ? 'answer' : 'none', recipients, body });
};
