import { sentence } from './sentence.ts';
import type { Moment, Words } from './words.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

const duration = (minutes: number): string => {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const parts = [hours > 0 ? plural(hours, 'hour', 'hours') : '', rest > 0 ? plural(rest, 'minute', 'minutes') : ''];
  return parts.filter((part) => part !== '').join(' ');
};

/** "Monday at 2:05 PM", or "2:05 PM" when that was today. */
const when = ({ day, clock }: Moment): string => (day ? `${day} at ${clock}` : clock);
/** The same after a verb. */
const at = ({ day, clock }: Moment): string => (day ? `${day} at ${clock}` : `at ${clock}`);

const outcomes = {
  delivered: 'Delivered',
  swapped: 'Swapped',
  returned: 'Returned',
  picked_up: 'Picked up',
} as const;

/** The work that could not be done, by its result. */
const work: Record<keyof typeof outcomes, string> = {
  delivered: 'deliver',
  swapped: 'swap',
  returned: 'empty',
  picked_up: 'pick up',
};

const winds = {
  n: 'north',
  ne: 'north-east',
  e: 'east',
  se: 'south-east',
  s: 'south',
  sw: 'south-west',
  w: 'west',
  nw: 'north-west',
} as const;

export const en: Words = {
  language: 'en',
  locale: 'en-US',
  ownName: 'English',
  title: (headline, company) => `${headline} · ${company}`,
  kinds: {
    delivery: 'Delivery',
    exchange: 'Exchange',
    dump_and_return: 'Dump and return',
    final_pickup: 'Final pickup',
  },
  stages: {
    scheduled: 'Scheduled',
    on_the_way: 'On the way',
    at_site: 'At your site',
    away: 'Picked up',
    on_the_way_back: 'Returning',
  },
  outcomes,
  stagesLabel: 'Progress',

  scheduled: (day) => ({
    headline: day ? `Scheduled for ${day}` : 'Scheduled',
    lead: day
      ? 'There is nothing to do for now. Once your trailer is on its way, this page shows where it is and when it will arrive.'
      : 'No date has been set yet. Call or text us to arrange one.',
  }),
  notSetOut: 'Your trailer has not set out yet. For an update, call or text us.',
  scheduledDay: (daysAhead, weekday, date) => {
    if (daysAhead === 0) return 'today';
    if (daysAhead === 1) return 'tomorrow';
    return daysAhead > 1 && daysAhead < 7 ? weekday : date;
  },
  scheduledAt: (date, clock) => `${date}, around ${clock}`,
  stage: {
    under_way: () => ({
      headline: 'On the road',
      lead: 'There is another stop first.',
    }),
    on_the_way: ({ kind, pickup }) => {
      if (!pickup)
        return { headline: kind === 'exchange' ? 'Your empty trailer is on the way' : 'On the way to you', lead: '' };
      return {
        headline: 'On the way to pick up your trailer',
        lead:
          kind === 'dump_and_return'
            ? 'We will bring it back empty. Please keep it accessible.'
            : 'Please keep it accessible.',
      };
    },
    at_site: ({ kind, pickup, trailers }) => {
      if (pickup) return { headline: 'We are here to pick up your trailer', lead: '' };
      if (kind === 'exchange') return { headline: 'We are here for the swap', lead: '' };
      return { headline: trailers > 1 ? 'Your trailers are here' : 'Your trailer is here', lead: '' };
    },
    away: ({ kind }) => ({
      headline: kind === 'dump_and_return' ? 'Being emptied' : 'Picked up',
      lead: 'We will bring it back to you.',
    }),
    on_the_way_back: () => ({ headline: 'On the way back to you', lead: '' }),
    back: ({ trailers }) => ({ headline: trailers > 1 ? 'Your trailers are back' : 'Your trailer is back', lead: '' }),
    done: ({ outcome, trailers, moment: { day, clock } }) => {
      const were = trailers > 1 ? 'Your trailers were' : 'Your trailer was';
      return {
        headline: `${outcomes[outcome]} ${day ? `${day}, ` : ''}${clock}`,
        lead: `${were} ${outcome === 'returned' ? 'emptied and returned' : outcomes[outcome].toLowerCase()}. Thank you!`,
      };
    },
    failed: ({ outcome, trailers, moment }) => ({
      headline: sentence(`We came by ${at(moment)}`).replace(/\.$/, ''),
      lead: `We could not ${work[outcome]} your ${trailers > 1 ? 'trailers' : 'trailer'}. Call or text us to agree on a new time.`,
    }),
  },
  partDone: ({ count, of, moment }, outcome) =>
    sentence(`${count} of ${of} ${outcomes[outcome].toLowerCase()} ${at(moment)}`),
  pastDay: (daysAgo, weekday, date) => (daysAgo === 1 ? 'yesterday' : daysAgo < 7 ? weekday : date),
  arrivedAt: (moment) => `Arrived ${at(moment)}`,
  pickedUpAt: (moment) => `Picked up ${at(moment)}`,
  finished: (date, clock) => `${date}, ${clock}`,
  cancelled: () => ({
    headline: 'This job was cancelled',
    lead: 'No trailer is on its way to you. If you did not expect this, call or text us.',
  }),
  link: (problem) =>
    ({
      missing: {
        headline: 'Open the link from our text',
        lead: 'The link to your tracking page is in the text message we sent you.',
      },
      unreadable: {
        headline: 'This link is incomplete',
        lead: 'Part of it may be missing. Open it again from our text message, or ask us for a new one.',
      },
      expired: {
        headline: 'This link has expired',
        lead: 'Tracking links work for a limited time. Text us and we will send you a new one.',
      },
      revoked: {
        headline: 'This link no longer works',
        lead: 'It may have been replaced by a newer one. Open the link in our latest text, or ask us.',
      },
    })[problem],
  unreached: (trouble) =>
    ({
      offline: {
        headline: 'You are offline',
        lead: 'This page updates by itself as soon as you are back online.',
      },
      network: {
        headline: 'This page cannot connect right now',
        lead: 'Your phone’s signal may be weak here. Your job is not affected, and this page keeps trying.',
      },
      server: {
        headline: 'We cannot see your trailer right now',
        lead: 'The problem is on our end. Your job is not affected, and this page keeps trying.',
      },
    })[trouble],

  arriving: (minutes) => (minutes === 0 ? 'any minute now' : `in about ${duration(minutes)}`),
  before: (clock) => `before ${clock}`,
  unknownArrival: 'Arrival time not known yet',
  noPosition: 'The map appears once the trailer sends its position.',
  otherLeg: 'The map shows the trailer while it is on its way to you or at your site.',

  trailersLabel: 'Trailers',
  nearestOf: (count) => `The map shows the nearest of ${count} trailers.`,
  distanceLabel: 'Distance',
  toGo: (length) => `${length} to go`,
  positionLabel: 'Position',
  secondsAgo: (seconds) => (seconds < 15 ? 'Just now' : `${seconds} s ago`),
  minutesAgo: (minutes) => `${minutes} min ago`,
  momentText: ({ day, clock }) => (day ? `${day.charAt(0).toUpperCase()}${day.slice(1)}, ${clock}` : clock),
  notYet: 'Not yet',
  checking: 'Checking…',
  staleMoving: (minutes) =>
    `Last position ${plural(minutes, 'minute', 'minutes')} ago. Signal is patchy here. The next update should arrive soon.`,
  staleStanding: (minutes) =>
    `Last position ${plural(minutes, 'minute', 'minutes')} ago. A parked trailer reports less often.`,
  lost: (moment, cause) => {
    const since = sentence(`No position since ${when(moment)}`);
    switch (cause) {
      case 'parked':
        return `${since} A parked trailer may stop reporting to save its battery.`;
      case 'battery_low':
        return `${since} The tracker’s battery was nearly empty. For an update, call or text us.`;
      case 'no_signal':
        return `${since} The tracker lost its signal on the way. For an update, call or text us.`;
      case null:
        return `${since} The tracker may have no signal or power. For an update, call or text us.`;
    }
  },

  offlineNotice: (moment) => sentence(`You are offline. Last updated ${at(moment)}`),
  troubleNotice: (moment) => `${sentence(`No update since ${when(moment)}`)} We keep trying.`,
  tryAgain: 'Try now',

  mapLabel: 'Your site',
  mapText: (length, wind) => `In a straight line, the trailer is ${length} ${winds[wind]} of your site.`,
  mapTextAt: 'The trailer is at your site.',
  north: 'N',
  mapControls: {
    map: 'Map',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    follow: 'Back to the trailer',
    fingersHint: 'Use two fingers to move the map',
    ctrlHint: 'Hold Ctrl and scroll to zoom the map',
  },

  textUs: 'Text us',
  callUs: 'Call',
  addToCalendar: 'Add to calendar',
  calendarNote: (textNumber, phone) =>
    `The time may change. The link we texted you always shows the latest. Text us: ${textNumber}. Call: ${phone}.`,
  share: 'Share this page',
  shareHint: 'Anyone with the link can follow this job.',
  copied: 'Link copied',
  showUnits: { metric: 'Show kilometers', us: 'Show miles' },
};
