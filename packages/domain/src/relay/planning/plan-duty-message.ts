import type { BackupContact } from '../../job.ts';
import { localDate, localHour } from '../../local-clock.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { OPERATOR, type Planned, recipientNow, WRITER } from '../plan.ts';
import type { RelayCompany } from '../policy.ts';
import { comparable } from '../recognition/comparable-text.ts';
import { type DutyWords, dutyWordsOf, type NamedDay } from '../recognition/duty-words.ts';
import {
  alreadyOnDutyText,
  askSwapText,
  askWhichYesText,
  cannotAskText,
  type DutyWording,
  everyoneText,
  NO_SWAP_ASKED,
  notOnDutyText,
  onDutyText,
  type SwapWording,
  shiftsText,
  swapAgreedText,
  swapAskedText,
  swapDeclinedText,
} from '../rota/duty-wording.ts';
import {
  type DutyShift,
  type DutySwap,
  dateAfter,
  nextChangeOfDuty,
  onDuty,
  type Rota,
  shiftsOn,
  weekdayOf,
} from '../rota/rota.ts';
import { type DeskView, likelyTalks, personOfTalk, readDeskView, waitingTalks } from './desk-view.ts';
import { answerTo, holding } from './dispatcher-answer.ts';
import { teamFor } from './team.ts';

/** Time for which a bare yes or no answers a swap, in ms. Later, it needs the word: YES SWAP. */
const BARE_ANSWER_MS = 24 * 3_600_000;
/** Age of our question about a held text up to which a yes is for it, in ms. */
const HELD_MS = 15 * 60_000;
/** Hour up to which "tonight" is the night that began yesterday. */
const NIGHT_ENDS_AT_HOUR = 6;

/** A text about the rota, with everything that is read to plan it. `now` is epoch ms. */
type DutyMessage = {
  deps: RelayDependencies;
  message: InboundMessage;
  contact: BackupContact;
  rota: Rota;
  swaps: readonly DutySwap[];
  view: DeskView;
  now: number;
};

const nameOf = ({ contacts }: Pick<RelayCompany, 'contacts'>, id: string): string =>
  contacts.find((contact) => contact.id === id)?.name ?? id;
const namesOf = (company: RelayCompany, ids: readonly string[]): string[] => ids.map((id) => nameOf(company, id));

/** Returns the one who decides about a swap. */
export const deciderOf = ({ asker, giver, taker }: DutySwap): string => (asker === giver ? taker : giver);

/** Returns the dates that a day may mean, the likeliest first. Of a weekday: today, when it is that, then the next one. */
const datesOf = (day: NamedDay, now: number, timeZone: string): string[] => {
  const today = localDate(now, timeZone);
  const yesterday = dateAfter(today, -1);
  switch (day.kind) {
    case 'now':
      return [yesterday, today];
    case 'today':
      return [today, yesterday];
    case 'tonight':
      return localHour(now, timeZone) < NIGHT_ENDS_AT_HOUR ? [yesterday, today] : [today];
    case 'tomorrow':
      return [dateAfter(today, 1)];
    case 'weekday':
      return [0, 1, 2, 3, 4, 5, 6, 7]
        .map((days) => dateAfter(today, days))
        .filter((date) => weekdayOf(date) === day.weekday);
    case 'date': {
      const [month, date] = [day.month, day.day].map((part) => String(part).padStart(2, '0'));
      const year = Number(today.slice(0, 4));
      const all = [`${year}-${month}-${date}`, `${year + 1}-${month}-${date}`];
      return all.filter((one) => one >= today && !Number.isNaN(Date.parse(`${one}T00:00:00Z`))).slice(0, 1);
    }
  }
};

/** Returns the shifts of a day that have not ended: of the first of its dates that has any. */
const shiftsOfDay = (
  { deps, rota, swaps, now }: Pick<DutyMessage, 'deps' | 'rota' | 'swaps' | 'now'>,
  day: NamedDay,
  of?: string,
): DutyShift[] => {
  const { timeZone } = deps.company;
  for (const date of datesOf(day, now, timeZone)) {
    const shifts = shiftsOn(rota, swaps, date, timeZone).filter(
      ({ endsAt, contacts }) => endsAt > now && (of === undefined || contacts.includes(of)),
    );
    if (shifts.length > 0) return shifts;
  }
  return [];
};

