import { getMediaDependencies } from '../../dependencies.ts';
import { getMedia } from './handler.ts';

export const handler = getMedia(getMediaDependencies());
