import type { Wire } from '@qdn/contracts';
import {
  type FollowUp,
  type InboundMessage,
  type MessageSid,
  type NoticeOrder,
  type OwnerAlert,
  parseJobId,
  parseMessageSid,
  parseTrailerId,
} from '@qdn/domain';

/* Records of the queue in domain words. The schema has checked the patterns. */

export const sidOf = (text: string): MessageSid => {
  const sid = parseMessageSid(text);
  if (!sid) throw new Error('The record holds no MessageSid');
  return sid;
};

export const toInbound = (record: Wire<'inboundMessage'>): InboundMessage => ({
  messageSid: sidOf(record.messageSid),
  pathJob: record.pathJob === null ? null : parseJobId(record.pathJob),
  receivedAt: Date.parse(record.receivedAt),
  from: record.from,
  to: record.to,
  body: record.body,
  optOutType: record.optOutType ?? null,
  media: record.media,
  ...(record.follows ? { follows: record.follows.map(sidOf) } : {}),
});

export const toFollowUp = ({ what, timelineId, messageSid, dueAt }: Wire<'followUp'>): FollowUp => ({
  what,
  timelineId,
  messageSid: sidOf(messageSid),
  dueAt: Date.parse(dueAt),
});

export const toNotice = ({ jobId, what, stop, visit, at, eta, turnAt }: Wire<'noticeOrder'>): NoticeOrder => {
  const id = parseJobId(jobId);
  if (!id) throw new Error('The record names no job');
  return {
    jobId: id,
    notice: { what, stop, at: Date.parse(at), promised: null, ...(visit === undefined ? {} : { visit }) },
    eta: eta && { earliest: Date.parse(eta.earliest), latest: Date.parse(eta.latest) },
    ...(turnAt === undefined ? {} : { turnAt: Date.parse(turnAt) }),
  };
};

export const toAlert = (record: Wire<'alertOrder'>): OwnerAlert => {
  const { what, key, at, lat, lon, metres, stop, minutes } = record;
  const trailerId = parseTrailerId(record.trailerId);
  const jobId = parseJobId(record.jobId ?? '');
  if (!trailerId || (what === 'near-stop' && !jobId)) throw new Error('The record names no trailer, or no job');
  const base = { key, trailerId, at: Date.parse(at), place: { lat, lon }, metres };
  return what === 'near-stop' && jobId ? { ...base, what, jobId, stop, minutes } : { ...base, what: 'moved' };
};
