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

/** A URL for logs, reasons and the record: the values of its query, which may be keys, are not shown. */
export function shownUrl(url: string): string {
  const at = url.indexOf('?');
  if (at < 0) return url;
  const names = url
    .slice(at + 1)
    .split('#', 1)[0]
    ?.split('&')
    .map((pair) => (pair.includes('=') ? `${pair.slice(0, pair.indexOf('='))}=…` : pair === '' ? '' : '…'));
  return `${url.slice(0, at)}?${names?.join('&') ?? ''}`;
}
