import { element, type TwimlElement } from '@qdn/carrier-twilio/twiml';

/* Words for callers and dispatchers. Twilio reads them aloud. https://www.twilio.com/docs/voice/twiml/say */

const say = (language: 'en-US' | 'es-MX', text: string): TwimlElement => element('Say', { language }, { text });
export const sayEnglish = (text: string): TwimlElement => say('en-US', text);

/** Digits apart, so that they are read one by one. */
const oneByOne = (digits: string): string => [...digits].join(' ');

/** Tells a caller, in English and Spanish, that no one can take the call. */
export const noOneAnswers = (companyName: string): TwimlElement[] => [
  sayEnglish(
    `This is ${companyName}. Sorry, no one can take your call right now. Our team knows that you called. You can also text us at this number.`,
  ),
  say(
    'es-MX',
    'Lo sentimos, nadie puede contestar ahora. Ya avisamos al equipo. También puede enviarnos un mensaje de texto a este número.',
  ),
];

/** Tells a caller that the number takes texts only. */
export const textsOnly = (companyName: string): TwimlElement[] => [
  sayEnglish(`This is ${companyName}. This number takes text messages only. Please text us.`),
  say('es-MX', 'Este número solo recibe mensajes de texto. Por favor, envíenos un mensaje.'),
];

/** Tells a dispatcher who calls the company's own number how to call a customer. */
export const howToCall = (companyName: string): TwimlElement =>
  sayEnglish(
    `This is the line of ${companyName}. To call a customer, text the job number and the word call. For example: at ${oneByOne('1042')}, call.`,
  );

/** Asks a contact whose phone rang to take the call: voicemail presses no key. */
export const takeIt = (companyName: string, caller: string): TwimlElement =>
  sayEnglish(`Call for ${companyName}, from ${caller}. Press 1 to take it.`);

/** Asks a dispatcher whose phone rang to be connected. */
export const callPerson = (companyName: string, who: string): TwimlElement =>
  sayEnglish(`This is ${companyName}. Press 1 to call ${who}.`);

/** A caller as a contact hears it: the name and job of a customer, or the end of the number. */
export const callerWords = (customer: { name: string; jobNumber: string } | null, digits: string): string => {
  if (customer) return `${customer.name}, job ${oneByOne(customer.jobNumber)}`;
  return digits === '' ? 'an unknown caller' : `a number ending in ${oneByOne(digits)}`;
};
