export { byTrailer, HUB, type Units, unitKey } from './by-trailer.ts';
export { textOf } from './decode-body.ts';
export { readMessage } from './read-tracker.ts';
export { openOwnTracks } from './secretbox.ts';
