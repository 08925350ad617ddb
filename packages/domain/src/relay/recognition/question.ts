import { comparable } from './comparable-text.ts';

/** A question that needs no person to answer it, with its language. */
export type Question = { about: 'status' | 'eta' | 'where'; language: 'en' | 'es' };

const QUESTIONS: ReadonlyArray<[Question['about'], Question['language'], readonly string[]]> = [
  ['status', 'en', ['status', 'job status', 'whats the status', 'what is the status', 'status update', 'update']],
  ['status', 'es', ['estado', 'estatus', 'cual es el estado', 'como va', 'como va mi pedido']],
  [
    'eta',
    'en',
    ['eta', 'whats the eta', 'what is the eta', 'when', 'what time', 'how long', 'arrival', 'when will you be here'],
  ],
  [
    'eta',
    'es',
    ['hora', 'llegada', 'cuando', 'a que hora', 'cuando llega', 'cuando llegan', 'a que hora llega', 'cuanto falta'],
  ],
  [
    'where',
    'en',
    [
      'where',
      'where are you',
      'wheres my dumpster',
      'where is my dumpster',
      'wheres the truck',
      'where is the truck',
      'location',
      'track',
      'tracking',
      'link',
    ],
  ],
  [
    'where',
    'es',
    [
      'donde',
      'donde esta',
      'donde estan',
      'donde esta mi contenedor',
      'donde esta el camion',
      'ubicacion',
      'rastrear',
      'enlace',
    ],
  ],
];
const QUESTION_OF = new Map<string, Question>(
  QUESTIONS.flatMap(([about, language, phrases]) =>
    phrases.map((phrase) => [comparable(phrase), { about, language }] as const),
  ),
);

/** Returns the question if it is the whole text (without a job's ID), else null: `STATUS`, `eta?`, `¿Dónde está?` */
export const questionOf = (body: string): Question | null => QUESTION_OF.get(comparable(body)) ?? null;
