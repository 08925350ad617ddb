export { type ArchiveSource, openFile, openUrl, TilesError } from './archive-source.ts';
export { type Box, boxAround, parseBox, sizeKm } from './box.ts';
export { type Extracted, extractTiles } from './extract.ts';
