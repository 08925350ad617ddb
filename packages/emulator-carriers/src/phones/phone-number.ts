/**
 * Returns a phone number in E.164 from any usual format. Ten digits are a North American number, as they are for an account of
 * the United States.
 * @returns null when the text is not a valid number, such as an area code that begins with 1
 */
export const toE164 = (text: string): string | null => {
  const compact = text.replace(/[\s().-]/g, '');
  const number = /^\d{10}$/.test(compact) ? `+1${compact}` : /^1\d{10}$/.test(compact) ? `+${compact}` : compact;
  const possible = number.startsWith('+1') ? /^\+1[2-9]\d{2}[2-9]\d{6}$/ : /^\+[2-9]\d{6,14}$/;
  return possible.test(number) ? number : null;
};

/** Place of each area code. Others get blank parameters, as Twilio sends for an unknown place. */
const AREAS: Readonly<Record<string, { city: string; state: string; zip: string }>> = {
  '210': { city: 'SAN ANTONIO', state: 'TX', zip: '78205' },
  '214': { city: 'DALLAS', state: 'TX', zip: '75201' },
  '512': { city: 'AUSTIN', state: 'TX', zip: '78701' },
  '713': { city: 'HOUSTON', state: 'TX', zip: '77002' },
  '737': { city: 'AUSTIN', state: 'TX', zip: '78701' },
};

/** Returns Twilio's geographic parameters of the sender or the recipient, such as `FromCity`. */
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
