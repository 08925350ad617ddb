import { comparable } from './comparable-text.ts';

const ACKNOWLEDGEMENTS = new Set(
  [
    '1',
    'ok',
    'okay',
    'okey',
    'k',
    'kk',
    'ok got it',
    'got it',
    'got this',
    'i got it',
    'i got this',
    'ack',
    'copy',
    'copy that',
    'roger',
    'on it',
    'im on it',
    'listo',
    'entendido',
    'recibido',
    '👍',
    '👌',
    '✅',
  ].map(comparable),
);

/**
 * Tests whether a dispatcher's text only says "I have it". Such a text is for the relay, not for the customer. `Yes` is not an
 * acknowledgement: it answers the customer's question.
 */
export const isAcknowledgement = (body: string): boolean => ACKNOWLEDGEMENTS.has(comparable(body));
