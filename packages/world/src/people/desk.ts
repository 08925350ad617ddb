import { localTimeAt } from '../office/clock.ts';
import { type EventQueue, eventQueue } from '../office/event-queue.ts';
import type { Random } from '../random.ts';
import type { SaidText } from '../score/said.ts';
import type { SentText, WorldCompany } from '../system.ts';
import type { Language, Phrases, TopicKind } from './phrases.ts';
import type { recognitionOf } from './recognition.ts';

/** The truth about a talk with someone outside the company. */
export type Talk = {
  id: string;
  phone: string;
  name: string;
  /** Numbers of the jobs, as texts mention them. */
  handles: readonly string[];
  /** Phones that get the texts of a job in place of the team from a time on. */
  contacts: readonly { from: number; phones: readonly string[] }[];
  writer: 'customer' | 'other-phone' | 'stranger' | 'driver';
  language: Language;
  kind: TopicKind;
  /** Times of the last text and of the last answer that the phone got, epoch ms. */
  saidAt: number;
  answeredAt: number;
  hasOptedOut: boolean;
};

export type SaidDraft = Omit<SaidText, 'id' | 'at'>;

/** Something that a person does at a time. */
export type Deed = { at: number; run: (now: number) => void };

/** The things that all people share: the time to come, talks, and their way to say something. */
export type Desk = {
  company: WorldCompany;
  phrases: Phrases;
  recognise: ReturnType<typeof recognitionOf>['recognise'];
  talks: Map<string, Talk>;
  deeds: EventQueue<Deed>;
  /** Says a text now. */
  say(draft: SaidDraft): void;
  later(deed: Deed): void;
};

/** Reads the texts that a phone got. */
export type Reader = (text: SentText, own: readonly SaidText[]) => void;

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const WAKES_H = 7;
const SLEEPS_H = 21;

/** Returns a time, or a time of the next morning where people sleep. */
export const whenAwake = (at: number, timeZone: string, random: Random): number => {
  const { hour } = localTimeAt(at, timeZone);
  if (hour >= WAKES_H && hour < SLEEPS_H) return at;
  const waitH = hour < WAKES_H ? WAKES_H - hour : 24 - hour + WAKES_H;
  return at + waitH * HOUR_MS + random.between(3, 40) * MINUTE_MS;
};

export const deskQueue = (): EventQueue<Deed> => eventQueue<Deed>();

/** Says lines one after the other, some seconds apart. */
export const sayLines = (
  desk: Desk,
  random: Random,
  at: number,
  lines: readonly string[],
  draft: (line: string, i: number, now: number) => SaidDraft,
): void => {
  let time = at;
  for (const [i, line] of lines.entries()) {
    desk.later({ at: time, run: (now) => desk.say(draft(line, i, now)) });
    time += random.between(2, 7) * SECOND_MS;
  }
};
