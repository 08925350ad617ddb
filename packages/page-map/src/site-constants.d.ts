/**
 * Addresses of the streets' module and of their archive, relative to the map's module; null for a site without streets. The build of the
 * site writes them into the map (packages/site-publishing).
 */
declare const QDN_STREETS: { script: string; archive: string } | null;
