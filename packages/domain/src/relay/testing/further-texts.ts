/*
 * Texts that the corpus of packages/world does not have. Standard texts of phones keep the wording that reports and string tables
 * show; texts of people are in our own words.
 */

/** Expected reading of a text. */
export type Reading =
  | `reaction ${'yes' | 'no' | 'doubt' | 'other'}${'' | ' removed'}`
  | 'automatic'
  | 'likely automatic'
  | 'notice'
  | 'opt-out'
  | 'possible opt-out'
  | 'wrong number'
  | 'spam'
  | 'words';

/** A text with the reading that a person gives it. */
export type FurtherText = readonly [reading: Reading, text: string];

/** Sources: parsers of SMS apps and bridges with their tests, threads about iPhone and Google Messages reactions. */
export const FURTHER_REACTIONS: readonly FurtherText[] = [
  ['reaction yes', 'Reacted ❤️ to “All done”'],
  ['reaction yes', 'Reacted with ❤️ to "See you at 9"'],
  ['reaction other removed', 'Removed the 😂 reaction from “See you at 9”'],
  ['reaction yes', 'Loved an audio message'],
  ['reaction doubt', 'Questioned an image'],
  ['reaction no removed', 'Removed a dislike from “We pick up at 9”'],
  ['reaction doubt removed', 'Removed a question mark from “We pick up at 9”'],
  ['reaction yes', 'Liked “See you at 7…'],
  ['reaction yes', "Loved 'See you at 7'"],
  ['reaction other', '‼️ to “See you at 7”'],
  ['reaction other', 'Reacted 1️⃣ to “Side gate or front gate”'],
  ['reaction other', 'Reacted 🇺🇸 to “Closed on July 4”'],
  ['reaction yes', 'Reacted 👍🏽 to “curly quotes…”'],
  ['reaction yes', 'Liked “Is it 12 "Oak" Ln?”'],
  ['reaction yes', 'a attribué la mention « Adore » à « On passe à 9 h »'],
  ['reaction no', 'A attribué la mention « Je n’aime pas » à « On passe à 9 h »'],
  ['reaction other', 'a attribué la mention « Rires » à « On passe à 9 h... »'],
  ['reaction other', 'a attribué la mention « 😂 » à « On passe à 9 h »'],
  ['reaction yes removed', 'A retiré la mention « Adore » de « On passe à 9 h »'],
  ['reaction yes', 'A réagi ❤️ à « On passe à 9 h »'],
  ['reaction other removed', 'A retiré la réaction 😂 à « On passe à 9 h »'],
  ['reaction other', 'A souligné « On passe à 9 h »'],
  ['reaction yes', 'a attribué la mention « Adore » à une image'],
  ['reaction other', 'Se rió de “Su perro manda”'],
  ['reaction doubt', 'Preguntó por “Pasamos el jueves”'],
  ['reaction yes removed', 'Eliminó un me gusta de “Nos vemos”'],
  ['reaction no', 'Não gostou de “Até amanhã”'],
  ['reaction yes', 'Amou “Até amanhã”'],
  ['words', 'He said “I loved it” and then he left'],
  ['words', '“quote only”'],
  ['words', 'Reacted well to "your plan"'],
  ['words', 'Liked it a lot'],
  ['words', 'A réagi vite à « x »'],
  ['words', 'Loved “the blue one”, can we get that one again'],
];

