const told = document.querySelector('meta[name="base-path"]')?.getAttribute('content') ?? '';
const { pathname } = window.location;

/**
 * The path that this server is below, without a slash at its end; empty: the whole host is ours, or this page was
 * opened at the server itself, past the proxy that has the path.
 */
export const base = pathname === told || pathname.startsWith(`${told}/`) ? told : '';

/** Which page this is, as its links are written, with what it is asked to show. */
export const pageHere = (): string =>
  (window.location.pathname.slice(base.length) || '/') + window.location.search;
