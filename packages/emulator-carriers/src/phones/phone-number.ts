/**
 * A phone number in E.164, from any of the usual ways to write it; ten digits are taken for a North American number, as
 * Twilio takes them for an account of the United States.
 * @returns null for what can be no number, such as an area code that begins with 1
 */
export const toE164 = (text: string): string | null => {
  const compact = text.replace(/[\s().-]/g, '');
  const number = /^\d{10}$/.test(compact) ? `+1${compact}` : /^1\d{10}$/.test(compact) ? `+${compact}` : compact;
  const possible = number.startsWith('+1') ? /^\+1[2-9]\d{2}[2-9]\d{6}$/ : /^\+[2-9]\d{6,14}$/;
  return possible.test(number) ? number : null;
};

/** Where numbers of an area code are at home. Others get blank parameters, as from Twilio when it does not know. */
const AREAS: Readonly<Record<string, { city: string; state: string; zip: string }>> = {
  '210': { city: 'SAN ANTONIO', state: 'TX', zip: '78205' },
  '214': { city: 'DALLAS', state: 'TX', zip: '75201' },
  '512': { city: 'AUSTIN', state: 'TX', zip: '78701' },
  '713': { city: 'HOUSTON', state: 'TX', zip: '77002' },
  '737': { city: 'AUSTIN', state: 'TX', zip: '78701' },
};

/** Twilio's geographic parameters of one side of a message, such as `FromCity`. */
export const geography = (side: 'From' | 'To', number: string): Record<string, string> => {
  const area = AREAS[number.slice(2, 5)];
  const inNorthAmerica = number.startsWith('+1');
  return {
    [`${side}City`]: (inNorthAmerica && area?.city) || '',
    [`${side}State`]: (inNorthAmerica && area?.state) || '',
    [`${side}Zip`]: (inNorthAmerica && area?.zip) || '',
    [`${side}Country`]: inNorthAmerica ? 'US' : '',
  };
};
