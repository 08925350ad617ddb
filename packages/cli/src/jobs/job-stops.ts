import { pathTo, type Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { PLACE_QUALITIES, type StopKind, spokenDistance } from '@qdn/domain';
import { choose } from '../choose.ts';
import { type Known, knownTo } from '../company/company.ts';
import { stopKindMeant, stopMeant } from '../company/names.ts';
import { CommandError } from '../connection.ts';
import type { OperatorContext } from '../operator-context.ts';

type Answer = Wire<'placeAnswer'>;
type FoundPlace = Answer['places'][number];
type WireStop = Wire<'stop'>;

/** `drop_off: 1100 Congress Ave`, without coordinates; a map's link may hold an @. */
const toLookUp = (typed: string): { kind: StopKind; text: string } | null => {
  const [, kindTyped = '', text = ''] = /^(\w[\w -]*?)\s*:\s*(\S.*)$/.exec(typed.trim()) ?? [];
  const kind = stopKindMeant(kindTyped);
  const isWrittenOut = text.includes('@') && !/^https?:/i.test(text);
  return kind && !isWrittenOut ? { kind, text } : null;
};

/** `… @ 30.2706, -97.754 (street)`: the quality that `choose` prints with a place. */
const qualityOf = (typed: string): { typed: string; quality: WireStop['quality'] } => {
  const [whole = '', word] = new RegExp(`\\s*\\((${PLACE_QUALITIES.join('|')})\\)$`).exec(typed.trim()) ?? [];
  const quality = PLACE_QUALITIES.find((one) => one === word);
  return { typed: quality ? typed.trim().slice(0, -whole.length) : typed, quality };
};

const toStop = (kind: StopKind, { address, lat, lon, quality }: FoundPlace): WireStop => ({
  ...{ kind, address: address.slice(0, 200), lat, lon },
  ...(quality === null ? {} : { quality }),
});

/** The option that chooses a place without a terminal. */
const optionOf = (kind: StopKind, { address, lat, lon, quality }: FoundPlace): string =>
  `--stop "${kind}: ${address.replaceAll(/["@]/g, ' ')} @ ${lat}, ${lon}${quality === null ? '' : ` (${quality})`}"`;

/** Looks a place up, prints what was found, and asks when it is doubtful. @throws CommandError when none is chosen */
const lookedUp = async (
  { kind, text }: { kind: StopKind; text: string },
  customer: string | null,
  { company }: Known,
  context: OperatorContext,
): Promise<WireStop> => {
  const query = new URLSearchParams({ text, ...(customer === null ? {} : { customer }) });
  const { outcome, says, places } = await context.api<Answer>('GET', `${pathTo(routes.findPlaces)}?${query}`);
  const [first] = places;
  if (outcome === 'found' && first) {
    context.note(`Stop: ${says}`);
    return toStop(kind, first);
  }
  if (!first) throw new CommandError(says);
  const inMiles = company?.phone.startsWith('+1') ?? true;
  const chosen = await choose(
    context,
    says,
    places.map((place) => ({
      value: place,
      label: `${place.label}${place.distanceM === null ? '' : ` (${spokenDistance(place.distanceM, inMiles)})`}`,
      option: optionOf(kind, place),
    })),
  );
  return toStop(kind, chosen);
};

/**
 * Returns typed stops for the API: names of the company file, places with coordinates, or addresses, which are looked up.
 * @param customer the customer's number, for "same as last time"; null when it is not known
 * @throws CommandError for one that is not known, or doubtful without an answer
 */
export const stopsOf = async (
  typed: readonly string[],
  customer: string | null,
  context: OperatorContext,
): Promise<WireStop[]> => {
  const known = knownTo(context);
  const stops: WireStop[] = [];
  for (const one of typed) {
    const question = toLookUp(one);
    if (question) {
      stops.push(await lookedUp(question, customer, known, context));
      continue;
    }
    const { typed: place, quality } = qualityOf(one);
    const { radiusM, ...stop } = stopMeant(place, known);
    stops.push({ ...stop, ...(quality ? { quality } : { radiusM: radiusM ?? 100 }) });
  }
  return stops;
};
