import { advance } from './advance.ts';
import { alertText } from './alert-wording.ts';
import type { RelayDependencies } from './dependencies.ts';
import { ownSid } from './fingerprint.ts';
import { UNMATCHED } from './outbound-message.ts';
import { sendOwnText } from './own-text.ts';
import type { OwnerAlert } from './owner-alert.ts';
import { emptyPlan, OPERATOR } from './plan.ts';

/** Maximum age of an event of which the operator gets a text, in ms: late fixes of last night still count. */
const MAX_ALERT_AGE_MS = 24 * 3_600_000;

/**
 * Sends the operator a text about a trailer, at most one of each event. Night and quiet hours do not hold it back.
 * @throws RelayIncomplete while the text is neither accepted nor rejected
 */
export const giveAlert = async (deps: RelayDependencies, alert: OwnerAlert): Promise<void> => {
  const sid = ownSid(`alert ${alert.key}`);
  const known = await deps.relay.plan(sid);
  if (known) return advance(deps, known, sid, 'again');
  const { company } = deps;
  const now = deps.now();
  if (company.operator === null || now - alert.at > MAX_ALERT_AGE_MS) return;
  const job = alert.what === 'near-stop' ? await deps.jobs.find(alert.jobId) : null;
  if (alert.what === 'near-stop' && !job) return;
  const body = alertText(alert, job, company.timeZone);
  const to = company.operator;
  const base = { timelineId: job?.id ?? UNMATCHED, sender: 'company', from: to, receivedAt: alert.at, begunAt: now };
  const recipients = [{ recipient: OPERATOR, to, notBefore: now }];
  await sendOwnText(deps, sid, { ...emptyPlan(base), kind: 'answer', recipients, body });
};
