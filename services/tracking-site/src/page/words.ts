import type { Wire } from '@qdn/contracts';

type Status = Wire<'jobLocation'>['status'];
export type Language = 'en' | 'es';

export type Words = {
  /** The one sentence, by status; `away` when the trailer heads for or stands at a place that is not the customer's. */
  headline: Record<Status, string> & { away: string; awayAtStop: string };
  stages: readonly [string, string, string, string, string];
  arriving: string;
  expectedOn: (day: string) => string;
  inMinutes: (minutes: number) => string;
  anyMoment: string;
  trailers: (count: number) => string;
  distance: (km: string, miles: string) => string;
  live: (seconds: number) => string;
  seen: (minutes: number) => string;
  lost: (when: string) => string;
  noPosition: string;
  timeZone: (name: string) => string;
  text: string;
  call: string;
  share: string;
  copied: string;
  map: string;
  /** What a screen reader hears in the map's place. */
  mapText: (distance: string) => string;
  finished: string;
  problem: { expired: [string, string]; revoked: [string, string]; missing: [string, string]; offline: string; trouble: string };
  language: string;
  otherLanguage: string;
  loading: string;
};

export const WORDS: Record<Language, Words> = {
  en: {
    headline: {
      scheduled: 'Your trailer is scheduled',
      in_transit: 'On the way to you',
      at_site: 'At your site',
      en_route_to_next: 'On to the next stop',
      completed: 'All done',
      cancelled: 'This job was cancelled',
      away: 'Under way for your job',
      awayAtStop: 'At a stop for your job',
    },
    stages: ['Scheduled', 'On the way', 'At your site', 'Next stop', 'Done'],
    arriving: 'Arriving',
    expectedOn: (day) => `Planned for ${day}`,
    inMinutes: (minutes) => (minutes === 1 ? 'in about a minute' : `in about ${minutes} minutes`),
    anyMoment: 'any moment now',
    trailers: (count) => (count === 1 ? '1 trailer' : `${count} trailers`),
    distance: (_, miles) => `${miles} mi to go`,
    live: (seconds) => (seconds < 5 ? 'Position is live' : `Position ${seconds} s ago`),
    seen: (minutes) => `Last seen ${minutes} min ago`,
    lost: (when) => `No signal since ${when}. We show the last known place.`,
    noPosition: 'No position yet. It appears here as soon as the trailer reports.',
    timeZone: (name) => `Times are ${name}`,
    text: 'Text us',
    call: 'Call',
    share: 'Share',
    copied: 'Link copied',
    map: 'Map',
    mapText: (distance) => `Map of the trailer and your site, ${distance}.`,
    finished: 'Thank you for your business.',
    problem: {
      expired: ['This link has expired', 'Text or call us, and we will send you a new one.'],
      revoked: ['This link was replaced', 'Please use the newest link we sent you, or ask us for one.'],
      missing: ['This link is not complete', 'Open it again from the text message we sent you.'],
      offline: 'You are offline. We keep trying.',
      trouble: 'We cannot reach our system right now. We keep trying.',
    },
    language: 'English',
    otherLanguage: 'Español',
    loading: 'Looking for your trailer …',
  },
  es: {
    headline: {
      scheduled: 'Su remolque está programado',
      in_transit: 'En camino hacia usted',
      at_site: 'En su domicilio',
      en_route_to_next: 'Rumbo a la siguiente parada',
      completed: 'Trabajo terminado',
      cancelled: 'Este trabajo fue cancelado',
      away: 'En marcha para su trabajo',
      awayAtStop: 'En una parada de su trabajo',
    },
    stages: ['Programado', 'En camino', 'Con usted', 'Otra parada', 'Listo'],
    arriving: 'Llegada',
    expectedOn: (day) => `Previsto para el ${day}`,
    inMinutes: (minutes) => (minutes === 1 ? 'en un minuto' : `en unos ${minutes} minutos`),
    anyMoment: 'en cualquier momento',
    trailers: (count) => (count === 1 ? '1 remolque' : `${count} remolques`),
    distance: (_, miles) => `faltan ${miles} mi`,
    live: (seconds) => (seconds < 5 ? 'Posición en vivo' : `Posición de hace ${seconds} s`),
    seen: (minutes) => `Visto hace ${minutes} min`,
    lost: (when) => `Sin señal desde las ${when}. Mostramos el último lugar conocido.`,
    noPosition: 'Aún no hay posición. Aparecerá aquí cuando el remolque la envíe.',
    timeZone: (name) => `Horas en ${name}`,
    text: 'Enviar mensaje',
    call: 'Llamar',
    share: 'Compartir',
    copied: 'Enlace copiado',
    map: 'Mapa',
    mapText: (distance) => `Mapa del remolque y su domicilio, ${distance}.`,
    finished: 'Gracias por su confianza.',
    problem: {
      expired: ['Este enlace ha caducado', 'Escríbanos o llámenos y le enviaremos uno nuevo.'],
      revoked: ['Este enlace fue reemplazado', 'Use el enlace más reciente que le enviamos, o pídanos uno.'],
      missing: ['Este enlace no está completo', 'Ábralo de nuevo desde el mensaje que le enviamos.'],
      offline: 'Está sin conexión. Seguimos intentando.',
      trouble: 'No podemos conectar con nuestro sistema. Seguimos intentando.',
    },
    language: 'Español',
    otherLanguage: 'English',
    loading: 'Buscando su remolque …',
  },
};
