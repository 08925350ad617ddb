import type { SavedPlace } from '@qdn/company/packaged';
import type { Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import {
  findPlace,
  type Geocoder,
  type KnownPlace,
  type PhoneNumber,
  type Place,
  parsePhoneNumber,
  usedPlaces,
} from '@qdn/domain';
import { apiHandler, errorFields, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { refusedParameter } from '../../refused-parameter.ts';

export type FindPlacesDependencies = Dependencies & { saved: readonly SavedPlace[]; geocode: Geocoder | null };

const MAX_TEXT = 300;

const refused = (name: string, detail: string) => refusedParameter(name, detail, `\`${name}\` ${detail}.`);

/** @throws ProductError for a query without a text, or with a number that is not one */
const queryOf = (query: URLSearchParams): { text: string; customer: PhoneNumber | null } => {
  const text = query.get('text')?.trim() ?? '';
  if (text === '' || text.length > MAX_TEXT) throw refused('text', `must have 1 to ${MAX_TEXT} characters`);
  const phone = query.get('customer');
  const customer = phone === null ? null : parsePhoneNumber(phone);
  if (phone !== null && !customer)
    throw refused('customer', 'must be a number in international form, like +15125550101');
  return { text, customer };
};

/** The company's yard, or its first own place; null when it has none. */
const middleOf = ({ follow }: Dependencies['company']): Place | null =>
  follow.ownPlaces.find(({ kind }) => kind === 'yard') ?? follow.ownPlaces[0] ?? null;

/** `GET /api/places`: the place that a text means, or the question to ask about it. Known places come before the geocoder's. */
export const findPlaces = ({ saved, geocode, ...dependencies }: FindPlacesDependencies) => {
  const { keyring, company, jobs, now, log } = dependencies;
  const used = usedPlaces(jobs, now);
  const known: KnownPlace[] = saved.map(([name, kind, address, lat, lon]) => ({ name, kind, address, lat, lon }));
  return apiHandler(
    routes.findPlaces,
    { log, authenticate: tokenAuthentication(routes.findPlaces, { keyring, now }) },
    async ({ query }) => {
      const { text, customer } = queryOf(query);
      const answer: Wire<'placeAnswer'> = await findPlace(
        text,
        {
          saved: known,
          used: used.recent,
          usedByCustomer: async () => (customer ? used.ofCustomer(customer) : []),
          geocode,
          near: middleOf(company),
          // Numbers of North America begin with +1; its roads are signed in miles in the United States.
          inMiles: company.phone.startsWith('+1'),
        },
        (error) => log.warn('GEOCODER_FAILED', errorFields(error)),
      );
      return { status: 200, json: answer };
    },
  );
};
