import type { Wire } from '@qdn/contracts';
import { oneLine } from './printable.ts';
import type { LocalTime } from './times/local-time.ts';
import { trackerLines } from './trackers/tracker-advice.ts';
import { batteryWords, ignoredWords } from './trackers/tracker-words.ts';

/** Returns a word of the API as people write it: `at_site` as `at site`. */
export const spaced = (text: string): string => text.replaceAll('_', ' ');

/** Returns rows as aligned columns. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const cells = rows.map((row) => row.map((cell) => oneLine(cell)));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

type ListedJob = Wire<'jobList'>['jobs'][number];

/** The columns of a list of jobs in their order; null for a field without one. The compiler reports a field that is not here. */
const JOB_COLUMNS: Readonly<
  Record<keyof ListedJob, { heading: string; cell: (job: ListedJob, time: LocalTime) => string } | null>
> = {
  id: { heading: 'JOB', cell: ({ id }) => id },
  // Accounts are for programs; the customer's name says it to a person.
  accountId: null,
  customerName: { heading: 'CUSTOMER', cell: ({ customerName }) => customerName },
  status: { heading: 'STATUS', cell: ({ status }) => spaced(status) },
  trailers: { heading: 'TRAILERS', cell: ({ trailers }) => trailers.join(', ') || '-' },
  scheduledFor: {
    heading: 'DUE',
    cell: ({ scheduledFor }, time) => (scheduledFor ? time.inWords(scheduledFor) : '-'),
  },
  updatedAt: { heading: 'CHANGED', cell: ({ updatedAt }, time) => time.stamp(updatedAt) },
};

/** Returns a list of jobs as a table. */
export const jobTable = ({ jobs }: Wire<'jobList'>, time: LocalTime): string => {
  const columns = Object.values(JOB_COLUMNS).filter((column) => column !== null);
  return jobs.length === 0
    ? 'No jobs.'
    : table([
        columns.map(({ heading }) => (heading === 'CHANGED' ? `${heading} (${time.label})` : heading)),
        ...jobs.map((job) => columns.map(({ cell }) => cell(job, time))),
      ]);
};

/** Returns the remark that a list is not complete. */
const shownOf = (shown: readonly unknown[], count = shown.length): string =>
  count > shown.length ? ` (the newest ${shown.length} of ${count === 1000 ? '1,000 or more' : count})` : '';

/** Returns the items that need attention, each with the next step. */
export const attentionReport = (
  { unresolved, unanswered, unmatched, ended, asked, counts, stoppedPhones = [] }: Wire<'attention'>,
  time: LocalTime,
): string => {
  const part = (title: string, advice: string, rows: string[][]): string[] =>
    rows.length === 0 ? [] : [`${title}\n${table(rows)}\n${advice}`];
  const parts = [
    ...part(
      'Phones of the team that get no texts, because they have opted out (STOP, QUIT, END …):',
      'To undo: text START from that phone to the company’s text number.',
      stoppedPhones.map((name) => [name]),
    ),
    ...part(
      `Messages with an unknown outcome${shownOf(unresolved, counts?.unresolved)}:`,
      'Ask the recipient, then: ./qdn resolve SID RECIPIENT --arrived (or --not-arrived). A later report from the carrier resolves the outcome automatically.',
      unresolved.map((one) => [time.stamp(one.since), one.jobId ?? '-', one.recipient, one.carrier, one.sid]),
    ),
    ...part(
      `Messages that no dispatcher has answered${shownOf(unanswered, counts?.unanswered)}:`,
      'Call the customer, then: ./qdn resolve SID --called. A dispatcher’s answer, or the end of the job, removes the message too.',
      unanswered.map((one) => [time.stamp(one.since), one.jobId ?? '-', one.sid]),
    ),
    ...part(
      'Messages without a job (last seven days):',
      'The team has received them. Create the job, or answer from the dispatch phone.',
      unmatched.map((one) => [time.stamp(one.at), one.from, oneLine(one.body).slice(0, 80)]),
    ),
    ...part(
      'Trailers that stand near a stop on their way, without having reached it:',
      'If a trailer is there, its command says so. If not: ./qdn set-status ID STATUS, with the present status again.',
      asked.map((one) => [
        time.stamp(one.at),
        one.jobId,
        one.customerName,
        one.trailerId,
        `${one.minutes} min, ${one.metres} m from ${one.address}`,
        `https://maps.google.com/?q=${one.lat.toFixed(5)},${one.lon.toFixed(5)}`,
        `./qdn set-status ${one.jobId} at_site --stop ${one.stop + 1}`,
      ]),
    ),
    ...part(
      'Jobs that could not be done, by their driver (last 36 hours):',
      'Agree on a new time with the customer. The command books it; the customer sees the new time at once.',
      ended
        .filter(({ status }) => status === 'failed')
        .map((one) => [
          time.stamp(one.at),
          one.jobId,
          one.customerName,
          one.trailerId ?? '-',
          `driver: ${one.reason}`,
          `./qdn reschedule ${one.jobId} tomorrow 9am`,
        ]),
    ),
    ...part(
      'Jobs that ended by themselves (last 36 hours):',
      'Most are right. If one is wrong, its command opens it again. If the work could not be done: ./qdn set-status ID could-not',
      ended
        .filter(({ status }) => status === 'completed')
        .map((one) => [
          time.stamp(one.at),
          one.jobId,
          one.customerName,
          one.trailerId ?? '-',
          one.by === 'driver' ? `driver: ${one.reason}` : one.reason,
          `./qdn undo ${one.jobId}`,
        ]),
    ),
  ];
  return parts.length === 0 ? 'Nothing needs your attention.' : parts.join('\n\n');
};

