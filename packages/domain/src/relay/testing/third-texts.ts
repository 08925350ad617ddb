/*
 * A third set of texts, in our own words: for each kind of text that a corpus by fresh hands showed to be missed, others of the same
 * kind, and texts near it that mean something else. Sources: phrase lists for opt-outs in other words, the guide of a messaging
 * service on mistyped keywords, court filings on 47 CFR 64.1200(a)(10), string tables of quick declines, haulers' forums.
 */

/** Wishes for no more texts: enough of them, off any list, a call instead, small forms in Spanish, mistyped keywords. */
export const THIRD_OPT_OUTS: readonly string[] = [
  'quit it with all these texts please',
  'enough with the texts already',
  'knock it off with the messages',
  'lay off the texts',
  'cut it out with your automated texts',
  'im done with these texts',
  'you dont need to keep texting me about this, its all picked up',
  'no need to keep sending messages, we are finished here',
  'theres no need to continue texting',
  'u can stop texting now',
  'you guys can quit sending updates, trailer is gone. no need to text me anymore',
  'please get my number off of whatever list you have',
  'take us off every list you got',
  'remove my cell from that list',
  'i dont use texting, please call the house phone from now on',
  'I do not read texts. Call the landline instead',
  'just call me instead of texting',
  'email us rather than texting',
  'from now on only call, no texts',
  'stpo',
  'sotp please',
  'STOIP',
  'unsubcribe me',
  'unsuscribe',
  'no me manden mas mensajitos',
  'por favor ya no me manden msjs',
  'dejen de mandarme textitos',
  'no quiero mensajitos',
  'no me sigan mandando mensajes',
];

/** Texts near those that are about the job, about other texts, or about the moment. */
export const THIRD_NOT_OPT_OUTS: readonly string[] = [
  'no need to text me when you get here, just drop it',
  'no need to keep the gate closed',
  'you dont need to send the driver back',
  'you can stop by any time',
  'you can stop loading now',
  'enough with the concrete, it is full',
  'knock it down and take it',
  'cut it out of the fence line please',
  'take my number off the gate list and use my wifes',
  'I cant read texts while driving, call me when he is close',
  'call me instead of the tenant',
  'call the landline',
  'shop',
  'step',
  'top',
  'stops',
  'spot on the left please',
  'no me manden el camion todavia',
  'mandeme un mensajito cuando llegue',
];

/** Texts about an arrival to come that the team needs, and that ask for nothing. */
export const THIRD_OFFERS: readonly string[] = [
  'Gate will be open all morning',
  'the driveway will be clear after 8',
  'you guys can come whenever, someone is always home',
  'he can leave it on the street if its easier',
  'Your driver can park on the neighbors side if he needs to',
  'either side works',
  "we're flexible this week",
  'any time after lunch works',
  'no preference, just not on the grass',
  'yo puedo a cualquier hora',
  'el porton va a estar abierto mañana',
];
/** Texts near those that someone has to act on. */
export const THIRD_NOT_OFFERS: readonly string[] = [
  'you can come get it anytime',
  'pickup whenever you can, its full',
  'gate is open now',
  'the HOA said yes, you can come any time now',
  'the gate will be locked',
  'you can come anytime but the dog is out, call me',
  'can he come any time',
  'you can not come whenever you like, last time you broke my fence',
  'ya pueden recogerlo cuando quieran',
];

/** Jokes and letters that a child typed, or a pocket. */
export const THIRD_JOKES: readonly string[] = [
  'haha that was quick',
  'lmao what a day',
  'jajaja que risa',
  '😂😂 ok you win',
  'xcvbnm sorry my son got my phone',
  'ggggggg the cat stepped on my phone',
  'butt text sorry',
  'fue mi hija perdon',
];
/** Texts near those that are a complaint, an order or a question. */
export const THIRD_NOT_JOKES: readonly string[] = [
  'lol where is he',
  'haha you broke my mailbox',
  'lol put it on the other side please',
  'jajaja no manches me dejaron la puerta abierta',
  'lol nope still waiting',
  'haha ok so 3 tons is $90 over',
  'my son got hurt on the trailer',
  'the dog is out, my daughter had the gate open',
];

/** Answers to an offer that the team made in some other way. */
export const THIRD_TAKEN_OPTIONS: readonly string[] = [
  'Yes to the 20 yarder',
  'ok to Thursday',
  'yes to "the side gate"',
  'si a las 2',
];

/** Texts of strangers to someone else, to which no one has to react. */
export const THIRD_PRIVATE: readonly string[] = [
  'dad can you pick me up from practice',
  'babe im outside',
  'mami ya llegue',
  'oye abuela te marco al rato',
  'can you get the kids from school today',
  'ya salieron los niños del kinder',
  'LOADED',
  'En route',
];
/** Texts of strangers near those, who may be customers. */
export const THIRD_NOT_PRIVATE: readonly string[] = [
  'mom needs a dumpster for her garage',
  'my son said you rent trailers',
  'dad said you left something in our yard',
  'the kids climbed on your trailer',
  'loaded it too high, is that ok',
];

/** Quick declines that follow one another, and driving replies in their owners' own words. */
export const THIRD_DECLINES: readonly string[] = [
  "Sorry I'm busy, call you later",
  "I'm in a meeting. Can I call you later?",
  'Estoy ocupado, te llamo luego',
  'No puedo hablar ahora, luego te llamo',
  'hands on the wheel! I will text you when I stop',
  'Eyes on the road 👀 will reply soon',
  '🚙 behind the wheel, call you back later',
  'Manos al volante, contesto al llegar',
];
/** Texts near those, of people who drive or are busy. */
export const THIRD_NOT_DECLINES: readonly string[] = [
  'in a meeting but the gate is open',
  '🚗 is parked in the spot, he has to wait',
  'your driver is asleep at the wheel in front of my house',
  'call you later about the second one',
  'sorry',
];

/** Texts that take the one before back, because it was for someone else. */
export const THIRD_WRONG_CHATS: readonly string[] = [
  'oops wrong chat',
  'sorry wrong text',
  'that was meant for my husband',
  'perdón era para otra persona',
  'ups mensaje equivocado',
];

/** Threats with a lawyer, a court or an authority. */
export const THIRD_COMPLAINTS: readonly string[] = [
  'I am going to sue over this fence',
  'see you in small claims court',
  'my lawyer will be in touch, dont write me again',
  'each of these is $500 in statutory damages',
  'join the class action, you were warned',
  'next stop is the FCC',
  'filing with the BBB and the attorney general today',
  'los voy a llevar a la corte',
  'mi abogado los va a demandar',
];
/** Texts near those without a threat. */
export const THIRD_NOT_COMPLAINTS: readonly string[] = [
  'Sue will be home to let you in',
  'drop it behind the court house',
  'I take the kids to court 4 for tennis, leave it at the curb',
  'small claim for the dent is fine, who do I send it to',
];
