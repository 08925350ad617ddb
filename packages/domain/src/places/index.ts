export { findPlace, type KnownPlace, type PlaceSources } from './find-place.ts';
export { PLACE_SOURCES, type PlaceAnswer, type PlaceForStop, spokenDistance } from './place-answer.ts';
export { usedPlaces } from './used-places.ts';
