/*
 * The token of a tracking link is in the address only until the page has read it. Then it is in the entry of the tab's
 * history (which survives a reload) and in the tab's session storage (which survives typing the address again); both end with
 * the tab. The share button writes the whole link out again.
 */

export const TOKEN_PARAMETER = 'job_id';

/** Places where a token may be: the address, the tab's history entry, the tab's storage. */
export type Sources = { search: string; historyState: unknown; stored: string | null };

/** Returns the newest token; null when there is none. A foreign value in the address is returned too, so that the page can report it. */
export const findToken = ({ search, historyState, stored }: Sources): string | null => {
  const inAddress = new URLSearchParams(search).get(TOKEN_PARAMETER);
  if (inAddress) return inAddress.trim();
  const kept =
    typeof historyState === 'object' && historyState !== null && 'token' in historyState ? historyState.token : null;
  return typeof kept === 'string' ? kept : stored;
};

/** Returns the address without the token, other parameters kept. */
export const addressWithout = (pathname: string, search: string): string => {
  const parameters = new URLSearchParams(search);
  parameters.delete(TOKEN_PARAMETER);
  const rest = parameters.toString();
  return rest === '' ? pathname : `${pathname}?${rest}`;
};

/** Returns the link to share. */
export const shareLink = (origin: string, pathname: string, token: string): string =>
  `${origin}${pathname}?${TOKEN_PARAMETER}=${token}`;