/** Answers who is on duty. Without a rota, and in an empty slot, all contacts are. */
const answerWho = (
  of: Pick<DutyMessage, 'deps' | 'now' | 'swaps'> & { rota: Rota | null },
  { day, language }: Extract<DutyWords, { kind: 'who' }>,
): string => {
  const { deps, rota, swaps, now } = of;
  const { company } = deps;
  const wording = { language, timeZone: company.timeZone };
  const everyone = () =>
    everyoneText(
      company.contacts.map(({ name }) => name),
      wording,
    );
  if (!rota) return everyone();
  if (day.kind === 'now' || day.kind === 'today') {
    const ids = onDuty(rota, swaps, now, company.timeZone);
    const next = nextChangeOfDuty(rota, swaps, now, company.timeZone);
    const then = next && { at: next.at, names: namesOf(company, next.contacts) };
    return ids.length > 0 ? onDutyText(namesOf(company, ids), then, wording) : everyone();
  }
  const shifts = shiftsOfDay({ deps, rota, swaps, now }, day);
  return shifts.length > 0
    ? shiftsText(
        shifts.map((shift) => ({ ...shift, names: namesOf(company, shift.contacts) })),
        wording,
      )
    : everyone();
};

/** Returns the contact with a first name or ID; null for none, or for several. */
const contactNamed = ({ contacts }: RelayCompany, name: string): BackupContact | null => {
  const named = contacts.filter((one) => comparable(one.id) === name || comparable(one.name).split(' ')[0] === name);
  return named.length === 1 ? (named[0] ?? null) : null;
};

/** Returns the names and the time of a swap, by the rota without swaps. */
export const wordingOfSwap = (company: RelayCompany, swap: DutySwap): SwapWording => {
  const { rota } = company.policy;
  const own = rota ? shiftsOn(rota, [], swap.date, company.timeZone) : [];
  const startsAt = own.find(({ endsAt }) => endsAt <= swap.endsAt)?.startsAt;
  return {
    language: swap.language,
    timeZone: company.timeZone,
    giver: nameOf(company, swap.giver),
    taker: nameOf(company, swap.taker),
    shift: { startsAt: startsAt ?? swap.endsAt, endsAt: swap.endsAt },
  };
};

/** Plans a request for a swap: the other one is asked. */
const planRequest = async (
  of: DutyMessage,
  { isOffer, day, language }: Extract<DutyWords, { kind: 'swap' }>,
  other: BackupContact,
): Promise<Planned> => {
  const { deps, message, contact, now } = of;
  const [giver, taker] = isOffer ? [other, contact] : [contact, other];
  const wording: DutyWording = { language, timeZone: deps.company.timeZone };
  const shifts = shiftsOfDay(of, day, giver.id);
  const [first] = shifts;
  const last = shifts.at(-1);
  if (!first || !last) {
    const [date] = datesOf(day, now, deps.company.timeZone);
    const at = date === undefined ? now : Date.parse(`${date}T18:00:00Z`);
    return answerTo(of, `${notOnDutyText(giver.name, at, wording)}\n${answerWho(of, { kind: 'who', day, language })}`);
  }
  const swap: DutySwap = {
    id: message.messageSid,
    date: first.date,
    giver: giver.id,
    taker: taker.id,
    asker: contact.id,
    askedAt: now,
    endsAt: last.endsAt,
    language,
    state: 'asked',
  };
  const words: SwapWording = {
    ...wording,
    giver: giver.name,
    taker: taker.name,
    shift: { ...last, startsAt: first.startsAt },
  };
  if (shifts.every(({ contacts }) => contacts.includes(taker.id))) return answerTo(of, alreadyOnDutyText(words));
  if ((await deps.relay.stopped([other.phone])).size > 0) return answerTo(of, cannotAskText(other.name, wording));
  return {
    kind: 'note',
    recipients: teamFor({ contacts: [other] }, { from: message.from, body: '' }, deps.company, now),
    body: askSwapText(words, isOffer),
    copies: [{ ...recipientNow(WRITER, message.from, now), body: swapAskedText(words, other.name) }],
    swap,
  };
};

