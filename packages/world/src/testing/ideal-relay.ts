import type { Conversation, SaidText } from '../score/said.ts';
import type { SentText, System, WorldCompany } from '../system.ts';

/** The truth that an ideal relay works from: what was said, with the result that each text should have. */
export type RelayKnowledge = {
  company: WorldCompany;
  said(): readonly SaidText[];
  conversations(): readonly Conversation[];
};

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const DELAY_MS = 2 * SECOND_MS;
/** Time until a colleague has looked at the phone. */
const UNSEEN_MS = 5 * SECOND_MS;

type Waiting = { text: SaidText; dueAt: number };

/**
 * A system that relays every text as it should be. It answers requests with 200 and nothing else. Texts have to come from
 * `said()`, in its order.
 */
export const idealRelay = ({ company, said, conversations }: RelayKnowledge, startAt: number): System => {
  const sent: SentText[] = [];
  let onTheWay: SentText[] = [];
  const optedOut = new Set<string>();
  let waiting: Waiting[] = [];
  const answers = new Map<string, { from: string; at: number }>();
  let now = startAt;
  let delivered = 0;
  const send = (at: number, to: string, body: string): void => {
    if (!optedOut.has(to)) onTheWay.push({ at, from: company.textNumber, to, body, media: [] });
  };
  const isStaff = (phone: string): boolean =>
    company.dispatchers.some((member) => member.phone === phone) || phone === company.operator;
  const nameOf = (phone: string): string =>
    company.dispatchers.find((member) => member.phone === phone)?.name ?? 'Owner';
  const handleOf = ({ conversation }: SaidText): string =>
    conversations().find(({ id }) => id === conversation)?.mentions[0] ?? '0000';

  /** An answer of a colleague that the writer's phone cannot have shown yet. */
  const isUnseen = ({ conversation, from, act }: SaidText): boolean => {
    const last = answers.get(conversation);
    return act === 'answer' && last !== undefined && last.from !== from && now - last.at < UNSEEN_MS;
  };
  const relay = (text: SaidText): void => {
    const { words, from, writer, expect, conversation, act } = text;
    const at = now + DELAY_MS;
    const handle = handleOf(text);
    if (isUnseen(text)) {
      send(at, from, `A colleague has just answered @${handle}. Reply SEND to send yours as well.`);
      return;
    }
    if (act === 'answer' && expect.to.length > 0) answers.set(conversation, { from, at });
    const isByTeam = writer === 'dispatcher' || writer === 'operator';
    for (const phone of expect.to) {
      if (optedOut.has(phone)) send(at, from, `Not sent: @${handle} gets no more texts. Please call.`);
      else if (isByTeam) send(at, phone, isStaff(phone) ? `${nameOf(from)}: ${words}` : `QuickDumpNow: ${words}`);
      else send(at, phone, `QDN-${handle}:\n"${words}"\nReply: @${handle} ...`);
    }
    for (const phone of expect.toldColleagues) send(at, phone, `${nameOf(from)} to @${handle}: ${words}`);
    if (expect.toldWriter === 'must') send(at, from, 'No one with that handle waits. Nothing was sent.');
  };
  const note = (text: SaidText): void => {
    const { conversation, act, expect, consent, from } = text;
    if (act === 'answer' || act === 'takes-back')
      waiting = waiting.filter((one) => one.text.conversation !== conversation);
    else if (expect.escalates === 'if-unanswered' && !waiting.some((one) => one.text.conversation === conversation))
      waiting.push({ text, dueAt: text.at + company.cascade.minutes * MINUTE_MS });
    if (consent === 'out') optedOut.add(from);
    if (consent === 'in') optedOut.delete(from);
  };
  const raiseAlarms = (until: number): void => {
    for (const { text, dueAt } of waiting.filter((one) => one.dueAt <= until)) {
      if (company.operator) send(dueAt, company.operator, `No one has answered @${handleOf(text)}:\n"${text.words}"`);
    }
    waiting = waiting.filter((one) => one.dueAt > until);
  };
  return {
    request: async () => ({ status: 200, headers: {}, body: '{}' }),
    deliverText: async ({ from, body }) => {
      const text = said()[delivered];
      if (!text || text.from !== from || text.body !== body) throw new Error(`"${body}" is not the next said text.`);
      delivered += 1;
      relay(text);
      note(text);
    },
    tokenFor: async () => 'token',
    now: () => now,
    advanceTo: async (at) => {
      raiseAlarms(at);
      now = at;
      sent.push(...onTheWay.filter((text) => text.at <= now).sort((one, other) => one.at - other.at));
      onTheWay = onTheWay.filter((text) => text.at > now);
    },
    sentTexts: () => sent,
    logCounts: () => ({}),
    usage: () => ({}),
    close: async () => {},
  };
};