/** Reports an undo: the sentence of the history, and the state of the job now. */
export const undoReport = ({ id, status, customer, history }: Wire<'jobState'>): string =>
  oneLine(
    `${id} ${customer.name}: ${history.at(-1)?.reason ?? ''}. It is ${spaced(status)} now${status === 'scheduled' ? ', and waits for its trailer' : ''}.`,
  );

/** Returns a duration in one unit: "12 s", "6 min", "3 h", "2 days". */
export const ago = (seconds: number): string => {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 2 * 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
};

const CAUSES = { battery_low: 'its battery was low', parked: 'it was parked', no_signal: 'no signal' } as const;

/** Meaning of each reason, and advice for the person who sets the tracker up. */
const ADVICE: Record<string, string> = {
  unusable: 'without a position; check the client’s protocol',
  invalid: 'not a place on earth, or 0°, 0°; the receiver had no position',
  inaccurate: 'accuracy worse than a kilometre; let the tracker use GPS',
  future: 'in the future; check the device’s clock',
  expired: 'older than seven days; check the device’s clock',
  duplicate: 'reported before; nothing is lost',
  jump: 'a place that the trailer cannot have reached, judging by the other fixes',
  'wrong-trailer': 'from a trailer that is not on the job; check that the device has the right token',
  outdated: 'an old place, by the unit’s own word; it had no GPS',
  encrypted: 'encrypted with a key that does not fit',
  'unknown-unit': 'from a unit that no trailer has; add its ID to the company file (trailers[].externalId)',
};

/** Jumps of a day, and their share of its positions, from which a second device is the likely cause: a receiver jumps now and then. */
const TWO_DEVICES = { jumps: 10, share: 0.1 };

/** Returns the state of one trailer's tracker. */
export const trailerReport = (trailer: Wire<'trailerState'>, time: LocalTime): string => {
  const { position, battery, heardAt, fixesToday, ignoredToday, serverTime } = trailer;
  const ignored = ignoredToday.reduce((sum, { count }) => sum + count, 0);
  const last = position ? `last fix ${ago(position.ageS)} ago` : 'no fix';
  const heardS = heardAt ? Math.max(0, Math.round((Date.parse(serverTime) - Date.parse(heardAt)) / 1000)) : null;
  const lines = [
    `${trailer.trailerId} · ${trailer.jobId ? `job ${trailer.jobId}` : 'no job'}`,
    `${last}, ${fixesToday} today, ${ignored} ignored${ignored > 0 ? `: ${ignoredWords(ignoredToday)}` : ''}`,
  ];
  if (position) {
    const cause = position.cause ? `, ${CAUSES[position.cause]}` : '';
    lines.push(
      `Position   ${position.lat}, ${position.lon} at ${time.stamp(position.at)}${position.accuracyM === null ? '' : ` ±${Math.round(position.accuracyM)} m`} (${position.freshness}${cause})`,
    );
  }
  if (fixesToday > 1) lines.push(`Driven     ${(trailer.drivenTodayM / 1000).toFixed(1)} km today`);
  lines.push(...trackerLines(trailer));
  if (battery) lines.push(`Battery    ${batteryWords(battery)}`);
  if (heardS !== null && (!position || heardS + 5 < position.ageS))
    lines.push(`Last post  ${ago(heardS)} ago, without a fix that counts`);
  if (!position && heardAt === null)
    lines.push(
      trailer.trailerId === 'hub'
        ? 'No point of a unit without a trailer came today.'
        : `The tracker has sent nothing today. Check that the device has the token of ${trailer.trailerId} (./qdn token device ${trailer.trailerId}).`,
    );
  const jumps = ignoredToday.find(({ reason }) => reason === 'jump')?.count ?? 0;
  if (jumps >= TWO_DEVICES.jumps && jumps >= TWO_DEVICES.share * (fixesToday + jumps))
    lines.push(
      `Two devices may report as ${trailer.trailerId}: ${jumps} positions of today cannot be of one truck. Give each device the token of its own trailer (./qdn token device ${trailer.trailerId}).`,
    );
  for (const { reason, last: newest } of ignoredToday) {
    const example = newest ? ` Newest: ${newest.lat}, ${newest.lon} at ${time.stamp(newest.at)}.` : '';
    lines.push(`  ${reason}: ${ADVICE[reason] ?? 'not counted'}.${example}`);
  }
  return lines.map(oneLine).join('\n');
};

