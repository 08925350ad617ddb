import { sentence } from './sentence.ts';
import type { Moment, Words } from './words.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

const duration = (minutes: number): string => {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const parts = [hours > 0 ? plural(hours, 'hora', 'horas') : '', rest > 0 ? plural(rest, 'minuto', 'minutos') : ''];
  return parts.filter((part) => part !== '').join(' y ');
};

/** "a la 1:05", but "a las 2:05". */
const at = (clock: string) => (/^0?1\D/.test(clock) ? `a la ${clock}` : `a las ${clock}`);
const the = (clock: string) => (/^0?1\D/.test(clock) ? `la ${clock}` : `las ${clock}`);

/** "el lunes a las 2:05", or "a las 2:05" when that was today. */
const atMoment = ({ day, clock }: Moment) => (day ? `${day} ${at(clock)}` : at(clock));
/** The same after "desde". */
const since = ({ day, clock }: Moment) => (day ? `${day} ${at(clock)}` : the(clock));

const to = {
  pickup: 'al punto de recogida',
  drop_off: 'al punto de entrega',
  dump_site: 'al vertedero',
  yard: 'a nuestro patio',
} as const;

const from = {
  customerSite: 'de su sitio',
  pickup: 'del punto de recogida',
  drop_off: 'del punto de entrega',
  dump_site: 'del vertedero',
  yard: 'de nuestro patio',
} as const;

const inside = {
  customerSite: 'en su sitio',
  pickup: 'en el punto de recogida',
  drop_off: 'en el punto de entrega',
  dump_site: 'en el vertedero',
  yard: 'en nuestro patio',
} as const;

const winds = {
  n: 'norte',
  ne: 'noreste',
  e: 'este',
  se: 'sureste',
  s: 'sur',
  sw: 'suroeste',
  w: 'oeste',
  nw: 'noroeste',
} as const;

