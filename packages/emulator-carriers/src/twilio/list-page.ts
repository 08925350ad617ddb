const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 1000;

/**
 * Returns one page of a list resource.
 * @param path path of the list, with its `.json`
 * @see https://www.twilio.com/docs/usage/twilios-response#pagination
 */
export const listPage = <T>(
  name: string,
  path: string,
  all: readonly T[],
  query: URLSearchParams,
  toResource: (item: T) => object,
) => {
  const number = (parameter: string, otherwise: number) => {
    const text = query.get(parameter);
    return text !== null && /^\d+$/.test(text) ? Number(text) : otherwise;
  };
  const size = Math.min(MAX_PAGE_SIZE, Math.max(1, number('PageSize', DEFAULT_PAGE_SIZE)));
  const page = number('Page', 0);
  const items = all.slice(page * size, (page + 1) * size);
  const uri = (of: number): string => {
    const asked = new URLSearchParams(query);
    asked.set('PageSize', String(size));
    asked.set('Page', String(of));
    return `${path}?${asked}`;
  };
  return {
    [name]: items.map(toResource),
    page,
    page_size: size,
    start: page * size,
    end: page * size + Math.max(0, items.length - 1),
    uri: uri(page),
    first_page_uri: uri(0),
    previous_page_uri: page > 0 ? uri(page - 1) : null,
    next_page_uri: all.length > (page + 1) * size ? uri(page + 1) : null,
  };
};