/** Plans the answer to a swap. Both, and the operator when it counts, learn it. */
const planDecision = (of: DutyMessage, asked: DutySwap, isYes: boolean): Planned => {
  const { deps, message, contact, now } = of;
  const { contacts, operator } = deps.company;
  const swap: DutySwap = { ...asked, state: isYes ? 'agreed' : 'declined' };
  const wording = wordingOfSwap(deps.company, swap);
  const body = isYes ? swapAgreedText(wording) : swapDeclinedText(wording, contact.name);
  const others = contacts.filter(({ id }) => id !== contact.id && (id === swap.giver || id === swap.taker));
  // No contacts would stand for those of the company.
  const told =
    others.length > 0 ? teamFor({ contacts: others }, { from: message.from, body: '' }, deps.company, now) : [];
  const isOperatorTold =
    isYes && operator !== null && operator !== message.from && told.every(({ to }) => to !== operator);
  return {
    kind: 'note',
    recipients: [...told, ...(isOperatorTold ? [recipientNow(OPERATOR, operator, now)] : [])],
    body,
    copies: [{ ...recipientNow(WRITER, message.from, now), body }],
    swap,
  };
};

/** Returns the newest swap that waits for a contact's answer; null without one. The asker may take it back by NO SWAP. */
const waitingSwap = (swaps: readonly DutySwap[], { id }: BackupContact, now: number, isTakingBack: boolean) =>
  swaps
    .filter(({ state, endsAt }) => state === 'asked' && endsAt > now)
    .filter((swap) => deciderOf(swap) === id || (isTakingBack && swap.asker === id))
    .toSorted((a, b) => b.askedAt - a.askedAt)[0] ?? null;

/** Plans a yes or no. A bare one is for the swap when nothing else on the phone can be meant; null when it is for something else. */
const planAnswer = (of: DutyMessage, { isYes, isExplicit }: Extract<DutyWords, { kind: 'answer' }>): Planned | null => {
  const { deps, message, contact, swaps, view, now } = of;
  const swap = waitingSwap(swaps, contact, now, isExplicit && !isYes);
  if (isExplicit) return swap ? planDecision(of, swap, isYes) : answerTo(of, NO_SWAP_ASKED);
  if (!swap || now - swap.askedAt > BARE_ANSWER_MS) return null;
  const { question } = view.desk;
  if (question && now - question.at <= HELD_MS && question.at > swap.askedAt) return null;
  const later = likelyTalks(view, now).filter(({ at }) => at > swap.askedAt);
  const [talk] = [...waitingTalks(view, now), ...later];
  if (!talk) return planDecision(of, swap, isYes);
  const person = personOfTalk(talk, deps.company.jobPrefix);
  const asks = holding('recipient', message.body.trim(), [], [person]);
  return answerTo(of, askWhichYesText(isYes, nameOf(deps.company, swap.asker), person.label), asks);
};

/** Returns what a dispatcher's text says about the rota; null when it cannot be about it. */
export const dutyRequestOf = (
  { company }: RelayDependencies,
  { body, pathJob, media }: InboundMessage,
): DutyWords | null => {
  const words = pathJob === null && media.length === 0 ? dutyWordsOf(body) : null;
  if (words?.kind === 'who') return words;
  if (company.policy.rota === null) return null;
  return words?.kind === 'swap' && contactNamed(company, words.name) === null ? null : words;
};

/**
 * Plans a dispatcher's text about the rota; null when it is about something else.
 * @param now epoch ms
 */
export const planDutyMessage = async (
  deps: RelayDependencies,
  message: InboundMessage,
  contact: BackupContact,
  words: DutyWords,
  now: number,
): Promise<Planned | null> => {
  const { rota } = deps.company.policy;
  const { swaps } = rota ? await deps.relay.dutySwaps() : { swaps: [] };
  if (words.kind === 'answer' && !words.isExplicit && waitingSwap(swaps, contact, now, false) === null) return null;
  const view = await readDeskView(deps, message.from, now);
  if (words.kind === 'who')
    return answerTo({ message, contact, view, now }, answerWho({ deps, rota, swaps, now }, words));
  if (rota === null) return null;
  const of: DutyMessage = { deps, message, contact, rota, swaps, view, now };
  if (words.kind === 'answer') return planAnswer(of, words);
  const other = contactNamed(deps.company, words.name);
  return other === null || other.id === contact.id ? null : planRequest(of, words, other);
};