/** Sources: AOSP string tables of quick declines, phone manuals, auto-reply patterns of reply classifiers, fleets' bug reports. */
export const FURTHER_AUTOMATIC_REPLIES: readonly FurtherText[] = [
  ['automatic', 'Driving, will reply later'],
  ['automatic', 'I am driving right now and will respond when it is safe to do so.'],
  ['automatic', 'I’m driving right now—I’ll get back to you later.'],
  ['automatic', "No text is worth a life. I'm driving, talk soon."],
  ['automatic', 'This number is not monitored. Please email office@lakeway.example'],
  ['automatic', 'This is an automated message, please do not reply.'],
  ['automatic', 'We have received your message and will respond within 1 business day.'],
  ['automatic', 'Thanks for your text! A team member will get back to you during business hours.'],
  ['automatic', "I'm out of office 12/20 to 1/3. For emergencies call the main line."],
  ['automatic', 'Hemos recibido su mensaje, le responderemos a la brevedad.'],
  ['automatic', 'Nuestro horario de atención es de lunes a viernes de 8 a 5.'],
  ['automatic', 'En este momento no podemos atenderle.'],
  ['automatic', 'Recebemos sua mensagem e responderemos em breve.'],
  ['automatic', 'Nous avons bien reçu votre message et vous répondrons dès que possible.'],
  ['automatic', 'Wir haben Ihre Nachricht erhalten und melden uns in Kürze.'],
  ['automatic', 'Estou de férias até segunda. Urgências com o escritório.'],
  ['likely automatic', "Sorry, I can't talk right now."],
  ['likely automatic', "I'm in a meeting."],
  ['likely automatic', "I'm busy right now. I'll call you later."],
  ['likely automatic', "Can't talk now. Call me later?"],
  ['likely automatic', 'No puedo hablar ahora. ¿Me llamas luego?'],
  ['likely automatic', 'Te llamo enseguida.'],
  ['likely automatic', 'Kann gerade nicht sprechen. Später zurückrufen?'],
  ['likely automatic', 'Je t’appelle plus tard.'],
  ['likely automatic', 'Ligo mais tarde.'],
  ['notice', 'The number you have texted has been disconnected or is no longer in service.'],
  ['notice', 'Your message could not be delivered.'],
  ['words', "I'm driving over to the house now, be there in 10"],
  ['words', "I'm driving a white F150, park behind it"],
  ['words', 'we are closed on the 4th so come the 5th'],
  ['words', 'thanks for texting me back! see you at 9'],
  ['words', "I'm in a meeting with the city about the permit, can you hold off"],
  ['words', 'we got your message, gate is open'],
  ['words', "I'll call you later about the second trailer"],
  ['words', "I'm on my way."],
  ['words', 'out of the office today so text my wife instead'],
  ['words', 'my office is closed but the yard is open, drop it there'],
];

/** Sources: test suites of opt-out filters, pages on 47 CFR 64.1200(a)(10), call centers' phrase lists in English and Spanish. */
export const FURTHER_OPT_OUTS: readonly FurtherText[] = [
  ['opt-out', 'Never text me, ok?'],
  ['opt-out', 'unsub'],
  ['opt-out', 'please remove my number'],
  ['opt-out', 'I want off this list'],
  ['opt-out', 'STOP ALL MESSAGES'],
  ['opt-out', 'cease all communication with me'],
  ['opt-out', 'I no longer wish to receive these texts'],
  ['opt-out', 'Take my number out of your database'],
  ['opt-out', 'u guys need to stop texting me'],
  ['opt-out', 'Stop. Just stop.'],
  ['opt-out', 'cancel text alerts please'],
  ['opt-out', 'do not message this number again'],
  ['opt-out', 'quit blowing up my phone'],
  ['opt-out', 'End texts'],
  ['opt-out', 'quítenme de su lista'],
  ['opt-out', 'dejen de mandarme textos'],
  ['opt-out', 'déjenme en paz'],
  ['opt-out', 'no quiero recibir mensajes'],
  ['opt-out', 'quiero darme de baja de los mensajes'],
  ['opt-out', 'não quero mais receber mensagens'],
  ['opt-out', 'arrêtez de m’envoyer des messages'],
  ['opt-out', 'bitte keine Nachrichten mehr'],
  ['wrong number', 'You have the wrong number'],
  ['wrong number', "This isn't Mike"],
  ['wrong number', "I don't know any Linda"],
  ['wrong number', 'no soy Linda'],
  ['wrong number', 'falsche Nummer'],
  ['words', 'Stop by the shop on Tuesday'],
  ['words', 'please remove this item from the invoice'],
  ['words', "I can't stop thinking about how clean it looks"],
  ['words', 'no more than 3 tons right?'],
  ['words', 'why did the texts stop, I need the link'],
  ['words', 'stop calling me, text instead'],
  ['words', 'do not call me before 8'],
  ['words', 'text me when you stop at the gate'],
  ['words', 'cancel and text me a new date'],
  ['words', 'para el lunes por favor'],
  ['words', 'dejen de tirar basura en mi yarda'],
  ['words', 'no me manden la cuenta todavía'],
  ['words', 'you went to the wrong house'],
  ['words', "this isn't the trailer I ordered"],
  ['words', "that's the wrong number of bags"],
  ['words', 'not Monday, Tuesday'],
];
