import { readPlaces } from '@qdn/company/packaged';
import { createGeocoder } from '@qdn/geocoder';
import { readEnvironment } from '@qdn/lambda';
import { dependencies } from '../../dependencies.ts';
import { findPlaces } from './handler.ts';

const { PLACES } = readEnvironment(process.env, ['PLACES'], []);
const { saved, geocoder } = readPlaces(PLACES);

export const handler = findPlaces({
  ...dependencies,
  saved,
  geocode: createGeocoder(geocoder, dependencies.publicUrl, Date.now),
});
