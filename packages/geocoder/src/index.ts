export { createGeocoder, type GeocoderConfig } from './create-geocoder.ts';
