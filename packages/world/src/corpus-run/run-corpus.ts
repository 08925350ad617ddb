import type { CorpusEntry } from '../corpus.ts';
import type { OpenSystem, System } from '../system.ts';
import { ALARM_MINUTES, type Cast, castOf } from './cast.ts';
import { type EntryObservation, entryFaults } from './judge-entry.ts';
import {
  BOOKED_BEFORE_MS,
  bringSituation,
  mediaOf,
  morningAfter,
  OTHER_STOPS,
  SituationError,
  say,
  writtenAtOf,
} from './situation.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
/** Time between texts that someone types one after the other. */
const NEXT_LINE_MS = 4 * SECOND_MS;
/** Time after the alarm is due until the entry is judged. */
const SPARE_MS = 5 * MINUTE_MS;
/** The carrier refuses texts to a landline with this code. */
const LANDLINE_CODE = 21614;
/** Number of texts from which a stranger's are a flood. */
const FLOOD_TEXTS = 10;
const PROBE = 'our driver can be there around four';
const AFTER_A_FLOOD = 'the gate code changed to the old one';

/** Result of a played entry. */
export type EntryResult = {
  id: string;
  kind: string;
  lang: string;
  from: string;
  /** Differences from the expectation. Empty: as expected. */
  faults: readonly string[];
  /** Texts that carriers took, and those of the entry itself, for a person who looks into it. */
  story: readonly string[];
};

/** Writes what a phone must not get after it has asked for no more texts. */
const probeAfterOptOut = async (
  system: System,
  { expect: { mustNot } }: CorpusEntry,
  cast: Cast,
): Promise<string | null> => {
  if (!mustNot.includes('later-texts')) return null;
  const other = cast.outsiders.find(({ phone }) => phone !== cast.subject.phone);
  if (cast.writer.isStaff) await say(system, other?.phone ?? '', PROBE, { restMs: 2 * MINUTE_MS });
  else
    await say(system, cast.dispatchers[0]?.phone ?? '', `@${cast.subject.handle} ${PROBE}`, { restMs: 2 * MINUTE_MS });
  return PROBE;
};

/** After a flood by a stranger, the texts of the customer that it names must arrive at once. */
const faultsAfterFlood = async (system: System, { texts, from }: CorpusEntry, cast: Cast): Promise<string[]> => {
  const named = cast.outsiders.find(({ handle }) => texts[0]?.includes(handle));
  if (from !== 'stranger' || texts.length < FLOOD_TEXTS || !named) return [];
  const since = system.now();
  await say(system, named.phone, AFTER_A_FLOOD, { restMs: 2 * MINUTE_MS });
  const sent = system.sentTexts().filter(({ at }) => at > since);
  return cast.dispatchers
    .filter(({ phone }) => !sent.some(({ to, body }) => to === phone && body.includes(AFTER_A_FLOOD)))
    .map(({ name }) => `${name} did not get the next text of ${named.name} within 2 min`);
};

const storyOf = (
  { texts }: CorpusEntry,
  { writer, outsiders, dispatchers, operatorPhone }: Cast,
  { sent, firstAt }: Pick<EntryObservation, 'sent' | 'firstAt'>,
): string[] => {
  const people = [...outsiders, ...dispatchers, { name: 'operator', phone: operatorPhone }];
  const nameOf = (to: string): string => people.find(({ phone }) => phone === to)?.name ?? to;
  const lines = sent.map(({ at, to, body }) => ({ at, line: `to ${nameOf(to)}: ${JSON.stringify(body)}` }));
  const said = texts.map((text) => ({ at: firstAt, line: `${writer.name} writes: ${JSON.stringify(text)}` }));
  return [...lines.filter(({ at }) => at <= firstAt), ...said, ...lines.filter(({ at }) => at > firstAt)].map(
    ({ at, line }) => `${new Date(at).toISOString().slice(11, 19)} ${line}`,
  );
};

const playEntry = async (
  system: System,
  entry: CorpusEntry,
  cast: Cast,
): Promise<Pick<EntryResult, 'faults' | 'story'>> => {
  const { askedAt, heldWords, offered } = await bringSituation(system, entry, cast);
  const firstAt = system.now();
  for (const [i, text] of entry.texts.entries()) {
    const restMs = i < entry.texts.length - 1 ? NEXT_LINE_MS : 0;
    await say(system, cast.writer.phone, offered ?? text, { media: mediaOf(entry, text), restMs });
  }
  const lastAt = system.now();
  const ofFlood = await faultsAfterFlood(system, entry, cast);
  const dueFrom = entry.given.setting === 'after-hours' ? morningAfter(lastAt) : Math.max(lastAt, askedAt ?? 0);
  const end = dueFrom + ALARM_MINUTES * MINUTE_MS + SPARE_MS;
  await system.advanceTo(end);
  const probe = await probeAfterOptOut(system, entry, cast);
  const openSince = Math.min(askedAt ?? firstAt, firstAt);
  const sent = system.sentTexts().filter(({ at }) => at > openSince);
  const observed = { sent, openSince, firstAt, lastAt, end, heldWords, probe };
  return {
    faults: [...entryFaults(entry, cast, observed, OTHER_STOPS), ...ofFlood],
    story: storyOf(entry, cast, observed),
  };
};

/** Plays an entry on a system of its own, and judges it. */
export const runEntry = async (entry: CorpusEntry, openSystem: OpenSystem, seed = 1): Promise<EntryResult> => {
  const { id, kind, lang, from } = entry;
  const cast = castOf(entry);
  const refusedPhones = entry.given.customerLandline ? { [cast.subject.phone]: LANDLINE_CODE } : {};
  const startAt = writtenAtOf(entry) - BOOKED_BEFORE_MS;
  const system = await openSystem({ company: cast.company, startAt, seed, faults: 'none', refusedPhones });
  try {
    return { id, kind, lang, from, ...(await playEntry(system, entry, cast)) };
  } catch (error) {
    if (!(error instanceof SituationError)) throw error;
    return { id, kind, lang, from, faults: [`not in the situation: ${error.message}`], story: [] };
  } finally {
    await system.close();
  }
};

/** Plays all entries, each on a system of its own. */
export const runCorpus = async (
  entries: readonly CorpusEntry[],
  openSystem: OpenSystem,
  { seed = 1, onResult = (_: EntryResult): void => {} } = {},
): Promise<EntryResult[]> => {
  const results: EntryResult[] = [];
  for (const entry of entries) {
    const result = await runEntry(entry, openSystem, seed);
    onResult(result);
    results.push(result);
  }
  return results;
};
