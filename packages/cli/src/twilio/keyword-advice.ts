/**
 * Returns the steps that keep CANCEL, END and QUIT from unsubscribing people. Twilio has no API for Advanced Opt-Out, so that a person takes
 * them in the Console.
 * @param service name of the Messaging Service that the number is in; null without one
 * @see https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
 */
export const keywordAdvice = (service: string | null): string => {
  const first = service
    ? `Messaging, Services, "${service}".`
    : 'Messaging, Services, Create. Add the number in Sender Pool, and choose Integration, "Defer to sender\'s webhook".';
  return [
    'Optional: "Cancel", "End" or "Quit" as a whole text makes Twilio block all further texts to that phone (21610). People write',
    'them about a delivery, and dispatchers by mistake. In the Twilio Console:',
    `  1. ${first}`,
    '  2. Opt-Out Management: enable Advanced Opt-Out.',
    '  3. Opt-Out keywords: remove CANCEL, END and QUIT. Keep STOP, STOPALL, UNSUBSCRIBE, REVOKE and OPTOUT.',
    '  4. Set relay.advancedOptOut to true in config/company.json, and deploy.',
    'The team then gets these words, and must opt the sender out when they mean it: docs/calls.md#words-that-stop-texts',
  ].join('\n');
};
