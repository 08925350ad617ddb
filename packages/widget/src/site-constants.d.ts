/** The company of the site. The build of the site writes it into the widget (packages/site-publishing). */
declare const QDN_COMPANY: { name: string; phone: string; textNumber: string; timeZone: string };
/** File name of the map's module in /assets. */
declare const QDN_MAP_FILE: string;
/** The style sheet of the job's view, for the widget's shadow root. */
declare const QDN_TRACKING_CSS: string;
