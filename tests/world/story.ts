import { jobTruthsOf, type Sighting, spokenText } from '@qdn/world';
import type { PlayedWorld } from './play-world.ts';

/** A line of a story. `source` is `TRUTH` for what happened, and otherwise what the system did or someone said. */
type Line = { at: number; source: 'TRUTH' | 'OFFICE' | 'STATUS' | 'PAGE' | 'TEXT' | 'SAID'; what: string };

const clockText = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('en-US', {
    timeZone,
    ...{ weekday: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  }).format(at);

const truthLines = ({ fleet }: PlayedWorld, jobId: string): Line[] => {
  const truth = jobTruthsOf(fleet.truths()).get(jobId);
  if (!truth) return [];
  const legs = truth.legs.flatMap(({ setOutAt, arrivedAt, stop, trailerId }): Line[] => [
    { at: setOutAt, source: 'TRUTH', what: `${trailerId} sets out for stop ${stop}` },
    ...(arrivedAt === null
      ? [{ at: setOutAt, source: 'TRUTH' as const, what: `${trailerId} never arrives at stop ${stop}` }]
      : []),
  ]);
  const visits = truth.stops.flatMap(({ visits: own }) =>
    own.flatMap(({ stop, kind, arrivedAt, unloadedAt, leftAt }): Line[] => [
      { at: arrivedAt, source: 'TRUTH', what: `arrives at stop ${stop} (${kind})` },
      { at: unloadedAt, source: 'TRUTH', what: `is unloaded at stop ${stop}` },
      { at: leftAt, source: 'TRUTH', what: `leaves stop ${stop}` },
    ]),
  );
  return [...legs, ...visits];
};

const officeLines = ({ fleet }: PlayedWorld, jobId: string): Line[] => {
  const booking = fleet.bookings.find((one) => one.jobId === jobId);
  if (!booking) return [];
  const { bookedAt, customer, trailerIds, scheduledFor, changes } = booking;
  const due = scheduledFor === null ? 'any time' : clockText(scheduledFor, fleet.company.timeZone);
  return [
    { at: bookedAt, source: 'OFFICE', what: `books ${customer.name} with ${trailerIds.join(', ')} for ${due}` },
    ...changes.map(
      ({ at, reason, body }): Line => ({ at, source: 'OFFICE', what: `${reason}: ${JSON.stringify(body)}` }),
    ),
  ];
};

/** Returns a line for each status that was first seen after a change. */
const statusLines = (sightings: readonly Sighting[], jobId: string): Line[] => {
  const known = new Set<string>();
  return sightings
    .filter((sighting) => sighting.jobId === jobId)
    .flatMap(({ at, history }) =>
      history.flatMap((change): Line[] => {
        const name = JSON.stringify(change);
        if (known.has(name)) return [];
        known.add(name);
        const lateS = Math.round((at - change.at) / 1000);
        return [{ at: change.at, source: 'STATUS', what: `${change.status}, by ${change.by}; seen after ${lateS} s` }];
      }),
    );
};

const textLines = ({ fleet, incoming, system }: PlayedWorld, jobId: string): Line[] => {
  const phone = fleet.bookings.find((one) => one.jobId === jobId)?.customer.phone;
  const handle = spokenText(jobId.replace(/^\D+/, '')).plain;
  const concerns = (body: string): boolean => new RegExp(`\\b${handle}\\b`).test(body);
  const said = incoming.filter(({ from, body }) => from === phone || concerns(body));
  const sent = system.sentTexts().filter(({ to, body }) => to === phone || concerns(body));
  return [
    ...said.map(({ at, from, body }): Line => ({ at, source: 'SAID', what: `${from}: ${body}` })),
    ...sent.map(
      ({ at, to, body }): Line => ({ at, source: 'TEXT', what: `to ${to}: ${body.replaceAll('\n', ' / ')}` }),
    ),
  ];
};

const pageLines = ({ facts }: PlayedWorld, jobId: string, timeZone: string): Line[] =>
  facts.views
    .filter((view) => view.jobId === jobId)
    .map(({ at, moment, responded, status, range }): Line => {
      const arrival = range
        ? `, arrival ${clockText(range.earliest, timeZone)} to ${clockText(range.latest, timeZone)}`
        : ', no arrival range';
      return {
        at,
        source: 'PAGE',
        what: `viewed (${moment}): ${responded === 200 ? `${status}${arrival}` : `HTTP ${responded}`}`,
      };
    });

/** Returns the timeline of a job: the truth beside what the system did and said, in the order of time. Null for an unknown job. */
export const storyOf = (played: PlayedWorld, jobId: string): string | null => {
  const { timeZone } = played.fleet.company;
  const lines = [
    ...truthLines(played, jobId),
    ...officeLines(played, jobId),
    ...statusLines(played.facts.sightings, jobId),
    ...textLines(played, jobId),
    ...pageLines(played, jobId, timeZone),
  ].sort((one, other) => one.at - other.at);
  if (lines.length === 0) return null;
  const text = lines.map(({ at, source, what }) => `${clockText(at, timeZone)}  ${source.padEnd(6)}  ${what}`);
  return [`Job ${jobId}`, ...text, ''].join('\n');
};
