/**
 * The address of something below a serving URL. What the serving URL asks for (`?api-version=2024-02-01&code=…`) is asked with
 * every request, before the request's own query.
 * @param servingUrl an absolute URL; slashes at the end of its path, and a fragment, say nothing
 * @param rest path and query below it: empty, or with a slash or a `?` at its start
 */
export function addressUnder(servingUrl: string, rest: string): string {
  const { address, query } = splitServingUrl(servingUrl);
  return address + withQuery(rest, query);
}

/** A serving URL without the slashes at its end, and the query that each request under it gets; empty: none. */
export function splitServingUrl(servingUrl: string): { readonly address: string; readonly query: string } {
  const whole = servingUrl.split('#', 1)[0] ?? '';
  const at = whole.indexOf('?');
  const path = at < 0 ? whole : whole.slice(0, at);
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end--;
  return { address: path.slice(0, end), query: at < 0 ? '' : whole.slice(at + 1) };
}

/** Path and query, with another query in front of its own. */
export function withQuery(rest: string, query: string): string {
  if (query === '') return rest;
  const at = rest.indexOf('?');
  if (at < 0) return `${rest}?${query}`;
  const own = rest.slice(at + 1);
  return `${rest.slice(0, at)}?${query}${own === '' ? '' : `&${own}`}`;
}

/** What people name a part of a query by (`key`, `api-version`, `X-Amz-Signature`, `sub2`); anything else may be a value that has no name. */
const NAME = /^[a-z]{1,20}\d{0,2}([._-][a-z]{1,20}\d{0,2}){0,3}$/i;

/**
 * A URL for logs, reasons and the record: the values of its query, which may be keys, are not shown. A value without a name, in base64, ends with `=` itself,
 * so nothing is shown of a part that ends with its first `=`, or with such alone behind it.
 */
export function shownUrl(url: string): string {
  const at = url.indexOf('?');
  if (at < 0) return url;
  const parts = url
    .slice(at + 1)
    .split('#', 1)[0]
    ?.split('&');
  return `${url.slice(0, at)}?${parts?.map(shownPart).join('&') ?? ''}`;
}

function shownPart(part: string): string {
  const [name = '', ...rest] = part.split('=');
  const isNamed = NAME.test(name) && rest.some((text) => text !== '');
  if (isNamed) return `${name}=…`;
  return part === '' ? '' : '…';
}
