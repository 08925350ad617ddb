/** What build.ts writes into the bundles. */
declare const QDN_COMPANY: { name: string; phone: string; textNumber: string; timeZone: string };
/** File name of the map's module in /assets. */
declare const QDN_MAP_FILE: string;
/** Where the streets' module and their archive are, seen from the map's module; null for a site without streets. */
declare const QDN_STREETS: { script: string; archive: string } | null;
/** The tracker's style sheet, for the widget's shadow root. */
declare const QDN_TRACKER_CSS: string;
