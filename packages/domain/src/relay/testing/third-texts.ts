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
