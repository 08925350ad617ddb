import type { IncomingText, SentText, Usage } from '../system.ts';
import type { Figure, FigureUnit, Judge } from './scoreboard.ts';

/** All that the judge of the machine needs. Lists are oldest first. */
export type MachineFacts = {
  days: number;
  /** Texts that phones wrote, with their times, and those that phones got. */
  incoming: readonly (IncomingText & { at: number })[];
  sent: readonly SentText[];
  /** Calls since the start: at the start, at each midnight, and at the end. */
  usage: readonly Usage[];
  /** Received texts without a trace in the system's log; null where the log cannot be read. */
  lostTexts: number | null;
  deadLetters: number | null;
  /** Outbound messages whose outcome the system still does not know. */
  unknownOutcomes: number;
  /** Cost in US dollars a month: from the counted calls, and by the product's own page. Null where calls are not counted. */
  dollars: { measured: number; documented: number } | null;
};

const MINUTE_MS = 60_000;
/** Time within which the same words to the same phone are one text that was sent twice. */
const SAME_TEXT_MS = 10 * MINUTE_MS;
/** Time from a text to the last one that it may cause at once. */
const CAUSED_WITHIN_MS = 20 * MINUTE_MS;
const MONTH_DAYS = 30;

/** Returns how often texts that a phone got at a time may be the same: as often as someone wrote the words, or asked. */
const allowedTimes = ({ to, body, at }: SentText, incoming: MachineFacts['incoming']): number => {
  const causes = incoming.filter(
    (text) =>
      text.at <= at &&
      at - text.at <= CAUSED_WITHIN_MS &&
      (text.from === to || (text.body !== '' && body.includes(text.body))),
  );
  return Math.max(1, causes.length);
};

/** Counts the texts that a phone got again within ten minutes, although they were caused once. */
export const doubledTexts = ({ incoming, sent }: Pick<MachineFacts, 'incoming' | 'sent'>): number => {
  const byText = Map.groupBy(sent, ({ to, body }) => `${to} ${body}`);
  let doubled = 0;
  for (const same of byText.values()) {
    let first: SentText | null = null;
    let times = 0;
    for (const text of same) {
      if (!first || text.at - first.at > SAME_TEXT_MS) [first, times] = [text, 0];
      times += 1;
      if (times > 1 && times > allowedTimes(text, incoming)) doubled += 1;
    }
  }
  return doubled;
};

const callsIn = (usage: Usage | undefined, name: string): number => usage?.[name] ?? 0;

/** Returns the sum of all calls whose name begins with a prefix. */
const callsWith = (usage: Usage | undefined, prefix: string): number =>
  Object.entries(usage ?? {}).reduce((sum, [name, count]) => sum + (name.startsWith(prefix) ? count : 0), 0);

/** Returns calls per call of another kind, between two snapshots; null without any of the other kind. */
const rateBetween = (from: Usage | undefined, to: Usage | undefined, name: string, per: string): number | null => {
  const times = callsIn(to, per) - callsIn(from, per);
  return times > 0 ? (callsIn(to, name) - callsIn(from, name)) / times : null;
};

/** Returns the factor by which a rate has grown from the first half of the run to the second; 1 when either half has no calls. */
const growthOf = (usage: readonly Usage[], name: string, per: string): number => {
  const middle = Math.floor((usage.length - 1) / 2);
  const before = rateBetween(usage[0], usage[middle], name, per);
  const after = rateBetween(usage[middle], usage.at(-1), name, per);
  return before && after ? after / before : 1;
};

/** Judges the machine: texts lost and doubled, outcomes left unknown, calls, dollars and growth. */
export const judgeMachine: Judge<MachineFacts> = (facts) => {
  const { days, incoming, sent, usage, lostTexts, deadLetters, unknownOutcomes, dollars } = facts;
  const figure = (name: string, value: number | null, unit: FigureUnit = 'count', of?: number): Figure[] =>
    value === null
      ? []
      : [{ name, group: 'machine', value, ...(of === undefined ? {} : { of }), unit, better: 'lower' }];
  const last = usage.at(-1) ?? {};
  const hasCounts = Object.keys(last).length > 0;
  const perMonth = (count: number): number | null => (hasCounts ? (count * MONTH_DAYS) / days : null);
  const texts = Math.max(1, incoming.length);
  return [
    ...figure('texts lost', lostTexts, 'count', incoming.length),
    ...figure('texts doubled', doubledTexts(facts), 'count', sent.length),
    ...figure('dead letters', deadLetters),
    ...figure('outcomes unknown at the end', unknownOutcomes, 'count', sent.length),
    ...figure('functions called', perMonth(callsWith(last, 'lambda.')), 'per month'),
    ...figure('reads', perMonth(callsIn(last, 'dynamodb.read')), 'per month'),
    ...figure('writes', perMonth(callsIn(last, 'dynamodb.write')), 'per month'),
    ...figure('records queued', perMonth(callsIn(last, 'sqs.send')), 'per month'),
    ...figure('reads of the relay', hasCounts ? callsIn(last, 'relay.dynamodb.read') / texts : null, 'per text'),
    ...figure('items read by the relay', hasCounts ? callsIn(last, 'relay.dynamodb.items') / texts : null, 'per text'),
    ...figure('items kept for good', perMonth(callsIn(last, 'stored.item')), 'per month'),
    ...figure('cost', dollars?.measured ?? null, 'USD'),
    ...figure('cost, times that of docs/cost.md', dollars && dollars.measured / dollars.documented, 'share'),
    ...figure(
      'growth of items read per text, second half to first',
      hasCounts ? growthOf(usage, 'relay.dynamodb.items', 'carrier.received') : null,
      'share',
    ),
    ...figure(
      'growth of items read per request, second half to first',
      hasCounts ? growthOf(usage, 'http.dynamodb.items', 'http.request') : null,
      'share',
    ),
  ];
};