type Entry = { at: string; line: string };

/** Returns the events of a job, oldest first: changes of status, messages, and the outcome of each relay. */
const timeline = (job: Wire<'jobState'>, time: LocalTime): string[] => {
  const entries: Entry[] = [
    ...job.history.map(({ status, at, by, reason }): Entry => ({ at, line: `${spaced(status)} (${by}: ${reason})` })),
    ...job.messages.flatMap((message): Entry[] => [
      { at: message.at, line: `${message.from} wrote: ${message.body ?? ''}` },
      ...message.relays.map((relay): Entry => {
        const code = relay.errorCode === null || relay.errorCode === undefined ? '' : `, error ${relay.errorCode}`;
        return {
          at: relay.at,
          line: `  → ${relay.recipient}: ${relay.state.toLowerCase()}${relay.delivery ? `, ${relay.delivery}` : ''}${code}${relay.attempt > 1 ? `, attempt ${relay.attempt}` : ''}${relay.claims > 1 ? `, claimed ${relay.claims} times` : ''}`,
        };
      }),
    ]),
  ];
  return entries.sort((a, b) => a.at.localeCompare(b.at)).map(({ at, line }) => `  ${time.stamp(at)}  ${line}`);
};

/** `2:25 PM–2:40 PM CT`; with its dates when it does not end today: `2026-11-23 17:46–2026-11-24 14:41 CT`. */
const rangeWords = (earliest: string, latest: string, now: string, time: LocalTime): string => {
  const dayOf = (at: string) => time.stamp(at).slice(0, 10);
  const isToday = dayOf(earliest) === dayOf(now) && dayOf(latest) === dayOf(now);
  const clock = (at: string) => (isToday ? time.hour(at) : time.stamp(at).slice(0, 16));
  return `${clock(earliest)}–${clock(latest)} ${time.label}`;
};

/** `2:25 PM–2:40 PM CT, 11.2 km to go, position 20 s old` */
const arrivalWords = ({ eta, serverTime }: Wire<'jobState'>['location'], time: LocalTime): string => {
  if (!eta) return 'not known';
  const ageS = Math.max(0, Math.round((Date.parse(serverTime) - Date.parse(eta.asOf)) / 1000));
  return `${rangeWords(eta.earliest, eta.latest, serverTime, time)}, ${(eta.distanceM / 1000).toFixed(1)} km to go, position ${ageS} s old`;
};

const placeLines = ({ location }: JobState, time: LocalTime): string[] => {
  const { position, eta } = location;
  return [
    `Position   ${position ? `${position.lat}, ${position.lon} (${position.trailerId}, ${position.ageS} s ago, ${position.freshness})` : 'none'}`,
    `Arrival    ${eta ? `${arrivalWords(location, time)} (${eta.reason})` : 'not known'}`,
  ];
};

type JobState = Wire<'jobState'>;

/**
 * The lines that show each field of a job, in their order, or the reason for none. The compiler reports a field that is not here.
 */
const JOB_LINES: Readonly<
  Record<keyof JobState, ((job: JobState, time: LocalTime) => string[]) | { noLines: string }>
> = {
  id: ({ id, kind, status }) => [`${id} · ${spaced(kind)} · ${spaced(status)}`],
  kind: { noLines: 'beside the ID' },
  status: { noLines: 'beside the ID' },
  customer: ({ customer, accountId }) => [`Customer   ${customer.name}, ${customer.phone} (account ${accountId})`],
  accountId: { noLines: 'beside the customer' },
  trailers: ({ trailers }) => [`Trailers   ${trailers.join(', ') || 'none'}`],
  stops: ({ stops, currentStop }) =>
    stops.map((stop, i) => `${i === currentStop ? 'Stop     > ' : 'Stop       '}${spaced(stop.kind)}, ${stop.address}`),
  currentStop: { noLines: 'marks a stop' },
  pickupAddress: { noLines: 'among the stops' },
  dropOffAddress: { noLines: 'among the stops' },
  scheduledFor: ({ scheduledFor }, time) => (scheduledFor === null ? [] : [`Due        ${time.inWords(scheduledFor)}`]),
  notes: ({ notes }) => (notes ? [`Notes      ${notes}`] : []),
  location: placeLines,
  history: { noLines: 'in the timeline' },
  olderMessages: ({ id, olderMessages }) =>
    olderMessages ? [`Older messages: ./qdn job ${id} --older ${olderMessages}`] : [],
  messages: (job, time) => ['', `Timeline (${time.label})`, ...timeline(job, time)],
  contacts: { noLines: 'the company’s, except for a few jobs: --json' },
  createdAt: { noLines: 'the first entry of the timeline' },
  updatedAt: { noLines: 'the last entries of the timeline' },
  version: { noLines: 'for programs: --json' },
};

/** Returns one job as text. */
export const jobReport = (job: JobState, time: LocalTime): string =>
  Object.values(JOB_LINES)
    .flatMap((lines) => (typeof lines === 'function' ? lines(job, time) : []))
    .map(oneLine)
    .join('\n');
