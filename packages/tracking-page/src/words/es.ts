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

const outcomes = {
  delivered: 'Entregado',
  swapped: 'Cambiado',
  returned: 'Devuelto',
  picked_up: 'Recogido',
} as const;

/** The work that could not be done, by its result. */
const work: Record<keyof typeof outcomes, string> = {
  delivered: 'entregar',
  swapped: 'cambiar',
  returned: 'vaciar',
  picked_up: 'recoger',
};

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
    on_the_way: 'En camino',
    at_site: 'En su sitio',
    away: 'Recogido',
    on_the_way_back: 'De regreso',
  },
  outcomes,
  stagesLabel: 'Avance',

  scheduled: (day) => ({
    headline: day ? `Programado para ${day}` : 'Programado',
    lead: day
      ? 'Por ahora no tiene que hacer nada. Cuando salga su remolque, aquí verá dónde está y cuándo llega.'
      : 'Todavía no hay fecha. Llámenos o escríbanos para acordarla.',
  }),
  notSetOut: 'Su remolque aún no ha salido. Para saber más, llámenos o escríbanos.',
  scheduledDay: (daysAhead, weekday, date) => {
    if (daysAhead === 0) return 'hoy';
    if (daysAhead === 1) return 'mañana';
    return `el ${daysAhead > 1 && daysAhead < 7 ? weekday : date}`;
  },
  scheduledAt: (date, clock) => `${date}, alrededor de ${the(clock)}`,
  stage: {
    under_way: () => ({
      headline: 'En ruta',
      lead: 'Antes hay otra parada.',
    }),
    on_the_way: ({ kind, pickup }) => {
      if (!pickup)
        return { headline: kind === 'exchange' ? 'Su remolque vacío va en camino' : 'En camino hacia usted', lead: '' };
      return {
        headline: 'En camino a recoger su remolque',
        lead:
          kind === 'dump_and_return'
            ? 'Se lo devolveremos vacío. Por favor, deje libre el acceso.'
            : 'Por favor, deje libre el acceso.',
      };
    },
    at_site: ({ kind, pickup, trailers }) => {
      if (pickup) return { headline: 'Ya estamos aquí para recoger su remolque', lead: '' };
      if (kind === 'exchange') return { headline: 'Ya estamos aquí para el cambio', lead: '' };
      return { headline: trailers > 1 ? 'Sus remolques ya llegaron' : 'Su remolque ya llegó', lead: '' };
    },
    away: ({ kind }) => ({
      headline: kind === 'dump_and_return' ? 'Lo estamos vaciando' : 'Recogido',
      lead: 'Se lo devolveremos.',
    }),
    on_the_way_back: () => ({ headline: 'De regreso hacia usted', lead: '' }),
    back: ({ trailers }) => ({
      headline: trailers > 1 ? 'Sus remolques están de vuelta' : 'Su remolque está de vuelta',
      lead: '',
    }),
    done: ({ outcome, trailers, moment: { day, clock } }) => {
      const [yours, them] = trailers > 1 ? ['sus remolques', 'los'] : ['su remolque', 'lo'];
      return {
        headline: `${outcomes[outcome]} ${day ? `${day}, ` : ''}${clock}`,
        lead: `${
          {
            delivered: 'Entregamos',
            swapped: 'Cambiamos',
            returned: 'Vaciamos',
            picked_up: 'Recogimos',
          }[outcome]
        } ${yours}${outcome === 'returned' ? ` y se ${them} devolvimos` : ''}. ¡Gracias!`,
      };
    },
    failed: ({ outcome, trailers, moment }) => ({
      headline: `Pasamos ${atMoment(moment)}`,
      lead: `No pudimos ${work[outcome]} ${trailers > 1 ? 'sus remolques' : 'su remolque'}. Llámenos o escríbanos para acordar otra hora.`,
    }),
  },
  partDone: ({ count, of, moment }, outcome) =>
    sentence(`${count} de ${of}: ${outcomes[outcome].toLowerCase()} ${atMoment(moment)}`),
  pastDay: (daysAgo, weekday, date) => (daysAgo === 1 ? 'ayer' : `el ${daysAgo < 7 ? weekday : date}`),
  arrivedAt: (moment) => `Llegó ${atMoment(moment)}`,
  pickedUpAt: (moment) => `Recogido ${atMoment(moment)}`,
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

  mapLabel: 'Su sitio',
  mapText: (length, wind) => `En línea recta, el remolque está a ${length} al ${winds[wind]} de su sitio.`,
  mapTextAt: 'El remolque está en su sitio.',
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
