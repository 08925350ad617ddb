import type { CorpusEntry } from '../corpus.ts';
import type { HttpRequest, System, TokenSubject } from '../system.ts';
import { ALARM_MINUTES, type Cast, type Outsider, TEXT_NUMBER } from './cast.ts';

/** Thrown when the system cannot be brought into the situation of an entry. */
export class SituationError extends Error {
  override name = 'SituationError';
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SECOND_MS = 1000;
const PHOTO = 'https://media.example/photo.jpg';
/** Tuesday 10 March 2026, 0:00 in Chicago. */
const MIDNIGHT = Date.UTC(2026, 2, 10, 5);
const USUAL_TIME = '10:00';
const USUAL_NIGHT_TIME = '21:40';
/** Time between the booking and the text. */
export const BOOKED_BEFORE_MS = 3 * HOUR_MS;
/** Her house, and the places where the trailer drives to besides. */
const HOUSES = [
  '1108 Alder Dr',
  '2210 Cedar St',
  '31 Maple St',
  '7 Oak Ct',
  '940 Elm Ave',
  '15 Birch Ln',
  '88 Pecan Way',
] as const;
export const OTHER_STOPS = ['6400 Burleson', '9500 Giles'] as const;
const SITE = { lat: 30.2747, lon: -97.7404 };
const YARD = { kind: 'yard', address: `${OTHER_STOPS[0]} Rd`, lat: 30.2211, lon: -97.6972 } as const;
const LANDFILL = { kind: 'dump_site', address: `${OTHER_STOPS[1]} Ln`, lat: 30.3345, lon: -97.6281 } as const;

/** Returns the time at which the entry is written, epoch ms. */
export const writtenAtOf = ({ given }: CorpusEntry): number => {
  const [hours = 0, minutes = 0] = (
    given.writtenAt ?? (given.setting === 'after-hours' ? USUAL_NIGHT_TIME : USUAL_TIME)
  )
    .split(':')
    .map(Number);
  return MIDNIGHT + (hours < 7 ? 24 * HOUR_MS : 0) + hours * HOUR_MS + minutes * MINUTE_MS;
};

/** Returns the end of the dispatchers' quiet hours after a time of the night, epoch ms. */
export const morningAfter = (at: number): number => MIDNIGHT + (at < MIDNIGHT + 7 * HOUR_MS ? 7 : 31) * HOUR_MS;

const send = async (system: System, subject: TokenSubject, request: Omit<HttpRequest, 'headers'>): Promise<void> => {
  const headers = { authorization: `Bearer ${await system.tokenFor(subject)}`, 'content-type': 'application/json' };
  const { status, body } = await system.request({ ...request, headers });
  if (status >= 300) throw new SituationError(`${request.method} ${request.path} was answered with ${status}: ${body}`);
};

const OFFICE: TokenSubject = { audience: 'operator' };

type Booking = {
  jobId: string;
  place: number;
  customer: { name: string; phone: string };
  scheduledFor: number | null;
  isHauled: boolean;
};

const book = (system: System, { jobId, place, customer, scheduledFor, isHauled }: Booking): Promise<void> =>
  send(system, OFFICE, {
    method: 'POST',
    path: '/api/jobs',
    body: JSON.stringify({
      id: jobId,
      accountId: `account-${place}`,
      kind: isHauled ? 'final_pickup' : 'delivery',
      customer,
      stops: [
        {
          kind: isHauled ? 'pickup' : 'drop_off',
          address: HOUSES[place % HOUSES.length],
          ...siteAt(place),
        },
        isHauled ? LANDFILL : YARD,
      ],
      ...(scheduledFor === null ? {} : { scheduledFor: new Date(scheduledFor).toISOString() }),
      ...(scheduledFor === null ? {} : { trailers: [trailerAt(place)] }),
    }),
  });

const siteAt = (place: number) => ({ lat: SITE.lat - place * 0.03, lon: SITE.lon });
const trailerAt = (place: number): string => `T${(place % 3) + 1}`;

const change = (system: System, jobId: string, body: object): Promise<void> =>
  send(system, OFFICE, { method: 'PATCH', path: `/api/jobs/${jobId}`, body: JSON.stringify(body) });

/** Posts positions on a straight way towards a place, a minute apart, until now. */
const drive = async (
  system: System,
  { jobId, trailerId }: { jobId: string; trailerId: string },
  { lat, lon }: { lat: number; lon: number },
  { isStuck = false } = {},
): Promise<void> => {
  const minutes = isStuck ? [24, 22, 20] : [3, 2, 1];
  const fixes = minutes.map((ago, i) => ({
    lat: lat - 0.08 + i * 0.006,
    lon,
    at: new Date(system.now() - ago * MINUTE_MS).toISOString(),
    accuracyM: 6,
    speedMps: 11,
    headingDeg: 0,
  }));
  const still = isStuck
    ? [15, 10, 5, 1].map((ago) => ({
        ...(fixes.at(-1) as object),
        speedMps: 0,
        at: new Date(system.now() - ago * MINUTE_MS).toISOString(),
      }))
    : [];
  const body = JSON.stringify({ fixes: [...fixes, ...still] });
  await send(system, { audience: 'device', trailerId }, { method: 'POST', path: `/api/jobs/${jobId}/location`, body });
};

const scheduleOf = (setting: string, writtenAt: number, window: string | undefined): number | null => {
  if (setting === 'scheduled-undated') return null;
  if (setting === 'scheduled-tomorrow') return MIDNIGHT + 33 * HOUR_MS;
  const hour = window?.match(/^(\d+)/)?.[1];
  return hour ? MIDNIGHT + Number(hour) * HOUR_MS : writtenAt - HOUR_MS;
};

/** Brings a job into its state. `place` is that of the job among all jobs of the entry. */
const bringJob = async (system: System, jobId: string, place: number, { given }: CorpusEntry): Promise<void> => {
  const { setting } = given;
  if (setting.startsWith('scheduled')) return;
  await change(system, jobId, { status: 'in_transit' });
  if (setting === 'completed-today') return await change(system, jobId, { status: 'completed' });
  const truck = { jobId, trailerId: trailerAt(place) };
  if (setting === 'after-last-stop') {
    await change(system, jobId, { status: 'at_site' });
    await change(system, jobId, { status: 'en_route_to_next', currentStop: 1 });
    return await drive(system, truck, LANDFILL);
  }
  await drive(system, truck, siteAt(place), { isStuck: /not moved/.test(given.page ?? '') });
};

/** Sends a text and lets it arrive. */
export const say = async (
  system: System,
  from: string,
  body: string,
  { media = [] as readonly string[], restMs = 30 * SECOND_MS } = {},
): Promise<void> => {
  await system.deliverText({ from, to: TEXT_NUMBER, body, media });
  await system.advanceTo(system.now() + restMs);
};

/** Returns the address that a dispatcher's phone offers for a reply in its last text that contains certain words. */
const offeredHandle = (system: System, phone: string, words: string): string | null =>
  system
    .sentTexts()
    .findLast(({ to, body }) => to === phone && body.toLowerCase().includes(words.slice(0, 12).toLowerCase()))
    ?.body.match(/@\w[\w-]*/)?.[0] ?? null;

/** Time after which a dispatcher's answer has arrived. It may still wait before, so that its writer can take it back. */
const ARRIVES_AFTER_MS = 30 * SECOND_MS;

/** A dispatcher answers with the address that the phone offers. Throws a `SituationError` when the customer does not get it. */
const answer = async (
  system: System,
  dispatcher: string,
  { phone, name, handle, asked }: Outsider,
  words: string,
  restMs = ARRIVES_AFTER_MS,
): Promise<void> => {
  const offered = offeredHandle(system, dispatcher, asked ?? name) ?? `@${handle}`;
  await say(system, dispatcher, `${offered} ${words}`, { restMs });
  if (restMs < ARRIVES_AFTER_MS) return;
  const hasArrived = system.sentTexts().some(({ to, body }) => to === phone && body.includes(words));
  if (!hasArrived) throw new SituationError(`the customer did not get the dispatcher's "${words}"`);
};

const USUAL_QUESTIONS: Readonly<Record<string, string>> = {
  en: 'Can you come on Tuesday?',
  es: '¿Pueden venir el martes?',
};
const USUAL_STATEMENTS: Readonly<Record<string, string>> = {
  en: 'The gate in the back does not open',
  es: 'No abre el portón de atrás',
};
const USUAL_ANSWERS: Readonly<Record<string, string>> = { en: 'Yes, Tuesday works', es: 'Sí, el martes está bien' };

const isBySystem = (text: string | undefined): boolean => text?.startsWith('system') ?? false;
const isByMachine = (text: string): boolean => isBySystem(text) || text.startsWith('automatic');

/** Returns the age of an answer that was given just now and may still wait, in seconds; null for an older one. */
const secondsSinceAnswer = ({ given }: CorpusEntry): number | null => {
  const [, seconds] = /\b(\d+) seconds ago\b/.exec(given.answeredBy ?? '') ?? [];
  return seconds === undefined ? null : Number(seconds);
};

/** Returns the conversations that have to be open, with the words that opened them. */
const openedBy = (entry: CorpusEntry, cast: Cast): Outsider[] => {
  const { given, lang } = entry;
  const talking = cast.outsiders.filter(({ asked }) => asked !== null);
  if (talking.length > 0 || given.conversations) return talking;
  const usual = given.setting === 'statement-open' ? USUAL_STATEMENTS : USUAL_QUESTIONS;
  // A dispatcher's phone answers by itself only when it got a text.
  const isTriggered = cast.writer.isStaff && entry.kind === 'auto-reply';
  if (!isTriggered && !['question-open', 'statement-open', 'answered'].includes(given.setting)) return [];
  return [{ ...cast.subject, asked: usual[lang] ?? usual['en'] ?? '' }];
};

/** The dispatcher of `Dana, two minutes ago: 2` is the first one: the second writes the entry. */
const answersGiven = async (
  system: System,
  entry: CorpusEntry,
  cast: Cast,
  [first]: readonly Outsider[],
): Promise<void> => {
  const { given, lang } = entry;
  const dana = cast.dispatchers[0]?.phone ?? '';
  if (given.setting !== 'answered' || !first) return;
  const words =
    given.answeredBy?.split(/:\s*/).slice(1).join(': ') ??
    given.previous ??
    USUAL_ANSWERS[lang] ??
    USUAL_ANSWERS['en'] ??
    '';
  const secondsAgo = secondsSinceAnswer(entry);
  await answer(system, dana, first, words, secondsAgo === null ? ARRIVES_AFTER_MS : secondsAgo * SECOND_MS);
  const [, later] = given.note?.match(/ended two hours ago, (\w+) wrote since/) ?? [];
  const next = cast.outsiders.find(({ name }) => later && name.startsWith(later));
  if (!next) return;
  await system.advanceTo(system.now() + 2 * HOUR_MS);
  await say(system, next.phone, 'do you take old paint cans', { restMs: MINUTE_MS });
  await answer(system, dana, { ...next, asked: 'do you take old paint cans' }, 'sorry no paint on our trailers');
};

const hasReached = (system: System, phone: string, since: number): boolean =>
  system.sentTexts().some(({ to, at }) => to === phone && at > since);

/** Opens a conversation. After an automatic answer the person asks again in other words, so that the team gets it. */
const open = async (system: System, { lang }: CorpusEntry, cast: Cast, { phone, asked }: Outsider): Promise<void> => {
  const media = /^\(photo/.test(asked ?? '') ? [PHOTO] : [];
  const since = system.now();
  await say(system, phone, media.length > 0 ? '' : (asked ?? ''), { media, restMs: 20 * SECOND_MS });
  const isAnsweredByMachine = hasReached(system, phone, since);
  if (!isAnsweredByMachine || cast.dispatchers.some((one) => hasReached(system, one.phone, since))) return;
  await say(system, phone, USUAL_QUESTIONS[lang] ?? USUAL_QUESTIONS['en'] ?? '', { restMs: 20 * SECOND_MS });
};

/** A situation that is ready for the texts of its entry. */
export type Ready = {
  /** Time of the first open question, or null. Epoch ms. */
  askedAt: number | null;
  /** Words of a dispatcher that the system has asked about and still holds, or null. */
  heldWords: string | null;
  /** The answer to that question that the writer's phone offers in place of the entry's text, or null. */
  offered: string | null;
};

/** Returns the handle that the system's question offers for the subject, where it does not offer the entry's own digit. */
const offerFor = (system: System, { texts }: CorpusEntry, { writer, subject }: Cast): string | null => {
  const question = system.sentTexts().findLast(({ to }) => to === writer.phone)?.body ?? '';
  const isOffered = new RegExp(`(?<![\\w@])${texts[0]}(?!\\w)`).test(question);
  return isOffered ? null : `@${subject.handle}`;
};

const HELD_WORDS = 'yes the afternoon suits our driver';

/** Waits for the alarm, or has a dispatcher write words that the system asks back about, where the last text was by the system. */
const bringLastText = async (
  system: System,
  { given }: CorpusEntry,
  cast: Cast,
  askedAt: number | null,
): Promise<string | null> => {
  if (!isBySystem(given.previous)) return null;
  if (/who is this for/i.test(given.previous ?? '')) {
    await say(system, cast.writer.phone, HELD_WORDS, { restMs: MINUTE_MS });
    return HELD_WORDS;
  }
  if (askedAt !== null) await system.advanceTo(askedAt + (ALARM_MINUTES + 1) * MINUTE_MS);
  return null;
};

/** Has a dispatcher write the last text that the customer got, where the entry gives it and no answer is one. */
const previousSaid = async (system: System, { given }: CorpusEntry, cast: Cast): Promise<void> => {
  const { previous, setting } = given;
  if (previous === undefined || isByMachine(previous) || setting === 'answered' || cast.writer.isStaff) return;
  await answer(system, cast.dispatchers[0]?.phone ?? '', cast.subject, previous, MINUTE_MS);
};

/** Books the jobs and lets the people write what came before the entry. @throws SituationError when the system does not let it happen */
export const bringSituation = async (system: System, entry: CorpusEntry, cast: Cast): Promise<Ready> => {
  const { given } = entry;
  const writtenAt = writtenAtOf(entry);
  const jobs = cast.outsiders.flatMap((one) => (one.jobId === null ? [] : [{ ...one, jobId: one.jobId }]));
  const active = jobs.filter(({ phone, asked }) => phone === cast.subject.phone || asked !== null);
  for (const [place, { jobId, name, phone }] of jobs.entries()) {
    const isActive = active.some((one) => one.jobId === jobId);
    const isHauled = isActive && given.setting === 'after-last-stop';
    const scheduledFor = isActive ? scheduleOf(given.setting, writtenAt, given.window) : MIDNIGHT + 7 * 24 * HOUR_MS;
    await book(system, { jobId, place, customer: { name, phone }, scheduledFor, isHauled });
    for (let more = 1; isActive && more < (given.jobs ?? 1); more += 1)
      await book(system, {
        jobId: `${jobId}${more}`,
        place: place + more,
        customer: { name, phone },
        scheduledFor,
        isHauled,
      });
  }
  await system.advanceTo(writtenAt - 30 * MINUTE_MS);
  const isTwoHoursAgo = /two hours ago/.test(given.note ?? '');
  if (!isTwoHoursAgo) await system.advanceTo(writtenAt - 4 * MINUTE_MS);
  for (const [place, { jobId }] of jobs.entries())
    if (active.some((one) => one.jobId === jobId)) await bringJob(system, jobId, place, entry);
  const opened = openedBy(entry, cast);
  const askedAt = opened.length > 0 ? system.now() : null;
  for (const one of opened) await open(system, entry, cast, one);
  if (given.customerOptedOut) await say(system, cast.subject.phone, 'STOP');
  const secondsAgo = secondsSinceAnswer(entry);
  if (secondsAgo !== null) await system.advanceTo(writtenAt - secondsAgo * SECOND_MS);
  await answersGiven(system, entry, cast, opened);
  if (secondsAgo !== null) return { askedAt, heldWords: null, offered: null };
  await previousSaid(system, entry, cast);
  const heldWords = await bringLastText(system, entry, cast, askedAt);
  await system.advanceTo(Math.max(system.now() + MINUTE_MS, writtenAt));
  const offered = heldWords === null ? null : offerFor(system, entry, cast);
  return { askedAt, heldWords, offered };
};

/** Returns the addresses of the pictures that come with a text. */
export const mediaOf = ({ given, texts }: CorpusEntry, text: string): string[] => {
  if (/with the first text/.test(given.media ?? '') && text !== texts[0]) return [];
  const inWords = text.match(/\[(photo|foto|picture)\]/gi)?.length ?? 0;
  return Array.from({ length: inWords + (given.media ? 1 : 0) }, (_, i) => `${PHOTO}?${i}`);
};