export const es: Words = {
  language: 'es',
  locale: 'es-US',
  ownName: 'Español',
  title: (headline, company) => `${headline} · ${company}`,
  kinds: {
    delivery: 'Entrega',
    exchange: 'Cambio',
    dump_and_return: 'Vaciado y devolución',
    final_pickup: 'Recogida final',
  },
  stages: {
    scheduled: 'Programado',
    onTheWay: 'En camino',
    atSite: 'En su sitio',
    next: 'Otra parada',
    done: 'Listo',
  },
  stagesLabel: 'Avance',

  scheduled: (day) => ({
    headline: day ? `Programado para ${day}` : 'Programado',
    lead: day
      ? 'Por ahora no tiene que hacer nada. Cuando salga su remolque, aquí verá dónde está y cuándo llega.'
      : 'Todavía no hay fecha. Llámenos o escríbanos para acordarla.',
  }),
  scheduledDay: (daysAhead, weekday, date) => {
    if (daysAhead === 0) return 'hoy';
    if (daysAhead === 1) return 'mañana';
    return `el ${daysAhead > 1 && daysAhead < 7 ? weekday : date}`;
  },
  scheduledAt: (date, clock) => `${date}, alrededor de ${the(clock)}`,
  onTheWay: (way, stop) =>
    way === 'elsewhere'
      ? { headline: 'En ruta', lead: `Primero ${stop ? to[stop] : 'a otra parada'} y después con usted.` }
      : { headline: 'En camino hacia usted', lead: '' },
  atSite: (stop, trailers) => {
    if (stop === 'dump_site') return 'En el vertedero';
    if (stop === 'yard') return 'En nuestro patio';
    return trailers > 1 ? 'Sus remolques ya llegaron' : 'Su remolque ya llegó';
  },
  onToNext: (way, stop) => {
    if (way !== 'elsewhere') return { headline: 'De regreso hacia usted', lead: '' };
    return { headline: 'Rumbo a la siguiente parada', lead: stop ? `Su remolque va ${to[stop]}.` : '' };
  },
  pastDay: (daysAgo, weekday, date) => (daysAgo === 1 ? 'ayer' : `el ${daysAgo < 7 ? weekday : date}`),
  arrivedAt: (moment) => `Llegó ${atMoment(moment)}`,
  leftAt: (moment) => `Salió ${atMoment(moment)}`,
  completed: (kind, trailers) => {
    const [yours, them] = trailers > 1 ? ['sus remolques', 'los'] : ['su remolque', 'lo'];
    return {
      headline: 'Todo listo',
      lead: {
        delivery: `Entregamos ${yours}. ¡Gracias!`,
        exchange: `Cambiamos ${yours}. ¡Gracias!`,
        dump_and_return: `Vaciamos ${yours} y se ${them} devolvimos. ¡Gracias!`,
        final_pickup: `Recogimos ${yours}. ¡Gracias!`,
      }[kind],
    };
  },
  finished: (date, clock) => `${date}, ${clock}`,
  cancelled: () => ({
    headline: 'Este trabajo fue cancelado',
    lead: 'Ningún remolque va en camino. Si no lo esperaba, llámenos o escríbanos.',
  }),
  link: (problem) =>
    ({
      missing: {
        headline: 'Abra el enlace de nuestro mensaje',
        lead: 'El enlace a su página de seguimiento está en el mensaje de texto que le enviamos.',
      },
      unreadable: {
        headline: 'Este enlace está incompleto',
        lead: 'Quizá falte una parte. Ábralo otra vez desde nuestro mensaje o pídanos uno nuevo.',
      },
      expired: {
        headline: 'Este enlace ya venció',
        lead: 'Los enlaces de seguimiento duran un tiempo limitado. Escríbanos y le enviaremos uno nuevo.',
      },
      revoked: {
        headline: 'Este enlace ya no funciona',
        lead: 'Quizá le enviamos uno más reciente. Abra el enlace de nuestro último mensaje o pregúntenos.',
      },
    })[problem],
  unreached: (trouble) =>
    ({
      offline: { headline: 'No tiene conexión', lead: 'Esta página se actualizará sola en cuanto vuelva a tenerla.' },
      network: {
        headline: 'Esta página no puede conectarse ahora',
        lead: 'Quizá haya poca señal donde está. Su trabajo sigue adelante y esta página lo seguirá intentando.',
      },
      server: {
        headline: 'Ahora no podemos ver su remolque',
        lead: 'El problema es nuestro; su trabajo sigue adelante. Esta página lo seguirá intentando.',
      },
    })[trouble],

  arriving: (minutes) => {
    if (minutes === 0) return 'en cualquier momento';
    return `en ${minutes < 60 ? 'unos' : 'aproximadamente'} ${duration(minutes)}`;
  },
  before: (clock) => `antes de ${the(clock)}`,
  unknownArrival: 'Hora de llegada por confirmar',
  noPosition: 'El mapa aparecerá en cuanto el remolque envíe su posición.',
  otherLeg: 'El mapa muestra el remolque mientras va hacia usted o está en su sitio.',

  trailersLabel: 'Remolques',
  nearestOf: (count) => `El mapa muestra el más cercano de ${count} remolques.`,
  distanceLabel: 'Distancia',
  toGo: (length) => `faltan ${length}`,
  positionLabel: 'Posición',
  secondsAgo: (seconds) => (seconds < 15 ? 'Ahora mismo' : `Hace ${seconds} s`),
  minutesAgo: (minutes) => `Hace ${minutes} min`,
  momentText: ({ day, clock }) => (day ? `${day.charAt(0).toUpperCase()}${day.slice(1)}, ${clock}` : clock),
  notYet: 'Aún no',
  checking: 'Verificando…',
  staleMoving: (minutes) =>
    `Última posición hace ${plural(minutes, 'minuto', 'minutos')}. Hay poca señal en la zona. La próxima actualización debe llegar pronto.`,
  staleStanding: (minutes) =>
    `Última posición hace ${plural(minutes, 'minuto', 'minutos')}. Un remolque estacionado envía su posición con menos frecuencia.`,
  lost: (moment, cause) => {
    const silent = sentence(`Sin posición desde ${since(moment)}`);
    switch (cause) {
      case 'parked':
        return `${silent} Un remolque estacionado puede dejar de enviar su posición para ahorrar batería.`;
      case 'battery_low':
        return `${silent} Al rastreador casi no le quedaba batería. Para saber más, llámenos o escríbanos.`;
      case 'no_signal':
        return `${silent} El rastreador se quedó sin señal en el camino. Para saber más, llámenos o escríbanos.`;
      case null:
        return `${silent} Quizá el rastreador no tenga señal o batería. Para saber más, llámenos o escríbanos.`;
    }
  },

  offlineNotice: (moment) => sentence(`No tiene conexión. Actualizado por última vez ${atMoment(moment)}`),
  troubleNotice: (moment) => `${sentence(`Sin actualizaciones desde ${since(moment)}`)} Seguimos intentándolo.`,
  tryAgain: 'Intentar ahora',

  mapLabels: {
    pickup: 'Recogida',
    drop_off: 'Entrega',
    dump_site: 'Vertedero',
    yard: 'Nuestro patio',
    customerSite: 'Su sitio',
  },
  mapText: (length, wind, place) => `En línea recta, el remolque está a ${length} al ${winds[wind]} ${from[place]}.`,
  mapTextAt: (place) => `El remolque está ${inside[place]}.`,
  north: 'N',
  mapControls: {
    map: 'Mapa',
    zoomIn: 'Acercar',
    zoomOut: 'Alejar',
    follow: 'Volver al remolque',
    fingersHint: 'Mueva el mapa con dos dedos',
    ctrlHint: 'Mantenga presionada Ctrl y gire la rueda para acercar o alejar el mapa',
  },

  textUs: 'Escribir',
  callUs: 'Llamar',
  addToCalendar: 'Agregar al calendario',
  calendarNote: (textNumber, phone) =>
    `La hora puede cambiar. El enlace que le enviamos siempre muestra la más reciente. Escríbanos: ${textNumber}. Llámenos: ${phone}.`,
  share: 'Compartir esta página',
  shareHint: 'Quien tenga el enlace puede seguir este trabajo.',
  copied: 'Enlace copiado',
  showUnits: { metric: 'Mostrar kilómetros', us: 'Mostrar millas' },
};
