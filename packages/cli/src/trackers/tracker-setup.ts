import { pathTo } from '@qdn/contracts';
import { postTrailerLocation } from '@qdn/contracts/routes';
import { renderUnicodeCompact } from 'uqr';

/** A trailer's tracker: address of the site, device token, and key with which OwnTracks may encrypt. */
export type TrackerSetup = { url: string; trailerId: string; token: string; ownTracksKey: string };

/** Seconds between two positions on the road, and while the trailer stands. */
const MOVING_S = 30;
const STANDING_S = 300;
/** Metres after which a position is sent as well. */
const DISTANCE_M = 75;

/** Returns the link that OwnTracks reads. https://owntracks.org/booklet/features/remoteconfig/ */
export const ownTracksLink = ({ url, trailerId, token, ownTracksKey }: TrackerSetup): string => {
  const configuration = {
    _type: 'configuration',
    mode: 3,
    url: `${url}${pathTo(postTrailerLocation, { trailer_id: trailerId })}`,
    auth: true,
    username: trailerId,
    password: token,
    deviceId: trailerId,
    tid: trailerId.slice(-2),
    encryptionKey: ownTracksKey,
    // 2: "move", which sends at an interval; "significant changes" would send only large moves.
    monitoring: 2,
    moveModeLocatorInterval: MOVING_S,
    locatorInterval: MOVING_S,
    locatorDisplacement: DISTANCE_M,
    ping: STANDING_S / 60,
  };
  return `owntracks:///config?inline=${encodeURIComponent(Buffer.from(JSON.stringify(configuration)).toString('base64'))}`;
};

/** Returns the link that Overland reads. https://github.com/aaronpk/Overland-iOS#configuration */
export const overlandLink = ({ url, trailerId, token }: TrackerSetup): string => {
  const query = new URLSearchParams({
    url: `${url}${pathTo(postTrailerLocation, { trailer_id: trailerId })}`,
    token,
    device_id: trailerId,
  });
  return `overland://setup?${query}`;
};

const section = (title: string, ...lines: string[]): string => [title, ...lines.map((line) => `  ${line}`)].join('\n');
const withCode = (link: string): string[] => [link, '', ...renderUnicodeCompact(link, { ecc: 'L' }).split('\n')];

/** Returns the setup of each usual app, for a person with the phone in one hand. */
export const trackerSetup = (setup: TrackerSetup): string => {
  const { url, trailerId, token, ownTracksKey } = setup;
  const withToken = `${url}${pathTo(postTrailerLocation, { trailer_id: token })}`;
  const withTrailer = `${url}${pathTo(postTrailerLocation, { trailer_id: trailerId })}`;
  return [
    `Setup of the tracker on ${trailerId}. The token is secret: whoever has it can report positions of this trailer.`,
    section(
      'OwnTracks (Android, iPhone): open this link on the phone, or scan it with its camera.',
      ...withCode(ownTracksLink(setup)),
      `By hand: mode HTTP, URL ${withTrailer}, any user name, the token as the password, monitoring "move".`,
      `Encryption key      ${ownTracksKey}`,
    ),
    section('Overland (iPhone): open this link on the phone, or scan it.', ...withCode(overlandLink(setup))),
    section(
      'Traccar Client (Android, iPhone)',
      `Server URL          ${withToken}`,
      'Location accuracy   High',
      `Distance            ${DISTANCE_M} m`,
      `Interval            ${MOVING_S} s`,
      `Heartbeat           ${STANDING_S} s`,
      'Allow the location "always" and "precise". Switch battery saving off for the app.',
    ),
    section(
      'GPSLogger for Android: Logging details → Log to custom URL',
      `URL                 ${withToken}?lat=%LAT&lon=%LON&time=%TIME&s=%SPD&acc=%ACC&dir=%DIR&batt=%BATT`,
      `Logging interval    ${MOVING_S} s, distance 0 m, keep GPS on between fixes`,
    ),
    section(
      'Home Assistant: configuration.yaml',
      'rest_command:',
      '  trailer_position:',
      `    url: ${withTrailer}`,
      '    method: post',
      `    headers: { authorization: "Bearer ${token}" }`,
      '    content_type: application/json',
      `    payload: '{"lat": {{ lat }}, "lon": {{ lon }}, "accuracy": {{ accuracy }}}'`,
      'Call it from an automation on each change of the device tracker, with its latitude, longitude and gps_accuracy.',
    ),
    `To check it: ./qdn trailer ${trailerId}. More apps and units: docs/trackers.md`,
  ].join('\n\n');
};
